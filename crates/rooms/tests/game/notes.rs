//! A game in which everything that happens becomes a note to all members of the room. Users with certain
//! names are traps: the call about them panics.

use std::sync::{Arc, Barrier, OnceLock};
use std::time::Duration;

use crossbeam_channel::Sender;

use protocol::{ErrorCode, Packet, PacketId};
use rooms::{
    Delivery, Game, Handled, Incoming, Login, Member, Outside, RoomContext, RoomLogic, Ticket, User,
};

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

/// From a member: it is parked, by its room.
pub(crate) const PARK: PacketId = PacketId(907);
/// From a user in a room or not: it is parked, by the game.
pub(crate) const ASK: PacketId = PacketId(908);
/// From a user: a panic that the worker does not survive.
pub(crate) const BOMB: PacketId = PacketId(910);

/// From a member: when the server ends, the room waits for an event.
pub(crate) const WAIT_AT_THE_END: PacketId = PacketId(909);

/// An answer after which its receiver is parked again.
pub(crate) const AGAIN: &str = "again";

/// A room that another server has.
pub(crate) const ELSEWHERE: i32 = 10_000;

/// Names whose calls panic.
pub(crate) const ENTERING: &str = "bad entering";
pub(crate) const ENTERED: &str = "bad entered";
pub(crate) const LEFT: &str = "bad left";
pub(crate) const LOGGED_OUT: &str = "bad logged_out";
/// A text whose packet panics, in the game and in a room.
pub(crate) const PANIC: &str = "panic!";

pub(crate) struct Notes {
    /// Where a worker and the test meet twice.
    pub(crate) gate: Arc<Barrier>,
    /// How often the rooms tell the time.
    pub(crate) tick: Option<Duration>,
    /// Set when the server starts.
    pub(crate) outside: Arc<OnceLock<Outside<String>>>,
    /// Where the tickets go.
    pub(crate) tickets: Sender<Ticket>,
    /// What says whether a login is let in, where they are checked.
    pub(crate) check: Option<Check>,
    /// Where the ends of sessions go that were let in.
    pub(crate) ended: Sender<(String, u64)>,
}

/// Whether a login is let in.
pub(crate) type Check = Arc<dyn Fn(&Login<'_>) -> Result<(), ErrorCode> + Send + Sync>;

pub(crate) struct NoteRoom {
    tick: Option<Duration>,
    tick_is_a_trap: bool,
    tickets: Sender<Ticket>,
    /// What came from outside while nobody was there.
    unread: Option<String>,
    /// Events that are to come before the server ends, where one has asked for that.
    missing: Option<usize>,
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

    fn start(&self, outside: Outside<String>) {
        assert!(self.outside.set(outside).is_ok(), "it starts once");
    }

    fn new_room(&self, _number: i32) -> NoteRoom {
        assert!(self.outside.get().is_some(), "rooms come after the start");
        NoteRoom {
            tick: self.tick,
            tick_is_a_trap: false,
            tickets: self.tickets.clone(),
            unread: None,
            missing: None,
        }
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
            BOMB => std::panic::panic_any(Bomb),
            ASK => self.tickets.send(delivery.park()).expect("a test"),
            _ => return Ok(Handled::UnknownId),
        }
        Ok(Handled::Yes)
    }

    fn elsewhere(&self, delivery: &mut Delivery, _user: &User<'_>, room: i32) -> bool {
        let is_known = room == ELSEWHERE;
        if is_known {
            self.tickets.send(delivery.park()).expect("a test");
        }
        is_known
    }

    fn event(&self, delivery: &mut Delivery, user: &User<'_>, event: String) {
        assert_ne!(event, PANIC);
        if event == AGAIN {
            self.tickets.send(delivery.park()).expect("a test");
        }
        let answer = text(MIRROR, &format!("{}: {event}", user.user_id));
        delivery.send(user.session, &answer).expect("a short answer");
    }

    fn needs_room(&self, packet: &Incoming<'_>) -> bool {
        packet.packet_id() == NOTE
    }

    fn logged_out(&self, user: &User<'_>) {
        assert_ne!(user.user_id, LOGGED_OUT);
    }

    fn checks_logins(&self) -> bool {
        self.check.is_some()
    }

    fn check_login(&self, login: &Login<'_>) -> Result<(), ErrorCode> {
        self.check.as_ref().expect("it is asked where it checks")(login)
    }

    fn session_ended(&self, user_id: &str, session: u64) {
        // A test that has ended does not want to know.
        let _ = self.ended.send((user_id.to_owned(), session));
    }
}

impl RoomLogic for NoteRoom {
    type Event = String;

    fn entering(&mut self, room: &mut RoomContext<'_>, member: &Member) {
        assert_ne!(&*member.user_id, ENTERING);
        if let Some(unread) = self.unread.take() {
            room.send(&member.session, &text(NOTE, &unread))
                .expect("a short note");
        }
    }

    fn entered(&mut self, room: &mut RoomContext<'_>, member: &Member) {
        assert_ne!(&*member.user_id, ENTERED);
        if self.tick.is_some() {
            room.wake_at(room.now());
        }
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
            PARK => self.tickets.send(room.park(from)).expect("a test"),
            WAIT_AT_THE_END => self.missing = Some(1),
            REMOVE => room.remove(member_called(room, body(packet))),
            CLOSE => room.close(member_called(room, body(packet)), REASON),
            _ => return Ok(Handled::UnknownId),
        }
        Ok(Handled::Yes)
    }

    fn event(&mut self, room: &mut RoomContext<'_>, from: Option<&Member>, event: String) {
        assert_ne!(event, PANIC);
        self.missing = self.missing.map(|missing| missing.saturating_sub(1));
        if let Some(member) = from.filter(|_| event == AGAIN) {
            self.tickets.send(room.park(member)).expect("a test");
        }
        let to = from.map_or("all", |member| &member.user_id);
        match room.members().is_empty() {
            true => self.unread = Some(event),
            false => note(room, &format!("to {to}: {event}")),
        }
    }

    fn left(&mut self, room: &mut RoomContext<'_>, member: &Member) {
        assert_ne!(&*member.user_id, LEFT);
        note(
            room,
            &format!("{} of {}", member.user_id, room.members().len() + 1),
        );
    }

    fn tick(&mut self, room: &mut RoomContext<'_>) {
        if let Some(tick) = self.tick {
            room.wake_at(room.now() + tick);
        }
        assert!(!std::mem::take(&mut self.tick_is_a_trap), "a trap");
        note(room, "tick");
    }

    fn abandoned(&mut self, room: &mut RoomContext<'_>) {
        note(room, "abandoned");
        assert!(!self.tick_is_a_trap);
    }

    fn closing(&mut self, room: &mut RoomContext<'_>) -> bool {
        if self.missing.is_some() {
            note(room, "closing");
        }
        self.missing.is_none_or(|missing| missing == 0)
    }
}

/// What a panic leaves behind, and panics again when it is thrown away, outside of all that is caught.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("what a panic has left behind");
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
