//! Thousands of logged-in members who say nothing: what they cost, and how long a message takes then.

use std::io::Write;
use std::net::TcpStream;
use std::time::Instant;

use anyhow::Context;
use figures::Spread;

use super::Contestant;
use super::cell::rooms;
use super::entrance::{self, Entered};
use super::inbox::Inbox;
use super::room::Room;
use super::wire::Dialect;
use crate::bench::flags::PATIENCE;
use crate::bench::idle::milliseconds;
use crate::engine::recorder::{Recorder, Window};
use crate::server::resident_kib;

/// Members of each room.
const MEMBERS: usize = 10;

/// Fills each server in turn with `count` members, and prints a line for each.
pub(super) fn run(contestants: &[Contestant], count: usize) -> anyhow::Result<()> {
    let rooms = count.div_ceil(MEMBERS);
    println!(
        "idle members {}, rooms {rooms}; then one message in each room",
        rooms * MEMBERS
    );
    println!(
        "  {:<14} {:>10} {:>12} {:>12} {:>9}   {:>14} {:>10}",
        "server", "entered ms", "VmRSS empty", "VmRSS KiB", "KiB each", "arrival median", "max"
    );
    for contestant in contestants {
        measure(contestant, rooms).with_context(|| contestant.name().to_owned())?;
    }
    Ok(())
}

fn measure(contestant: &Contestant, room_count: usize) -> anyhow::Result<()> {
    let (running, dialect) = (contestant.start()?, contestant.dialect);
    let empty = resident_kib(&running)?;
    let begin = Instant::now();
    let entered = entrance::enter(running.address, dialect, room_count, MEMBERS, PATIENCE)?;
    let entering = milliseconds(begin);
    let rooms = rooms(dialect, &entered, 1)?;
    let mut recorder = Recorder::new(Instant::now(), Window::ALL, false)?;
    let mut arrivals = Vec::with_capacity(room_count);
    let mut members = Vec::with_capacity(room_count);
    for (room, entered) in rooms.iter().zip(entered) {
        let mut entered: Vec<_> = entered
            .into_iter()
            .map(|one| Idle::new(room, dialect, one))
            .collect();
        arrivals.push(time_message(room, &mut entered, &mut recorder)?);
        members.push(entered);
    }
    let arrivals = Spread::of(&arrivals);
    let full = resident_kib(&running)?;
    let each = full.saturating_sub(empty) as f64 / (room_count * MEMBERS) as f64;
    println!(
        "  {:<14} {entering:>10.0} {empty:>12} {full:>12} {each:>9.1}   {:>11.3} ms {:>7.3} ms",
        contestant.name(),
        arrivals.median,
        arrivals.max
    );
    Ok(())
}

/// Milliseconds until the first member's message has arrived at all of them.
fn time_message(room: &Room, members: &mut [Idle<'_>], recorder: &mut Recorder) -> anyhow::Result<f64> {
    let mut message = Vec::new();
    room.send(0, 0, 0, &mut message);
    let begin = Instant::now();
    members[0].stream.write_all(&message)?;
    for member in members {
        member.wait(room, recorder)?;
    }
    Ok(milliseconds(begin))
}

/// A member who waits for a message.
struct Idle<'a> {
    stream: TcpStream,
    inbox: Inbox<'a>,
}

impl<'a> Idle<'a> {
    fn new(room: &'a Room, dialect: &'static dyn Dialect, entered: Entered) -> Self {
        Self {
            stream: entered.stream,
            inbox: Inbox::new(room, dialect, entered.begun),
        }
    }

    fn wait(&mut self, room: &Room, recorder: &mut Recorder) -> anyhow::Result<()> {
        let mut buffer = [0; 4 * 1024];
        while self.inbox.received() < room.sent() {
            self.inbox
                .read(&mut self.stream, &mut buffer, recorder)?
                .context("a message did not arrive in time")?;
        }
        Ok(())
    }
}
