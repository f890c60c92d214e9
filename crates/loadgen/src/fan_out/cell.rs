//! One load of rooms, and measuring a server under it.

use std::fmt;
use std::net::SocketAddr;

use super::entrance::{self, Entered};
use super::member::Member;
use super::room::Room;
use super::wire::Dialect;
use crate::flags::RunFlags;
use crate::rounds::measure_together;

/// One load: the unit that is measured.
#[derive(Debug, Clone, Copy)]
pub struct FanOutCell {
    /// Rooms at the same time.
    pub rooms: usize,
    /// Members of each room.
    pub members: usize,
    /// Those of them who talk.
    pub senders: usize,
    /// Messages on the way from each of those.
    pub in_flight: usize,
    /// The ratio to be reached, for each server by name.
    pub at_least: &'static [(&'static str, f64)],
}

impl fmt::Display for FanOutCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "rooms {} x {} members, senders {} in each, in flight {} from each",
            self.rooms, self.members, self.senders, self.in_flight
        )
    }
}

/// Deliveries a second of a server, in rooms that are made for this.
pub(crate) fn measure(
    address: SocketAddr,
    dialect: &'static dyn Dialect,
    cell: FanOutCell,
    run: &RunFlags,
) -> anyhow::Result<f64> {
    let entered = entrance::enter(address, dialect, cell.rooms, cell.members)?;
    drive(dialect, cell, entered, run)
}

/// Deliveries a second of a server to these members.
pub(crate) fn drive(
    dialect: &'static dyn Dialect,
    cell: FanOutCell,
    entered: Vec<Vec<Entered>>,
    run: &RunFlags,
) -> anyhow::Result<f64> {
    let rooms = rooms(dialect, &entered, cell.senders)?;
    let mut members = Vec::with_capacity(cell.rooms * cell.members);
    for (room, entered) in rooms.iter().zip(entered) {
        for (number, one) in entered.into_iter().enumerate() {
            let member = Member::new(room, dialect, one)?;
            members.push(if number < cell.senders {
                member.talking(number, cell.in_flight)
            } else {
                member
            });
        }
    }
    measure_together(members, run.threads(), run.window())
}

/// The rooms of these members, of whom the first `senders` in each talk.
pub(crate) fn rooms(
    dialect: &dyn Dialect,
    entered: &[Vec<Entered>],
    senders: usize,
) -> anyhow::Result<Vec<Room>> {
    let room = |(number, members): (usize, &Vec<Entered>)| {
        let ids: Vec<_> = members[..senders].iter().map(|member| member.unique_id).collect();
        Room::new(number, dialect, &ids)
    };
    entered.iter().enumerate().map(room).collect()
}
