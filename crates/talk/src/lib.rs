//! What users say to each other on any room server: messages and relays in a room, whispers, invitations.
//!
//! A chat is a game of nothing else; at a card table people talk too. So a game on the engine of [`rooms`] asks [`Talk`]
//! first, and looks at a packet itself where that is [`Handled::UnknownId`]:
//!
//! ```
//! use std::convert::Infallible;
//!
//! use protocol::ErrorCode;
//! use rooms::{Handled, Incoming, Member, RoomContext, RoomLogic};
//! use talk::Talk;
//!
//! struct Table {
//!     talk: Talk,
//! }
//!
//! impl RoomLogic for Table {
//!     type Event = Infallible;
//!
//!     fn entered(&mut self, room: &mut RoomContext<'_>, member: &Member) {
//!         self.talk.entered(room, member);
//!     }
//!
//!     fn packet(
//!         &mut self,
//!         room: &mut RoomContext<'_>,
//!         from: &Member,
//!         packet: &mut Incoming<'_>,
//!     ) -> Result<Handled, ErrorCode> {
//!         match self.talk.room_packet(room, from, packet)? {
//!             Handled::Yes => Ok(Handled::Yes),
//!             // Here come the packets of the table.
//!             Handled::UnknownId => Ok(Handled::UnknownId),
//!         }
//!     }
//! }
//! ```
//!
//! On one of many servers, that of [`Talk::in_directory`], users of the others are reached as well: the session that asks
//! is parked until the other server has answered. There the game gives [`Talk`] its logins and its events too.
//!
//! No socket, no thread and no clock in here.
//!
//! | file | what is in it |
//! |---|---|
//! | `anywhere` | requests that need no room: whispers, declined invitations, rooms that are elsewhere |
//! | `room` | requests of a member in its room: messages, relays, invitations |
//! | `invitations` | who has invited whom, and has no answer yet |
//! | `length` | how long a message may be |
//! | `elsewhere`, `event` | requests to other servers, and what has become of them |
//! | `durable` | messages that are in a log before anybody sees them |
//! | `requests` | requests of other servers |
//! | `slots` | rooms that come and go with the slots of this server |
#![forbid(unsafe_code)]

mod anywhere;
mod durable;
mod elsewhere;
mod event;
mod invitations;
mod length;
mod requests;
mod room;
mod slots;

use std::error::Error;
use std::io;
use std::sync::Arc;

use directory::{Nodes, Taken};
use protocol::{ErrorCode, PacketId};
use room_log::Writer;
use rooms::{Delivery, Handled, Incoming, Login, Member, Outside, RoomContext, User};

use durable::Durable;
use elsewhere::Elsewhere;
use event::Answer;
pub use event::Event;
use invitations::Invitations;
pub use length::LONGEST_MESSAGE;

/// The talk on one server. Its game has one, and each room a clone: clones share the open invitations.
#[derive(Debug, Clone)]
pub struct Talk {
    invitations: Arc<Invitations>,
    max_packet: usize,
    /// Where there are other servers.
    elsewhere: Option<Arc<Elsewhere>>,
    /// Where messages outlive the server.
    durable: Option<Arc<Durable>>,
}

/// What a game asks.
impl Talk {
    /// For a server whose packets have `max_packet` bytes at most, header included.
    #[must_use]
    pub fn new(max_packet: usize) -> Self {
        Self {
            invitations: Arc::default(),
            max_packet,
            elsewhere: None,
            durable: None,
        }
    }

    /// The same on one of many servers, which has these places among them.
    #[must_use]
    pub fn in_directory(nodes: Arc<Nodes>, max_packet: usize) -> Self {
        Self {
            elsewhere: Some(Arc::new(Elsewhere::new(nodes))),
            ..Self::new(max_packet)
        }
    }

    /// The same with messages that are in this log before anybody sees them.
    ///
    /// # Errors
    /// When there is no thread for the log.
    pub fn durable(self, writer: Writer) -> io::Result<Self> {
        let durable = Some(Arc::new(Durable::new(writer)?));
        Ok(Self { durable, ..self })
    }

