//! The finished chat server: rooms in which people [`talk`], on the engine of [`rooms`]. What else a program has is in
//! [`room_server`].
#![forbid(unsafe_code)]

mod durable;
mod numbers;

use std::io;
use std::sync::Arc;

use admin::Metrics;
use directory::{GameName, Nodes};
use protocol::ErrorCode;
use room_log::Writer;
use room_server::WebGame;
use rooms::{Delivery, Game, Handled, Incoming, Login, Member, Outside, RoomContext, RoomLogic, User};
use talk::{Event, Talk};

use numbers::counted;

pub use durable::{DurableFlags, open_log};

/// What chat servers are called in a directory.
pub const CHAT: GameName = GameName::new("chat");

/// The chat as browsers have it.
pub const WEB: WebGame = WebGame {
    name: "chat",
    port: 11_080,
};

/// The chat: a game in which nothing is done but to talk.
#[derive(Debug)]
pub struct Chat {
    talk: Talk,
}

impl Chat {
    /// A chat whose packets have `max_packet` bytes at most, header included.
    #[must_use]
    pub fn new(max_packet: usize) -> Self {
        Self {
            talk: Talk::new(max_packet),
        }
    }

    /// The same on one of many servers, which has these places among them. Its rooms begin at [`Nodes::first_room`], which
    /// [`Config::first_room`](rooms::Config::first_room) must say, and their unique ids at [`Nodes::first_unique_id`].
    #[must_use]
    pub fn in_directory(nodes: Arc<Nodes>, max_packet: usize) -> Self {
        Self {
            talk: Talk::in_directory(nodes, max_packet),
        }
    }
}

impl Chat {
    /// The same with messages that are in this log before anybody sees them. What the log does is among these numbers.
    ///
    /// # Errors
    /// When there is no thread for the log.
    pub fn durable(self, writer: Writer, metrics: &Metrics) -> io::Result<Self> {
        Ok(Self {
            talk: self.talk.durable(counted(writer, metrics))?,
        })
    }
}

impl Game for Chat {
    type Room = ChatRoom;

    fn start(&self, outside: Outside<Event>) {
        self.talk.start(outside);
    }

    fn new_room(&self, _number: i32) -> ChatRoom {
        let talk = self.talk.clone();
        ChatRoom { talk }
    }

    fn packet(
        &self,
        delivery: &mut Delivery,
        from: &User<'_>,
        packet: &mut Incoming<'_>,
    ) -> Result<Handled, ErrorCode> {
        self.talk.packet(delivery, from, packet)
    }

    fn needs_room(&self, packet: &Incoming<'_>) -> bool {
        self.talk.needs_room(packet)
    }

    fn elsewhere(&self, delivery: &mut Delivery, user: &User<'_>, room: i32) -> bool {
        self.talk.enter_elsewhere(delivery, user, room)
    }

    fn event(&self, delivery: &mut Delivery, user: &User<'_>, event: Event) {
        self.talk.event(delivery, user, event);
    }

    fn logged_out(&self, user: &User<'_>) {
        self.talk.logged_out(user);
    }

    fn checks_logins(&self) -> bool {
        self.talk.checks_logins()
    }

    fn check_login(&self, login: &Login<'_>) -> Result<(), ErrorCode> {
        self.talk.check_login(login)
    }

    fn session_ended(&self, user_id: &str, session: u64) {
        self.talk.session_ended(user_id, session);
    }
}

/// One chat room.
#[derive(Debug)]
pub struct ChatRoom {
    talk: Talk,
}

impl RoomLogic for ChatRoom {
    type Event = Event;

    fn entered(&mut self, room: &mut RoomContext<'_>, member: &Member) {
        self.talk.entered(room, member);
    }

    fn packet(
        &mut self,
        room: &mut RoomContext<'_>,
        from: &Member,
        packet: &mut Incoming<'_>,
    ) -> Result<Handled, ErrorCode> {
        self.talk.room_packet(room, from, packet)
    }

    fn event(&mut self, room: &mut RoomContext<'_>, from: Option<&Member>, event: Event) {
        self.talk.room_event(room, from, event);
    }
}
