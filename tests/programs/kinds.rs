//! The finished servers, and the least that somebody must know to be a client of each.

use std::thread;

use crate::support::wire::{SERVER_FULL, error_packet};
use crate::support::{Client, Process, Program, Server, address_of};

/// A server that listens somewhere: the program, its flags, and one request.
pub(crate) struct Kind {
    /// As the threads of its tests are called.
    name: &'static str,
    pub(crate) program: &'static str,
    /// Makes it listen on a free port, each service on one of its own.
    pub(crate) listens: &'static [&'static str],
    /// What it is told beside that. A test may tell it something else.
    variables: &'static [(&'static str, &'static str)],
    /// The service that the request is for, where the server has several.
    service: &'static str,
    pub(crate) request: &'static [u8],
    /// The answer. A `?` is any digit, and a `*` any letter.
    pub(crate) reply: &'static [u8],
    pub(crate) framing: Framing,
}

/// What a server takes for one request.
#[derive(PartialEq, Eq)]
pub(crate) enum Framing {
    /// Whatever comes, until it pauses or breaks the line.
    None,
    /// So many bytes: fewer are the beginning of one.
    Length,
    /// A packet of the game protocol. Such a server says why it ends a connection.
    Packets,
    /// HTTP. Such a server says why it does not answer.
    Http,
}

const LINE: &[u8] = b"\x0b\x00\x65\x00\x00hello\n";
const ANYWHERE: &[&str] = &["--bind", "127.0.0.1:0"];
const PATIENT_BACCARAT: [(&str, &str); 2] = [
    ("BACCARAT_SERVER_LOGIN_TIMEOUT", "0"),
    ("BACCARAT_SERVER_RATE_LIMIT", "0"),
];
const PATIENT_CHAT: [(&str, &str); 2] = [
    ("CHAT_SERVER_LOGIN_TIMEOUT", "0"),
    ("CHAT_SERVER_RATE_LIMIT", "0"),
];
const API: Kind = Kind {
    name: "api-server",
    program: "api-server",
    listens: ANYWHERE,
    variables: &[],
    service: "",
    request: b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
    reply: b"HTTP/1.1 200 OK\r\nDate: ***, ?? *** ???? ??:??:?? GMT\r\nContent-Length: 15\r\n\
        Content-Type: application/json\r\nX-Content-Type-Options: nosniff\r\n\r\n{\"status\":\"ok\"}",
    framing: Framing::Http,
};
const CHAT: Kind = Kind {
    name: "chat-server",
    program: "chat-server",
    listens: ANYWHERE,
    variables: &PATIENT_CHAT,
    service: "",
    // PING_REQ and PING_RES, which need no login.
    request: &[5, 0, 201, 0, 0],
    reply: &[5, 0, 202, 0, 0],
    framing: Framing::Packets,
};
const ECHO: Kind = Kind {
    name: "echo-server",
    program: "echo-server",
    listens: ANYWHERE,
    variables: &[],
    service: "",
    // A line, and a packet as well.
    request: LINE,
    reply: LINE,
    framing: Framing::None,
};

/// All of them. A new server is a new row.
pub(crate) const KINDS: [Kind; 8] = [
    API,
    Kind {
        name: "baccarat-server",
        program: "baccarat-server",
        variables: &PATIENT_BACCARAT,
        ..CHAT
    },
    ECHO,
    Kind {
        name: "echo-server --packets",
        variables: &[("ECHO_SERVER_PACKETS", "true")],
        framing: Framing::Packets,
        ..ECHO
    },
    Kind {
        name: "calc-server",
        program: "calc-server",
        // 10 + 20 = 30.
        request: b"\x09\0\0\0+\x0a\0\0\0\x14\0\0\0",
        reply: b"\x1e\0\0\0",
        framing: Framing::Length,
        ..ECHO
    },
    Kind {
        name: "time-server",
        program: "time-server",
        listens: &[
            "--daytime",
            "127.0.0.1:0",
            "--sessions",
            "127.0.0.1:0",
            "--udp",
            "127.0.0.1:0",
        ],
        service: "sessions",
        request: b"time?\n",
        reply: b"????-??-??T??:??:??Z\n",
        ..ECHO
    },
    CHAT,
    Kind {
        name: "chat-server --workers 4",
        variables: &[PATIENT_CHAT[0], PATIENT_CHAT[1], ("CHAT_SERVER_WORKERS", "4")],
        ..CHAT
    },
];

/// Each program once.
pub(crate) fn servers() -> impl Iterator<Item = &'static Kind> {
    KINDS.iter().filter(|kind| kind.name == kind.program)
}

/// Tries all kinds of servers at the same time, each in a thread that has its name.
#[track_caller]
pub(crate) fn each(test: impl Fn(&Kind) + Sync) {
    each_of(KINDS.iter(), test);
}