    /// The way of the answers of other servers, and of their requests. Rooms come and go with the slots of this server. For
    /// [`Game::start`](rooms::Game::start).
    pub fn start<E: From<Event> + Send + 'static>(&self, outside: Outside<E>) {
        if let Some(durable) = &self.durable {
            durable.start(outside.clone());
        }
        if let Some(elsewhere) = &self.elsewhere {
            elsewhere.start(outside.clone());
            slots::follow(&elsewhere.nodes, &outside);
            self.serve(elsewhere, outside);
        }
    }

    /// The same for a game that has something to make ready before the rooms of a further slot come: see
    /// [`Nodes::watch_preparing`].
    pub fn start_preparing<E: From<Event> + Send + 'static>(
        &self,
        outside: Outside<E>,
        prepare: impl Fn(&Taken) -> Result<(), Box<dyn Error + Send + Sync>> + Send + Sync + 'static,
    ) {
        if let Some(elsewhere) = &self.elsewhere {
            elsewhere.start(outside.clone());
            slots::follow_preparing(&elsewhere.nodes, &outside, prepare);
            self.serve(elsewhere, outside);
        }
    }

    /// Answers the requests of other servers.
    fn serve<E: From<Event> + Send + 'static>(&self, elsewhere: &Elsewhere, outside: Outside<E>) {
        let invitations = Arc::clone(&self.invitations);
        let seat_time = elsewhere.nodes.settings().seat_time;
        elsewhere.nodes.serve(move |request, reply| {
            requests::answer(&outside, &invitations, seat_time, request, reply);
        });
    }

    /// Answers a whisper or a declined invitation, from whichever room. For [`Game::packet`](rooms::Game::packet).
    ///
    /// # Errors
    /// [`ErrorCode::PACKET_DECODING_FAIL`] for a declined invitation that cannot be read, or an answer that its
    /// receiver's codec cannot carry.
    pub fn packet(
        &self,
        delivery: &mut Delivery,
        from: &User<'_>,
        packet: &mut Incoming<'_>,
    ) -> Result<Handled, ErrorCode> {
        match packet.packet_id() {
            PacketId::WHISPER_REQ => anywhere::whisper(self.elsewhere(), delivery, from, packet)?,
            PacketId::ROOM_INVITE_DECLINE_REQ => {
                anywhere::decline(&self.invitations, self.elsewhere(), delivery, from, packet)?;
            }
            PacketId::SYNC_REQ => match &self.durable {
                Some(durable) => durable.sync(delivery, from, packet)?,
                None => return Ok(Handled::UnknownId),
            },
            _ => return Ok(Handled::UnknownId),
        }
        Ok(Handled::Yes)
    }

    /// True for a message, a relay and an invitation; for a history, where there is one. For [`Game::needs_room`](rooms::Game::needs_room).
    #[must_use]
    pub fn needs_room(&self, packet: &Incoming<'_>) -> bool {
        match packet.packet_id() {
            PacketId::ROOM_CHAT_REQ | PacketId::ROOM_RELAY_REQ | PacketId::ROOM_INVITE_REQ => true,
            PacketId::ROOM_HISTORY_REQ => self.durable.is_some(),
            _ => false,
        }
    }

    /// Asks for a room that is not here. False where there are no other servers. For
    /// [`Game::elsewhere`](rooms::Game::elsewhere).
    pub fn enter_elsewhere(&self, delivery: &mut Delivery, user: &User<'_>, room: i32) -> bool {
        if let Some(elsewhere) = self.elsewhere() {
            elsewhere.enter(delivery, user, room);
        }
        self.elsewhere.is_some()
    }

    /// Gives a user the answer of another server. For [`Game::event`](rooms::Game::event).
    pub fn event(&self, delivery: &mut Delivery, user: &User<'_>, event: Event) {
        // Packets of a few numbers can always be built.
        let _ = match event.0 {
            Answer::Whisper(result) => anywhere::tell_whispered(delivery, user, result),
            Answer::Room(outcome) => anywhere::tell_where(delivery, user, outcome),
            // Those go to rooms.
            Answer::Invitation { .. } | Answer::Late(_) => Ok(()),
        };
    }

    /// Forgets the invitations of this user, and those to this user. For
    /// [`Game::logged_out`](rooms::Game::logged_out).
    pub fn logged_out(&self, user: &User<'_>) {
        self.invitations.forget(user.session.id());
    }

    fn elsewhere(&self) -> Option<&Elsewhere> {
        self.elsewhere.as_deref()
    }
}

