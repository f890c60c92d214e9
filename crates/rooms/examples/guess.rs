//! A game on the engine: each room has a number from 0 to 99, and its members guess it together.
//!
//! `cargo run -p rooms --example guess` starts it; the chapter `rooms: your own game` plays it. Logins, rooms,
//! limits, slow clients and the end are the engine's, and so are their packets. The game adds two:
//!
//! | id | name | from | body |
//! |---|---|---|---|
//! | 2001 | GUESS_REQ | client | number:i16 |
//! | 2002 | GUESS_NTF | server | unique_id:u64 number:i16 answer:i8 |
//!
//! The answer is -1 for a guess that is too low, 1 for one that is too high, and 0 for the right one, with
//! which the next number begins.

use std::env;
use std::error::Error;

use net::{Listener, Shutdown};
use protocol::{ErrorCode, Packet, PacketError, PacketId, PacketReader};
use rooms::{Config, Delivery, Game, Handled, Incoming, Member, Port, RoomContext, RoomLogic, User};

const GUESS_REQ: PacketId = PacketId(2001);
const GUESS_NTF: PacketId = PacketId(2002);

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
        packet.packet_id() == GUESS_REQ
    }
}
// ANCHOR_END: game

// ANCHOR: room
/// The rules, and all that one room remembers.
struct GuessRoom {
    number: i16,
}

impl RoomLogic for GuessRoom {
    fn packet(
        &mut self,
        room: &mut RoomContext<'_>,
        from: &Member,
        packet: &mut Incoming<'_>,
    ) -> Result<Handled, ErrorCode> {
        if packet.packet_id() != GUESS_REQ {
            return Ok(Handled::UnknownId);
        }
        let guess = packet.read(read_guess)?;
        let answer = self.compare(guess);
        let news = Packet::framed(GUESS_NTF)
            .put_u64(from.unique_id)
            .put_i16(guess)
            .put_i8(answer);
        room.send_to_all(&news.build()?)?;
        Ok(Handled::Yes)
    }
}

fn read_guess(body: &[u8]) -> Result<i16, PacketError> {
    let mut fields = PacketReader::new(body);
    let guess = fields.get()?;
    fields.finish()?;
    Ok(guess)
}
// ANCHOR_END: room

impl GuessRoom {
    /// The first number of each room is no secret, so that the chapter can be replayed.
    fn new(room: i32) -> Self {
        Self {
            number: (42 + room % 50) as i16,
        }
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
fn main() -> Result<(), Box<dyn Error>> {
    let address = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:11021".to_owned());
    let listener = Listener::bind(&address.parse()?)?;
    println!("listening on {}", listener.local_address()?);
    let shutdown = Shutdown::on_signals()?;
    let summary = rooms::run([Port::from(listener)], Config::default(), Guess, &shutdown)?;
    eprintln!("{summary}");
    Ok(())
}
// ANCHOR_END: main

// ANCHOR: tests
#[cfg(test)]
mod tests {
    use super::*;
    use rooms::testing::{Recorder, TestRoom};

    fn guess(room: &mut TestRoom<GuessRoom>, member: u64, number: i16) -> Result<Handled, ErrorCode> {
        let packet = Packet::framed(GUESS_REQ).put_i16(number).build();
        room.packet(member, packet.expect("a packet").as_bytes())
    }

    /// Who has guessed what, and the answers.
    fn heard(member: &Recorder) -> Vec<(u64, i16, i8)> {
        member.packets(|frame| PacketReader::new(frame.body()).get().expect("a GUESS_NTF"))
    }

    #[test]
    fn everybody_hears_every_guess() {
        let mut room = TestRoom::new(GuessRoom { number: 42 }).expect("a room");
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
        let mut room = TestRoom::new(GuessRoom { number: 42 }).expect("a room");
        let (alice, alice_hears) = room.enter("alice").expect("alice is in");
        let half = Packet::framed(GUESS_REQ).put_u8(42).build().expect("a packet");
        let refused = room.packet(alice, half.as_bytes());
        assert_eq!(refused, Err(ErrorCode::PACKET_DECODING_FAIL));
        assert!(heard(&alice_hears).is_empty());
    }
}
// ANCHOR_END: tests
