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
//! No socket, no thread and no clock in here.
//!
//! | file | what is in it |
//! |---|---|
//! | `anywhere` | requests that need no room: whispers, declined invitations |
//! | `room` | requests of a member in its room: messages, relays, invitations |
//! | `invitations` | who has invited whom, and has no answer yet |
//! | `length` | how long a message may be |
#![forbid(unsafe_code)]

mod anywhere;
mod invitations;
mod length;
mod room;

use std::sync::Arc;

use protocol::{ErrorCode, PacketId};
use rooms::{Delivery, Handled, Incoming, Member, RoomContext, User};

use invitations::Invitations;
pub use length::LONGEST_MESSAGE;

/// The talk on one server. Its game has one, and each room a clone: clones share the open invitations.
#[derive(Debug, Clone)]
pub struct Talk {
    invitations: Arc<Invitations>,
    max_packet: usize,
}

/// What a game asks.
impl Talk {
    /// For a server whose packets have `max_packet` bytes at most, header included.
    #[must_use]
    pub fn new(max_packet: usize) -> Self {
        Self {
            invitations: Arc::default(),
            max_packet,
        }
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
            PacketId::WHISPER_REQ => anywhere::whisper(delivery, from, packet)?,
            PacketId::ROOM_INVITE_DECLINE_REQ => {
                anywhere::decline(&self.invitations, delivery, from, packet)?;
            }
            _ => return Ok(Handled::UnknownId),
        }
        Ok(Handled::Yes)
    }

    /// True for a message, a relay and an invitation. For [`Game::needs_room`](rooms::Game::needs_room).
    #[must_use]
    pub fn needs_room(&self, packet: &Incoming<'_>) -> bool {
        matches!(
            packet.packet_id(),
            PacketId::ROOM_CHAT_REQ | PacketId::ROOM_RELAY_REQ | PacketId::ROOM_INVITE_REQ
        )
    }

    /// Forgets the invitations of this user, and those to this user. For
    /// [`Game::logged_out`](rooms::Game::logged_out).
    pub fn logged_out(&self, user: &User<'_>) {
        self.invitations.forget(user.session.id());
    }
}

/// What a room asks.
impl Talk {
    /// Takes all invitations to this room as accepted. For [`RoomLogic::entered`](rooms::RoomLogic::entered).
    pub fn entered(&self, room: &RoomContext<'_>, member: &Member) {
        self.invitations.accept(member.session.id(), room.number());
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
            PacketId::ROOM_CHAT_REQ => room::chat(room, from, packet)?,
            PacketId::ROOM_RELAY_REQ => room::relay(room, from, packet, self.max_packet)?,
            PacketId::ROOM_INVITE_REQ => room::invite(&self.invitations, room, from, packet)?,
            _ => return Ok(Handled::UnknownId),
        }
        Ok(Handled::Yes)
    }
}