/// The logins of one of many servers. Each is for the function of [`Game`](rooms::Game) that has its name.
impl Talk {
    /// True where there are other servers: whoever logs in needs a ticket for this one.
    #[must_use]
    pub fn checks_logins(&self) -> bool {
        self.elsewhere.is_some()
    }

    /// Lets a user in who has a ticket for this server. It waits for the directory.
    ///
    /// # Errors
    /// Those of [`Nodes::check_login`].
    pub fn check_login(&self, login: &Login<'_>) -> Result<(), ErrorCode> {
        self.elsewhere().map_or(Ok(()), |elsewhere| {
            let seat = elsewhere
                .nodes
                .check_login(login.user_id, login.password, login.session);
            seat.map(drop)
        })
    }

    /// The user is on no server any more, unless another session is.
    pub fn session_ended(&self, user_id: &str, session: u64) {
        if let Some(elsewhere) = self.elsewhere() {
            elsewhere.nodes.log_out(user_id, session);
        }
    }
}

/// What a room asks.
impl Talk {
    /// Takes all invitations to this room as accepted. For [`RoomLogic::entered`](rooms::RoomLogic::entered).
    pub fn entered(&self, room: &RoomContext<'_>, member: &Member) {
        let invited = (member.session.id(), &*member.user_id);
        self.invitations.accept(invited, room.number());
    }

    /// Answers a message, a relay or an invitation of a member. For
    /// [`RoomLogic::packet`](rooms::RoomLogic::packet).
    ///
    /// # Errors
    /// [`ErrorCode::PACKET_DECODING_FAIL`] for a relay that cannot be read or would be longer than a packet may be, or
    /// an answer that its receiver's codec cannot carry.
    pub fn room_packet(
        &self,
        room: &mut RoomContext<'_>,
        from: &Member,
        packet: &mut Incoming<'_>,
    ) -> Result<Handled, ErrorCode> {
        match packet.packet_id() {
            PacketId::ROOM_CHAT_REQ => match &self.durable {
                Some(durable) => durable.chat(room, from, packet)?,
                None => room::chat(room, from, packet)?,
            },
            PacketId::ROOM_HISTORY_REQ => match &self.durable {
                Some(durable) => durable.history(room, from, packet)?,
                None => return Ok(Handled::UnknownId),
            },
            PacketId::ROOM_RELAY_REQ => room::relay(room, from, packet, self.max_packet)?,
            PacketId::ROOM_INVITE_REQ => {
                room::invite(&self.invitations, self.elsewhere(), room, from, packet)?;
            }
            _ => return Ok(Handled::UnknownId),
        }
        Ok(Handled::Yes)
    }

    /// Gives a member the answer of another server. For [`RoomLogic::event`](rooms::RoomLogic::event).
    pub fn room_event(&self, room: &mut RoomContext<'_>, from: Option<&Member>, event: Event) {
        match event.0 {
            Answer::Invitation {
                inviter,
                invited,
                outcome,
            } => room::invited_elsewhere(&self.invitations, room, from, (inviter, &invited), outcome),
            Answer::Late(late) => durable::tell_late(room, &late),
            // Those go to users.
            Answer::Whisper(_) | Answer::Room(_) => {}
        }
    }
}
