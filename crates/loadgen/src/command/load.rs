//! Makes a load out of flags.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::ensure;
use protocol::Codec;

use super::conditions::{CellNumbers, Conditions};
use super::flags::{CalcFlags, CellFlags, ChatFlags, DriveFlags, EchoFlags};
use crate::engine::line::{Secure, Way};
use crate::engine::report::Report;
use crate::engine::{Drive, Length, WARM_UP};
use crate::machine::Machine;
use crate::requests::messages::Messages;
use crate::requests::opening::Opening;
use crate::requests::{self, Cell};
use crate::room_load::Wire;
use crate::room_load::cell::{self, RoomCell};

/// How long is measured, unless it is said.
const DURATION: Duration = Duration::from_secs(5);

/// Open files beside the connections: input and output, the pipes of a server, a figure.
const OTHER_DESCRIPTORS: usize = 16;

/// What an event loop needs: epoll, a timer, and one to spare.
const DESCRIPTORS_OF_A_THREAD: usize = 3;

/// What is sent, by how many.
pub(crate) enum Load {
    /// Requests and replies.
    Requests {
        kind: &'static str,
        messages: Messages,
        cell: Cell,
        opening: Opening,
    },
    /// Rooms.
    Rooms { cell: RoomCell, wire: Wire },
}

impl Load {
    pub(crate) fn echo(flags: &EchoFlags) -> Self {
        Self::Requests {
            kind: "echo",
            messages: Messages::echo(flags.size, flags.packets),
            cell: Cell::new(flags.cell.connections, flags.cell.in_flight),
            opening: opening(flags.cell),
        }
    }

    pub(crate) fn calc(flags: &CalcFlags) -> Self {
        Self::Requests {
            kind: "calc",
            messages: Messages::calculations(),
            cell: Cell::new(flags.cell.connections, flags.cell.in_flight),
            opening: opening(flags.cell),
        }
    }

    pub(crate) fn chat(flags: &ChatFlags) -> Self {
        Self::Rooms {
            cell: RoomCell {
                rooms: flags.rooms,
                members: flags.members,
                senders: flags.senders,
                in_flight: flags.in_flight,
                stalled: flags.stalled,
            },
            wire: flags.wire().unwrap_or(Wire::Chat(Codec::default())),
        }
    }

    /// What it is and how it is driven, in one line.
    pub(crate) fn heading(&self, drive: &DriveFlags) -> String {
        let in_flight = match self {
            Self::Requests { cell, .. } => cell.in_flight,
            Self::Rooms { cell, .. } => cell.in_flight,
        };
        let clients = self.clients();
        match drive.rate {
            Some(rate) => format!("{clients}, open loop, {rate} messages a second"),
            None => format!("{clients}, closed loop, in flight {in_flight}"),
        }
    }

    /// What it is, and how many clients it has.
    pub(crate) fn clients(&self) -> String {
        let clients = match self {
            Self::Requests { cell, opening, .. } => {
                let at_once = if *opening == Opening::AtOnce {
                    " at once"
                } else {
                    ""
                };
                format!("connections {}{at_once}", cell.connections)
            }
            Self::Rooms { cell, .. } => cell.to_string(),
        };
        let kind = match self {
            Self::Rooms {
                wire: Wire::Chat(codec),
                ..
            } if *codec != Codec::default() => format!("chat in {codec}"),
            _ => self.kind().to_owned(),
        };
        format!("{kind}, {clients}")
    }

    /// What it is and how it is driven, and when and where: for whoever reads the figures later.
    pub(crate) fn conditions(&self, drive: &DriveFlags) -> Conditions {
        let (length, warm_up) = drive.length();
        let (seconds, count) = match length {
            Length::For(time) => (Some(time.as_secs_f64()), None),
            Length::Count(count) => (None, Some(count)),
        };
        Conditions {
            machine: Machine::now(),
            load: self.heading(drive),
            cell: self.numbers(drive.rate.is_none()),
            rate: drive.rate,
            seconds,
            warm_up_seconds: warm_up.as_secs_f64(),
            count,
            load_threads: drive.threads,
            beside_loops: 0,
        }
    }

