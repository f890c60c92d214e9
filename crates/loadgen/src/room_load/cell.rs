//! One load of rooms, and measuring a server under it.

use std::fmt;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Context;

use super::entrance::{self, Entered};
use super::member::Member;
use super::room::Room;
use super::stalled;
use super::wire::dialect::Dialect;
use crate::engine::failure::Failures;
use crate::engine::report::Report;
use crate::engine::{Drive, Ready};

/// One load: the unit that is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RoomCell {
    /// Rooms at the same time.
    pub(crate) rooms: usize,
    /// Members of each room.
    pub(crate) members: usize,
    /// Those of them who talk.
    pub(crate) senders: usize,
    /// Messages on the way from each of those, in a closed loop.
    pub(crate) in_flight: usize,
    /// More members of each room, which never read.
    pub(crate) stalled: usize,
}

impl fmt::Display for RoomCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            rooms,
            members,
            senders,
            ..
        } = self;
        write!(f, "rooms {rooms} x {members} members, senders {senders} in each")?;
        match self.stalled {
            0 => Ok(()),
            stalled => write!(f, ", and {stalled} that never read"),
        }
    }
}

/// Drives a server with this load, in rooms that are made for it. `begin` is called when all have entered; what it returns
/// is called when the last message has come, and all are still there.
///
/// # Errors
/// When not all members enter their rooms, or what `begin` and its successor say; what else the server does wrong stands in the report.
pub(crate) fn run<T, E: FnOnce() -> anyhow::Result<T>>(
    address: SocketAddr,
    dialect: &'static dyn Dialect,
    cell: RoomCell,
    drive: &Drive,
    begin: impl FnOnce() -> anyhow::Result<E>,
) -> anyhow::Result<(Report, T)> {
    let start = Instant::now();
    let all = cell.members + cell.stalled;
    let mut entered =
        entrance::enter(address, dialect, cell.rooms, all, drive).with_context(|| address.to_string())?;
    let stalled: Vec<_> = entered
        .iter_mut()
        .flat_map(|room| room.split_off(cell.members))
        .collect();
    let setup = start.elapsed();
    let end = begin()?;
    let (mut report, seen) = run_entered(dialect, cell, (entered, setup), drive, end)?;
    report.stalled = stalled::look_at(stalled)?;
    Ok((report, seen))
}

/// Drives a server with members that have taken so long to enter.
fn run_entered<T>(
    dialect: &'static dyn Dialect,
    cell: RoomCell,
    (entered, setup): (Vec<Vec<Entered>>, Duration),
    drive: &Drive,
    end: impl FnOnce() -> anyhow::Result<T>,
) -> anyhow::Result<(Report, T)> {
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
    let ready = Ready {
        clients,
        failures,
        setup,
        copies: cell.members as u64,
    };
    drive.run(ready, end)
}

/// The rooms of these members, of whom the first `senders` in each talk.
fn rooms(dialect: &dyn Dialect, entered: &[Vec<Entered>], senders: usize) -> anyhow::Result<Vec<Room>> {
    let room = |(number, members): (usize, &Vec<Entered>)| {
        let ids: Vec<_> = members[..senders].iter().map(|member| member.unique_id).collect();
        Room::new(number, dialect, &ids)
    };
    entered.iter().enumerate().map(room).collect()
}
