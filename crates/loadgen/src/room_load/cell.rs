//! One load of rooms, and measuring a server under it.

use std::fmt;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Context;

use super::entrance::{self, Entered};
use super::member::Member;
use super::room::Room;
use super::wire::Dialect;
use crate::engine::failure::Failures;
use crate::engine::report::Report;
use crate::engine::{Drive, Ready};

/// One load: the unit that is measured.
#[derive(Debug, Clone, Copy)]
pub struct RoomCell {
    /// Rooms at the same time.
    pub rooms: usize,
    /// Members of each room.
    pub members: usize,
    /// Those of them who talk.
    pub senders: usize,
    /// Messages on the way from each of those, in a closed loop.
    pub in_flight: usize,
    /// The ratio to be reached, for each server by name.
    pub at_least: &'static [(&'static str, f64)],
}

impl fmt::Display for RoomCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "rooms {} x {} members, senders {} in each, in flight {} from each",
            self.rooms, self.members, self.senders, self.in_flight
        )
    }
}

/// Drives a server with this load, in rooms that are made for it.
///
/// # Errors
/// When not all members enter their rooms; what else the server does wrong stands in the report.
pub(crate) fn run(
    address: SocketAddr,
    dialect: &'static dyn Dialect,
    cell: RoomCell,
    drive: &Drive,
) -> anyhow::Result<Report> {
    let begin = Instant::now();
    let entered = entrance::enter(address, dialect, cell.rooms, cell.members, drive.patience)
        .with_context(|| address.to_string())?;
    run_entered(dialect, cell, entered, begin.elapsed(), drive)
}

/// Drives a server with these members.
///
/// # Errors
/// When the load generator itself fails.
pub(crate) fn run_entered(
    dialect: &'static dyn Dialect,
    cell: RoomCell,
    entered: Vec<Vec<Entered>>,
    setup: Duration,
    drive: &Drive,
) -> anyhow::Result<Report> {
    let rooms = rooms(dialect, &entered, cell.senders)?;
    let talkers = cell.rooms * cell.senders;
    let mut clients = Vec::with_capacity(cell.rooms * cell.members);
    for (room_number, (room, entered)) in rooms.iter().zip(entered).enumerate() {
        for (number, one) in entered.into_iter().enumerate() {
            let member = Member::new(room, dialect, one)?;
            let talker = room_number * cell.senders + number;
            clients.push(if number < cell.senders {
                member.talking(number, drive.pace(talker, talkers, cell.in_flight))
            } else {
                member
            });
        }
    }
    let failures = Failures::default();
    drive.run(Ready {
        clients,
        failures,
        setup,
        copies: cell.members as u64,
    })
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