    fn numbers(&self, is_closed_loop: bool) -> CellNumbers {
        let in_closed_loop = |in_flight| Some(in_flight).filter(|_| is_closed_loop);
        match self {
            Self::Requests {
                kind, cell, messages, ..
            } => CellNumbers::Requests {
                kind: (*kind).to_owned(),
                message_bytes: (messages.request)(0).len(),
                connections: cell.connections,
                in_flight: in_closed_loop(cell.in_flight),
            },
            Self::Rooms { cell, .. } => CellNumbers::Rooms {
                kind: self.kind().to_owned(),
                rooms: cell.rooms,
                members: cell.members,
                senders: cell.senders,
                stalled: cell.stalled,
                in_flight: in_closed_loop(cell.in_flight),
            },
        }
    }

    /// How often each message that is sent comes back.
    pub(crate) fn copies(&self) -> usize {
        match self {
            Self::Requests { .. } => 1,
            Self::Rooms { cell, .. } => cell.members,
        }
    }

    /// All of them.
    pub(crate) fn connections(&self) -> usize {
        match self {
            Self::Requests { cell, .. } => cell.connections,
            Self::Rooms { cell, .. } => cell.rooms * (cell.members + cell.stalled),
        }
    }

    /// Fails where this program may not open so many connections: before the first, since the last would take
    /// the place of what the event loops need.
    pub(crate) fn fits(&self, drive: &DriveFlags, limit: Option<u64>) -> anyhow::Result<()> {
        let connections = self.connections();
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
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Requests { kind, .. } => kind,
            Self::Rooms { .. } => "chat",
        }
    }

    /// Drives a server with it; in this wire, where there are several.
    pub(crate) fn run(
        &self,
        address: SocketAddr,
        wire: Option<Wire>,
        drive: &Drive,
    ) -> anyhow::Result<Report> {
        let nothing = || Ok(|| Ok(()));
        let opening = match self {
            Self::Requests { opening, .. } => *opening,
            Self::Rooms { .. } => Opening::OneByOne,
        };
        let (report, ()) = self.run_opened(address, wire, (opening, drive), nothing)?;
        Ok(report)
    }

    /// The same, with a look at the server while it is at rest: `begin` is called when each connection has had an answer,
    /// and what it returns when the last message has come and all connections are still open.
    pub(crate) fn run_looking<T, E: FnOnce() -> anyhow::Result<T>>(
        &self,
        address: SocketAddr,
        wire: Option<Wire>,
        drive: &Drive,
        begin: impl FnOnce() -> anyhow::Result<E>,
    ) -> anyhow::Result<(Report, T)> {
        self.run_opened(address, wire, (Opening::Answered, drive), begin)
    }

    fn run_opened<T, E: FnOnce() -> anyhow::Result<T>>(
        &self,
        address: SocketAddr,
        wire: Option<Wire>,
        (opening, drive): (Opening, &Drive),
        begin: impl FnOnce() -> anyhow::Result<E>,
    ) -> anyhow::Result<(Report, T)> {
        match self {
            Self::Requests { messages, cell, .. } => {
                requests::run(address, messages, *cell, (opening, drive), begin)
            }
            Self::Rooms { cell, wire: own } => {
                cell::run(address, wire.unwrap_or(*own).dialect(), *cell, drive, begin)
            }
        }
    }
}

impl DriveFlags {
    /// How long it is measured, and how long not, before that.
    fn length(&self) -> (Length, Duration) {
        match self.count {
            Some(count) => (Length::Count(count), Duration::ZERO),
            None => (
                Length::For(self.duration.unwrap_or(DURATION)),
                self.warm_up.unwrap_or(WARM_UP),
            ),
        }
    }

    /// How the load is driven, with a bar for those who wait.
    pub(crate) fn drive(&self, slices: bool, pid: Option<u32>) -> Drive {
        let (length, warm_up) = self.length();
        Drive {
            length,
            warm_up,
            rate: self.rate,
            threads: self.threads,
            patience: self.timeout,
            slices,
            progress: true,
            pid,
            way: Way::Plain,
            directory: None,
        }
    }
}

impl DriveFlags {
    /// How a server at this host is spoken to: by TLS, where that is asked for.
    pub(crate) fn way(&self, host: &str) -> anyhow::Result<Way> {
        let client = self.tls.open()?;
        let secure = |client| Secure {
            client,
            host: host.to_owned(),
        };
        Ok(client.map_or(Way::Plain, |client| Way::Tls(secure(client))))
    }
}

fn opening(flags: CellFlags) -> Opening {
    match flags.at_once {
        true => Opening::AtOnce,
        false => Opening::OneByOne,
    }
}
