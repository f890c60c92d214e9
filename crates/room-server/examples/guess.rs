//! A game on the engine: each room has a number from 0 to 99, and its members guess it together, against the clock.
//!
//! `cargo run -p room-server --example guess` starts it; the chapter `rooms: your own game` plays it. Logins, rooms,
//! slow clients and the end are the engine's, and so are their packets; flags, limits, log, trace and status are those
//! of every room server. The game adds three packets, and whoever guesses nothing for a minute is taken out of the room.

use std::convert::Infallible;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use command_line::{LogFlags, ProgramFlags};
use protocol::{ErrorCode, message_table};
use rooms::{Delivery, Game, Handled, Incoming, Member, RoomContext, RoomLogic, User};

// ANCHOR: messages
message_table! {
    /// What is said in this game, beside the packets of every room server.
    static MESSAGES;

    /// From a client: is it this number?
    GUESS_REQ = 2001 => GuessReq {
        /// From 0 to 99.
        number: i16,
    }

    /// From the server, to all: what somebody has guessed.
    GUESS_NTF = 2002 => GuessNtf {
        /// Who.
        unique_id: u64,
        /// What.
        number: i16,
        /// -1 for too low, 1 for too high; 0 is right, and the next number begins.
        answer: i8,
    }

    /// From the server, to all: nobody has guessed for a while, so this much is given away.
    HINT_NTF = 2003 => HintNtf {
        /// The number is in the ten that begin here.
        from: i16,
    }
}
// ANCHOR_END: messages

// ANCHOR: game
/// What is the same in all rooms.
struct Guess;

impl Game for Guess {
    type Room = GuessRoom;

    fn new_room(&self, number: i32) -> GuessRoom {
        GuessRoom::new(number)
    }

    fn packet(&self, _: &mut Delivery, _: &User<'_>, _: &mut Incoming<'_>) -> Result<Handled, ErrorCode> {
        // Nothing can be done outside of a room.
        Ok(Handled::UnknownId)
    }

    fn needs_room(&self, packet: &Incoming<'_>) -> bool {
        packet.packet_id() == GuessReq::ID
    }
}
// ANCHOR_END: game

/// So long nobody has guessed when a hint is given.
const HINT_AFTER: Duration = Duration::from_secs(10);

/// So long a member may guess nothing.
const PATIENCE: Duration = Duration::from_secs(60);

/// The rules, and all that one room remembers.
struct GuessRoom {
    number: i16,
    /// When somebody guessed, or was given a hint.
    last: Option<Instant>,
    /// When each member guessed last, or came.
    seen: Vec<(u64, Instant)>,
}

// ANCHOR: room
impl RoomLogic for GuessRoom {
    /// Nothing comes from outside of the server.
    type Event = Infallible;

    fn entered(&mut self, room: &mut RoomContext<'_>, member: &Member) {
        self.seen.push((member.unique_id, room.now()));
        self.last.get_or_insert(room.now());
        self.ask_for_time(room);
    }

    // ANCHOR: guess
    fn packet(
        &mut self,
        room: &mut RoomContext<'_>,
        from: &Member,
        packet: &mut Incoming<'_>,
    ) -> Result<Handled, ErrorCode> {
        if packet.packet_id() != GuessReq::ID {
            return Ok(Handled::UnknownId);
        }
        let GuessReq { number } = packet.decode()?;
        self.has_guessed(from.unique_id, room.now());
        room.send_to_all(&GuessNtf {
            unique_id: from.unique_id,
            number,
            answer: self.compare(number),
        })?;
        Ok(Handled::Yes)
    }
    // ANCHOR_END: guess

    fn left(&mut self, _: &mut RoomContext<'_>, member: &Member) {
        self.seen.retain(|(unique_id, _)| *unique_id != member.unique_id);
    }
    // ANCHOR_END: room

    // ANCHOR: tick
    fn tick(&mut self, room: &mut RoomContext<'_>) {
        let now = room.now();
        if self.last.is_some_and(|last| last + HINT_AFTER <= now) {
            self.last = Some(now);
            let from = self.number / 10 * 10;
            // A message of one number can always be built.
            let _ = room.send_to_all(&HintNtf { from });
        }
        self.seen.retain(|(unique_id, seen)| {
            let stays = *seen + PATIENCE > now;
            if !stays {
                room.remove(*unique_id);
            }
            stays
        });
        self.ask_for_time(room);
    }
}

impl GuessRoom {
    /// The next tick: when a hint is due, or the patience with a member ends. An empty room sleeps.
    fn ask_for_time(&self, room: &mut RoomContext<'_>) {
        let hint = self.last.map(|last| last + HINT_AFTER);
        let ends = self.seen.iter().map(|(_, seen)| *seen + PATIENCE);
        if let Some(first) = ends.min() {
            room.wake_at(hint.map_or(first, |hint| hint.min(first)));
        }
    }
    // ANCHOR_END: tick