/// The same with the servers that a packet may be sent to.
#[track_caller]
pub(crate) fn each_with_packets(test: impl Fn(&Kind) + Sync) {
    each_of(KINDS.iter().filter(|kind| kind.has_packets()), test);
}

#[track_caller]
pub(crate) fn each_of<'a>(kinds: impl Iterator<Item = &'a Kind>, test: impl Fn(&Kind) + Sync) {
    thread::scope(|scope| {
        for kind in kinds {
            let named = thread::Builder::new().name(kind.name.to_owned());
            named.spawn_scoped(scope, || test(kind)).expect("a thread");
        }
    });
}

impl Kind {
    pub(crate) fn has_packets(&self) -> bool {
        self.framing == Framing::Packets
    }

    /// True for those whose workers answer: their clients send packets and have to log in.
    pub(crate) fn has_rooms(&self) -> bool {
        ["baccarat-server", "chat-server"].contains(&self.program)
    }

    /// The program with what every test tells it, and these flags.
    pub(crate) fn program(&self, flags: &[&str]) -> Program {
        self.within(Program::of_this_build(self.program), flags)
    }

    /// The same for a program that starts this one.
    pub(crate) fn within(&self, starter: Program, flags: &[&str]) -> Program {
        let program = starter.args(self.listens).args(flags);
        let variables = self.variables.iter();
        variables.fold(program, |program, (name, value)| program.env(name, value))
    }

    /// The server, when all its services listen.
    #[track_caller]
    pub(crate) fn start(&self, flags: &[&str]) -> Server {
        self.started(self.program(flags))
    }

    #[track_caller]
    pub(crate) fn started(&self, program: Program) -> Server {
        self.server(program.start())
    }

    /// The server that this process is.
    #[track_caller]
    pub(crate) fn server(&self, process: Process) -> Server {
        if self.service.is_empty() {
            return Server::new(process);
        }
        let services = self.listens.iter().filter_map(|flag| flag.strip_prefix("--"));
        for service in services {
            address_of(&process, service);
        }
        let address = address_of(&process, self.service);
        Server::at(process, address)
    }

    /// Where it listens, as its log has it: the only settings that differ from the defaults.
    pub(crate) fn as_settings(&self) -> String {
        let pairs = self.listens.chunks(2);
        let settings = pairs.map(|pair| format!("{}={}", pair[0].trim_start_matches("--"), pair[1]));
        settings.collect::<Vec<_>>().join(" ")
    }

    /// True for the service that requests are for.
    pub(crate) fn is_asked_at(&self, service: &str) -> bool {
        self.service.is_empty() || self.service == service
    }

    /// The server answers this client.
    #[track_caller]
    pub(crate) fn serves(&self, client: &mut Client) {
        client.send(self.request);
        self.hears_the_reply(client);
    }

    #[track_caller]
    pub(crate) fn hears_the_reply(&self, client: &mut Client) {
        let mut reply = vec![0; self.reply.len()];
        client.receive_exactly(&mut reply);
        assert!(self.is_reply(&reply), "{}", reply.escape_ascii());
    }

    /// Says whether the server answers this client, which it may have refused.
    pub(crate) fn is_answered(&self, client: &mut Client) -> bool {
        let mut reply = Vec::new();
        let mut is_open = client.try_send(self.request).is_ok();
        while is_open && reply.len() < self.reply.len() {
            let more = client.receive_some().unwrap_or_default();
            is_open = !more.is_empty();
            reply.extend(more);
        }
        self.is_reply(&reply)
    }

    pub(crate) fn is_reply(&self, bytes: &[u8]) -> bool {
        let fits = |(byte, expected): (&u8, &u8)| match expected {
            b'?' => byte.is_ascii_digit(),
            b'*' => byte.is_ascii_alphabetic(),
            _ => byte == expected,
        };
        bytes.len() == self.reply.len() && bytes.iter().zip(self.reply).all(fits)
    }

    /// What it says before it ends a connection for this reason.
    pub(crate) fn last_words(&self, error: i16) -> Vec<u8> {
        match self.framing {
            Framing::Packets => error_packet(error).to_vec(),
            _ => Vec::new(),
        }
    }

    /// The end of this client, which is told nothing but why.
    #[track_caller]
    pub(crate) fn ends(&self, client: &mut Client, error: i16) {
        let received = client.receive_rest();
        let is_told = match self.framing {
            // 503, or 429 for an address that has enough.
            Framing::Http if error == SERVER_FULL => received.starts_with(b"HTTP/1.1 "),
            _ => received == self.last_words(error),
        };
        assert!(is_told, "{}", received.escape_ascii());
    }

    /// The end of this client, which has sent the beginning of a request.
    #[track_caller]
    pub(crate) fn ends_inside_a_request(&self, client: &mut Client) {
        let received = client.receive_rest();
        let is_told = match self.framing {
            Framing::Http => received.starts_with(b"HTTP/1.1 4"),
            _ => received.is_empty(),
        };
        assert!(is_told, "{}", received.escape_ascii());
    }
}
