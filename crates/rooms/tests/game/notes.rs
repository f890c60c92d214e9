//! A game in which everything that happens becomes a note to all members of the room. Users with certain
//! names are traps: the call about them panics.

use std::sync::{Arc, Barrier};

use protocol::{ErrorCode, Packet, PacketId};
use rooms::{Delivery, Game, Handled, Incoming, Member, RoomContext, RoomLogic, User};

/// From a member: a note to all. From the room: what has happened.
pub(crate) const NOTE: PacketId = PacketId(901);
/// From a user in a room or not: comes back.
pub(crate) const MIRROR: PacketId = PacketId(902);
/// From a member: the next tick panics.
pub(crate) const TRAP_THE_TICK: PacketId = PacketId(903);

/// From a member: the member of this name is to leave the room.
pub(crate) const REMOVE: PacketId = PacketId(905);
/// From a member: the connection of the member of this name is to end.
pub(crate) const CLOSE: PacketId = PacketId(906);
/// What somebody is told whose connection is ended.
pub(crate) const REASON: ErrorCode = ErrorCode(999);

/// From a user: its worker does nothing until the test lets it go on.
pub(crate) const HOLD: PacketId = PacketId(904);

/// Names whose calls panic.
pub(crate) const ENTERED: &str = "bad entered";
pub(crate) const LEFT: &str = "bad left";
pub(crate) const LOGGED_OUT: &str = "bad logged_out";
/// A text whose packet panics, in the game and in a room.
pub(crate) const PANIC: &str = "panic!";

pub(crate) struct Notes {
    /// Where a worker and the test meet twice.
    pub(crate) gate: Arc<Barrier>,
}

#[derive(Default)]
pub(crate) struct NoteRoom {
    tick_is_a_trap: bool,
}

/// A packet with a text as its body.
pub(crate) fn text(id: PacketId, text: &str) -> Packet {
    let packet = Packet::framed(id).put_bytes(text.as_bytes()).build();
    packet.expect("a short text")
}

fn body<'a>(packet: &Incoming<'a>) -> &'a str {
    let text = str::from_utf8(packet.frame().body()).expect("a text");
    assert_ne!(text, PANIC);
    text
}

impl Game for Notes {
    type Room = NoteRoom;

    fn new_room(&self, _number: i32) -> NoteRoom {
        NoteRoom::default()
    }

    fn packet(
        &self,
        delivery: &mut Delivery,
        from: &User<'_>,
        packet: &mut Incoming<'_>,
    ) -> Result<Handled, ErrorCode> {
        match packet.packet_id() {
            MIRROR => delivery.send(from.session, &text(MIRROR, body(packet)))?,
            HOLD => {
                self.gate.wait();
                self.gate.wait();
            }
            _ => return Ok(Handled::UnknownId),
        }
        Ok(Handled::Yes)
    }

    fn needs_room(&self, packet: &Incoming<'_>) -> bool {
        packet.packet_id() == NOTE
    }

    fn logged_out(&self, user: &User<'_>) {
        assert_ne!(user.user_id, LOGGED_OUT);
    }
}

impl RoomLogic for NoteRoom {
    fn entered(&mut self, room: &mut RoomContext<'_>, member: &Member) {
        assert_ne!(&*member.user_id, ENTERED);
        note(room, &format!("{} is in {}", member.user_id, room.number()));
    }

    fn packet(
        &mut self,
        room: &mut RoomContext<'_>,
        from: &Member,
        packet: &mut Incoming<'_>,
    ) -> Result<Handled, ErrorCode> {
        match packet.packet_id() {
            NOTE => note(room, &format!("{}: {}", from.user_id, body(packet))),
            TRAP_THE_TICK => self.tick_is_a_trap = true,
            REMOVE => room.remove(member_called(room, body(packet))),
            CLOSE => room.close(member_called(room, body(packet)), REASON),
            _ => return Ok(Handled::UnknownId),
        }
        Ok(Handled::Yes)
    }

    fn left(&mut self, room: &mut RoomContext<'_>, member: &Member) {
        assert_ne!(&*member.user_id, LEFT);
        note(
            room,
            &format!("{} of {}", member.user_id, room.members().len() + 1),
        );
    }

    fn tick(&mut self, room: &mut RoomContext<'_>) {
        assert!(!std::mem::take(&mut self.tick_is_a_trap), "a trap");
        note(room, "tick");
    }
}

fn member_called(room: &RoomContext<'_>, user_id: &str) -> u64 {
    let mut members = room.members().iter();
    let member = members.find(|member| &*member.user_id == user_id);
    // No member has this unique id.
    member.map_or(0, |member| member.unique_id)
}

fn note(room: &mut RoomContext<'_>, what: &str) {
    room.send_to_all(&text(NOTE, what)).expect("a short note");
}
