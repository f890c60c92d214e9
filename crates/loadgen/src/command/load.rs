//! From flags to a load that can be run.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::ensure;
use protocol::Codec;

use super::flags::{CalcFlags, ChatFlags, DriveFlags, EchoFlags};
use crate::drive::report::Report;
use crate::drive::{Drive, Length, WARM_UP};
use crate::fan_out::Wire;
use crate::fan_out::cell::{self, FanOutCell};
use crate::requests::messages::Messages;
use crate::requests::{self, Cell};

/// How long is measured, unless it is said.
const DURATION: Duration = Duration::from_secs(5);

/// Open files beside the connections: input and output, the pipes of a server, a figure.
const OTHER_DESCRIPTORS: usize = 16;

/// What an event loop needs: epoll, a timer, and one to spare.
const DESCRIPTORS_OF_A_THREAD: usize = 3;

/// What is sent, by how many.
pub(super) enum Load {
    /// Requests and replies.
    Requests {
        kind: &'static str,
        messages: Messages,
        cell: Cell,
    },
    /// Rooms.
    Rooms { cell: FanOutCell, wire: Wire },
}

impl Load {
    pub(super) fn echo(flags: &EchoFlags) -> Self {
        Self::Requests {
            kind: "echo",
            messages: Messages::echo(flags.size, flags.packets),
            cell: Cell::new(flags.cell.connections, flags.cell.in_flight),
        }
    }

    pub(super) fn calc(flags: &CalcFlags) -> Self {
        Self::Requests {
            kind: "calc",
            messages: Messages::calculations(),
            cell: Cell::new(flags.cell.connections, flags.cell.in_flight),
        }
    }

    pub(super) fn chat(flags: &ChatFlags) -> Self {
        Self::Rooms {
            cell: FanOutCell {
                rooms: flags.rooms,
                members: flags.members,
                senders: flags.senders,
                in_flight: flags.in_flight,
                at_least: &[],
            },
            wire: flags.wire().unwrap_or(Wire::Chat(Codec::default())),
        }
    }

    /// What it is and how it is driven, in one line.
    pub(super) fn heading(&self, drive: &DriveFlags) -> String {
        let (clients, in_flight) = match self {
            Self::Requests { cell, .. } => (format!("connections {}", cell.connections), cell.in_flight),
            Self::Rooms { cell, .. } => {
                let FanOutCell {
                    rooms,
                    members,
                    senders,
                    in_flight,
                    ..
                } = cell;
                let clients = format!("rooms {rooms} x {members} members, senders {senders} in each");
                (clients, *in_flight)
            }
        };
        let kind = match self {
            Self::Rooms {
                wire: Wire::Chat(codec),
                ..
            } if *codec != Codec::default() => format!("chat in {codec}"),
            _ => self.kind().to_owned(),
        };
        match drive.rate {
            Some(rate) => format!("{kind}, {clients}, open loop, {rate} messages a second"),
            None => format!("{kind}, {clients}, closed loop, in flight {in_flight}"),
        }
    }

    /// Fails where this program may not open so many connections: before the first, since the last would take
    /// the place of what the event loops need.
    pub(super) fn fits(&self, drive: &DriveFlags, limit: Option<u64>) -> anyhow::Result<()> {
        let connections = match self {
            Self::Requests { cell, .. } => cell.connections,
            Self::Rooms { cell, .. } => cell.rooms * cell.members,
        };
        let needed =
            connections + OTHER_DESCRIPTORS + drive.threads.min(connections) * DESCRIPTORS_OF_A_THREAD;
        let limit = limit.unwrap_or(u64::MAX);
        ensure!(
            needed as u64 <= limit,
            "{connections} connections need {needed} open files, and only {limit} are allowed (ulimit -Hn)"
        );
        Ok(())
    }

    /// What it is, in one word.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Requests { kind, .. } => kind,
            Self::Rooms { .. } => "chat",
        }
    }

    /// Drives a server with it; in this wire, where there are several.
    pub(super) fn run(
        &self,
        address: SocketAddr,
        wire: Option<Wire>,
        drive: &Drive,
    ) -> anyhow::Result<Report> {
        match self {
            Self::Requests { messages, cell, .. } => requests::run(address, messages, *cell, drive),
            Self::Rooms { cell, wire: own } => {
                cell::run(address, wire.unwrap_or(*own).dialect(), *cell, drive)
            }
        }
    }
}

impl DriveFlags {
    /// How the load is driven, with a bar for those who wait.
    pub(super) fn drive(&self, slices: bool, pid: Option<u32>) -> Drive {
        let (length, warm_up) = match self.count {
            Some(count) => (Length::Count(count), Duration::ZERO),
            None => (
                Length::For(self.duration.unwrap_or(DURATION)),
                self.warm_up.unwrap_or(WARM_UP),
            ),
        };
        Drive {
            length,
            warm_up,
            rate: self.rate,
            threads: self.threads,
            patience: self.timeout,
            slices,
            progress: true,
            pid,
        }
    }
}
