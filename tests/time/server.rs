//! Starts the finished time server on free ports, and asks it.

use std::io;
use std::net::{SocketAddr, UdpSocket};

use crate::SERVER;
use crate::clock::{self, TEXT, timed};
use crate::support::{Client, Finished, MOMENT, PATIENCE, Process, Program, Signal, address_of};

/// The three services, each with a port that the system chose.
pub(crate) struct TimeServer {
    pub(crate) process: Process,
    pub(crate) daytime: SocketAddr,
    pub(crate) sessions: SocketAddr,
    pub(crate) udp: SocketAddr,
}

/// On free ports of 127.0.0.1, where the flags say nothing else.
pub(crate) fn program(flags: &[&str]) -> Program {
    let any_port = |program: Program, service: &str| program.env(service, "127.0.0.1:0");
    ["TIME_SERVER_DAYTIME", "TIME_SERVER_SESSIONS", "TIME_SERVER_UDP"]
        .into_iter()
        .fold(Program::new(SERVER).args(flags), any_port)
}

/// Starts all three services.
#[track_caller]
pub(crate) fn start(flags: &[&str]) -> TimeServer {
    started(program(flags))
}

#[track_caller]
pub(crate) fn started(program: Program) -> TimeServer {
    let process = program.start();
    let [daytime, sessions, udp] = ["daytime", "sessions", "udp"].map(|name| address_of(&process, name));
    TimeServer {
        process,
        daytime,
        sessions,
        udp,
    }
}

impl TimeServer {
    #[track_caller]
    pub(crate) fn session(&self) -> Client {
        Client::connect(self.sessions)
    }

    pub(crate) fn asker(&self) -> Asker {
        Asker::new(self.udp)
    }

    /// All three services answer.
    #[track_caller]
    pub(crate) fn is_alive(&self) {
        clock::assert_text(&timed(|| Client::connect(self.daytime).receive_rest()));
        is_served(&mut self.session());
        clock::assert_text(&self.asker().ask(b"time?"));
    }

    #[track_caller]
    pub(crate) fn terminate(self) -> Finished {
        self.process.signal(Signal::TERM);
        self.process.finish()
    }
}

/// The session gets a reply.
#[track_caller]
pub(crate) fn is_served(client: &mut Client) {
    let asked = timed(|| {
        client.send(b"time?\n");
        receive(client, TEXT)
    });
    clock::assert_text(&asked);
}

/// So many bytes.
#[track_caller]
pub(crate) fn receive(client: &mut Client, count: usize) -> Vec<u8> {
    let mut reply = vec![0; count];
    client.receive_exactly(&mut reply);
    reply
}

/// Somebody with a UDP socket, who hears only whom it has asked.
pub(crate) struct Asker {
    socket: UdpSocket,
}

/// A reply, and when it was asked for.
type Asked = (Vec<u8>, std::ops::RangeInclusive<u64>);

impl Asker {
    pub(crate) fn new(server: SocketAddr) -> Self {
        let here = if server.is_ipv4() {
            "127.0.0.1:0"
        } else {
            "[::1]:0"
        };
        let socket = UdpSocket::bind(here).expect("a free port");
        socket.connect(server).expect("loopback");
        socket.set_read_timeout(Some(PATIENCE)).expect("a live socket");
        Self { socket }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.socket.local_addr().expect("a live socket")
    }

    #[track_caller]
    pub(crate) fn send(&self, datagram: &[u8]) {
        self.socket.send(datagram).expect("loopback takes it");
    }

    /// For those whose server may have gone: false when nothing comes for a moment.
    pub(crate) fn is_answered(&self, datagram: &[u8]) -> bool {
        self.socket.set_read_timeout(Some(MOMENT)).expect("a live socket");
        self.socket.send(datagram).is_ok() && self.try_receive().is_ok()
    }

    #[track_caller]
    pub(crate) fn ask(&self, datagram: &[u8]) -> Asked {
        timed(|| {
            self.send(datagram);
            self.try_receive().expect("a reply")
        })
    }

    pub(crate) fn try_receive(&self) -> io::Result<Vec<u8>> {
        let mut reply = vec![0; 2_048];
        let count = self.socket.recv(&mut reply)?;
        reply.truncate(count);
        Ok(reply)
    }

    /// Nothing has come that was not received yet.
    #[track_caller]
    pub(crate) fn expect_nothing_now(&self) {
        self.socket.set_nonblocking(true).expect("a live socket");
        if let Ok(reply) = self.try_receive() {
            panic!("expected nothing, got {}", reply.escape_ascii());
        }
        self.socket.set_nonblocking(false).expect("a live socket");
    }

    /// Nothing comes for a moment.
    #[track_caller]
    pub(crate) fn expect_silence(&self) {
        self.socket.set_read_timeout(Some(MOMENT)).expect("a live socket");
        if let Ok(reply) = self.try_receive() {
            panic!("expected silence, got {}", reply.escape_ascii());
        }
        self.socket
            .set_read_timeout(Some(PATIENCE))
            .expect("a live socket");
    }
}
