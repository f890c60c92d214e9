//! The finished chat server: rooms in which people [`talk`], on the engine of [`rooms`]. What else a program has is in
//! [`room_server`].
#![forbid(unsafe_code)]

use std::convert::Infallible;

use protocol::ErrorCode;
use rooms::{Delivery, Game, Handled, Incoming, Member, RoomContext, RoomLogic, User};
use talk::Talk;

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
}

impl Game for Chat {
    type Room = ChatRoom;

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

    fn logged_out(&self, user: &User<'_>) {
        self.talk.logged_out(user);
    }
}

/// One chat room.
#[derive(Debug)]
pub struct ChatRoom {
    talk: Talk,
}

impl RoomLogic for ChatRoom {
    type Event = Infallible;

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
}
