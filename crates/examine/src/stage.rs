//! What a check works with: the server, the time that is left, and the conversation so far.

use std::cell::Cell;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use protocol::PacketId;

use crate::client::Client;
use crate::conversation::Conversation;
use crate::failure::{Failure, Outcome};
use crate::notation::Notation;
use crate::settings::{Service, Settings};

/// What all checks of one examination have in common.
pub(crate) struct Examination {
    /// When all of them must be over.
    pub(crate) end: Instant,
    /// A number by chance, which is a part of the names of all users: somebody else may examine the same server now.
    pub(crate) mark: u64,
    /// How many rooms were looked at; it begins by chance, too.
    pub(crate) rooms_used: Cell<i32>,
}

impl Examination {
    pub(crate) fn new(settings: &Settings) -> Self {
        // The standard library draws new keys for each of these.
        let [mark, start] = [(); 2].map(|()| RandomState::new().build_hasher().finish());
        // In the upper half: people start with the first room. And not with the last one: whether it is there is for
        // one check to say.
        let rooms = u64::try_from(settings.rooms / 2).unwrap_or(0).max(1);
        Self {
            end: Instant::now() + settings.total,
            mark,
            rooms_used: Cell::new(1 + (start % rooms) as i32),
        }
    }
}

/// A request, and its reply.
pub(crate) struct Greeting {
    pub(crate) request: Vec<u8>,
    pub(crate) reply: Vec<u8>,
}

impl Greeting {
    /// A request that comes back.
    pub(crate) fn same(bytes: &[u8]) -> Self {
        Self {
            request: bytes.to_vec(),
            reply: bytes.to_vec(),
        }
    }
}

/// How the clients of one kind of server begin.
pub(crate) struct Opening {
    /// A request that any client may start with.
    pub(crate) greeting: fn(&Stage<'_>) -> Greeting,
    /// Another one for the same connection, with other bytes.
    pub(crate) follow_up: fn(&Stage<'_>) -> Greeting,
    /// One of many, of which no two neighbours have the same reply.
    pub(crate) one_of_many: fn(&Stage<'_>, usize) -> Greeting,
    /// Whether the greeting is a login, of which only one is welcome on a connection.
    pub(crate) logs_in: bool,
    /// What a game tells a newcomer to a room: checks of entering pass over it.
    pub(crate) told_to_newcomers: &'static [PacketId],
}

/// What one check works with.
pub(crate) struct Stage<'a> {
    opening: Option<&'a Opening>,
    pub(crate) server: SocketAddr,
    pub(crate) settings: &'a Settings,
    pub(crate) examination: &'a Examination,
    /// The number of the check, which is a part of the names of its users.
    pub(crate) number: u32,
    counted: Cell<usize>,
    conversation: Conversation,
}

impl<'a> Stage<'a> {
    pub(crate) fn new(
        notation: Notation,
        opening: Option<&'a Opening>,
        server: SocketAddr,
        settings: &'a Settings,
        examination: &'a Examination,
        number: u32,
    ) -> Self {
        Self {
            opening,
            server,
            settings,
            examination,
            number,
            counted: Cell::new(0),
            conversation: Conversation::new(
                notation,
                opening.map_or(&[], |opening| opening.told_to_newcomers),
                settings.patience,
                examination.end,
            ),
        }
    }

    /// A new client of the server.
    pub(crate) fn connect(&self) -> Outcome<Client<'_>> {
        self.connect_with(self.server, harness::Client::connect)
    }

    /// A client that only wants to know more of a failure: the report says nothing of it.
    pub(crate) fn connect_unnoticed(&self) -> Outcome<Client<'_>> {
        self.conversation.without_notes(|| self.connect())
    }

    /// A client of one service of the server.
    pub(crate) fn connect_to(&self, service: Service) -> Outcome<Client<'_>> {
        self.connect_with(self.place(service), harness::Client::connect)
    }

    /// Where this service listens.
    pub(crate) fn place(&self, service: Service) -> SocketAddr {
        self.settings.place(service).unwrap_or(self.server)
    }

    /// A client to which nobody can send much before it reads.
    pub(crate) fn connect_with_little_room(&self) -> Outcome<Client<'_>> {
        self.connect_with(self.server, harness::Client::connect_with_little_room)
    }

    fn connect_with(
        &self,
        server: SocketAddr,
        connect: fn(SocketAddr, Duration) -> io::Result<harness::Client>,
    ) -> Outcome<Client<'_>> {
        let number = self.conversation.next_client();
        self.note(format!("client {number} connects"));
        match connect(server, self.patience()) {
            Ok(connection) => Ok(Client::new(&self.conversation, connection, number)),
            Err(error) => Err(Failure::refusal(number, &error.to_string())),
        }
    }

    pub(crate) fn notation(&self) -> Notation {
        self.conversation.notation()
    }

    /// What a check says, as the server speaks it. Who cuts a request into pieces asks for it.
    pub(crate) fn on_wire(&self, said: &[u8]) -> Vec<u8> {
        self.conversation.on_wire(said)
    }

    /// How long to wait for bytes now.
    pub(crate) fn patience(&self) -> Duration {
        self.conversation.patience()
    }

    /// One that has not been used before: a user can log in only once.
    pub(crate) fn greeting(&self) -> Greeting {
        (self.opening().greeting)(self)
    }

    /// Another one for the same connection, with other bytes, that may be sent any number of times.
    pub(crate) fn follow_up(&self) -> Greeting {
        (self.opening().follow_up)(self)
    }

    /// So many requests for the same connection, of which no two neighbours have the same reply.
    pub(crate) fn many(&self, count: usize) -> Vec<Greeting> {
        (0..count)
            .map(|number| (self.opening().one_of_many)(self, number))
            .collect()
    }

    /// Whether only one greeting is welcome on a connection.
    pub(crate) fn logs_in(&self) -> bool {
        self.opening().logs_in
    }

    fn opening(&self) -> &Opening {
        self.opening
            .expect("checks that greet are for kinds with an opening")
    }

    /// 1, 2, 3 and so on, for what must be new each time.
    pub(crate) fn count_up(&self) -> usize {
        self.counted.set(self.counted.get() + 1);
        self.counted.get()
    }

    /// Writes down what happens, for the report.
    pub(crate) fn note(&self, line: String) {
        self.conversation.note(line);
    }

    /// What has been said, in order.
    pub(crate) fn into_conversation(self) -> Vec<String> {
        self.conversation.into_lines()
    }
}