    /// The first number of each room is no secret, so that the chapter can be replayed.
    fn new(room: i32) -> Self {
        Self {
            number: (42 + room % 50) as i16,
            last: None,
            seen: Vec::new(),
        }
    }

    fn has_guessed(&mut self, unique_id: u64, now: Instant) {
        self.last = Some(now);
        self.seen
            .iter_mut()
            .filter(|(member, _)| *member == unique_id)
            .for_each(|(_, seen)| *seen = now);
    }

    fn compare(&mut self, guess: i16) -> i8 {
        let answer = guess.cmp(&self.number) as i8;
        if answer == 0 {
            // Runs through all of 0 to 99: 37 and 100 have no common divisor.
            self.number = (self.number + 37) % 100;
        }
        answer
    }
}

// ANCHOR: main
/// Guess a number together, in rooms.
#[derive(clap::Parser)]
#[command(name = "guess")]
struct Flags {
    #[command(flatten)]
    server: room_server::RoomServerFlags,
    #[command(flatten)]
    log: LogFlags,
}

impl ProgramFlags for Flags {
    const DEFAULTS: &'static [(&'static str, &'static str)] = &room_server::defaults("127.0.0.1:11021");

    fn log(&self) -> &LogFlags {
        &self.log
    }
}

/// For browsers, with --web: they can talk here, and not guess.
const WEB: room_server::WebGame = room_server::WebGame {
    name: "chat",
    port: 11_080,
};

fn main() -> ExitCode {
    command_line::run(|flags: Flags, settings| {
        flags
            .server
            .serve(settings, WEB, Some(&MESSAGES), |_config| Guess)
    })
}
// ANCHOR_END: main

// ANCHOR: tests
#[cfg(test)]
mod tests {
    use super::*;
    use rooms::testing::{Recorder, TestRoom};

    fn guess(room: &mut TestRoom<GuessRoom>, member: u64, number: i16) -> Result<Handled, ErrorCode> {
        let packet = GuessReq { number }.encode().expect("a packet");
        room.packet(member, packet.as_bytes())
    }

    /// Who has guessed what, and the answers.
    fn heard(member: &Recorder) -> Vec<(u64, i16, i8)> {
        member.packets(|frame| {
            let news = GuessNtf::decode(frame.body()).expect("a GUESS_NTF");
            (news.unique_id, news.number, news.answer)
        })
    }

    #[test]
    fn everybody_hears_every_guess() {
        let mut room = TestRoom::new(GuessRoom::new(0)).expect("a room");
        let (alice, alice_hears) = room.enter("alice").expect("alice is in");
        let (bob, bob_hears) = room.enter("bob").expect("bob is in");
        alice_hears.packets(|_| ());
        for (member, number) in [(alice, 50), (bob, 40), (alice, 42), (bob, 42)] {
            assert_eq!(guess(&mut room, member, number), Ok(Handled::Yes));
        }
        // After 42 comes 79.
        let answers = [(alice, 50, 1), (bob, 40, -1), (alice, 42, 0), (bob, 42, -1)];
        assert_eq!(heard(&alice_hears), answers);
        assert_eq!(heard(&bob_hears), answers);
    }

    #[test]
    fn half_a_number_is_no_guess() {
        let mut room = TestRoom::new(GuessRoom::new(0)).expect("a room");
        let (alice, alice_hears) = room.enter("alice").expect("alice is in");
        let guess = GuessReq { number: 7 }.encode().expect("a packet").into_bytes();
        let half = [&[6], &guess[1..6]].concat();
        assert_eq!(room.packet(alice, &half), Err(ErrorCode::PACKET_DECODING_FAIL));
        assert!(heard(&alice_hears).is_empty());
    }

    #[test]
    fn whoever_says_nothing_gets_hints_and_then_goes() {
        let mut room = TestRoom::new(GuessRoom::new(0)).expect("a room");
        room.enter("alice").expect("alice is in");
        let (bob, bob_hears) = room.enter("bob").expect("bob is in");
        room.pass(HINT_AFTER);
        let hint = |packet: protocol::Frame<'_>| HintNtf::decode(packet.body()).map(|hint| hint.from);
        assert_eq!(bob_hears.packets(hint), [Ok(40)]);
        assert_eq!(guess(&mut room, bob, 1), Ok(Handled::Yes));
        // A minute after she came; Bob has guessed ten seconds later.
        room.pass(PATIENCE - HINT_AFTER);
        assert_eq!(room.members(), [bob]);
        room.pass(HINT_AFTER);
        assert!(room.members().is_empty());
    }
}
// ANCHOR_END: tests
