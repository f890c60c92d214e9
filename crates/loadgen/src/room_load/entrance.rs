//! Connecting all members, and waiting until each of them is in its room and knows of all others.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

use super::admission::Admission;
use super::wire::dialect::{Dialect, Says};
use crate::engine::Drive;
use crate::engine::failure::Failure;
use crate::engine::line::Line;
use crate::requests::connect::connect;

/// Members who enter each room before the first of them waits for its answer. Many, so that it takes little
/// time; but not all, since those who are in the room get a small packet for each newcomer, and the kernel
/// drops them when a few hundred wait to be read.
const AT_ONCE: usize = 50;

/// A member that is in its room.
pub(crate) struct Entered {
    /// Its connection.
    pub(crate) line: Line<TcpStream>,
    /// What it has got after all that it waited for.
    pub(crate) begun: Vec<u8>,
    /// Its id there, or 0 where the server gives none.
    pub(crate) unique_id: u64,
}

/// A member on its way.
struct Entering {
    line: Line<TcpStream>,
    came: Vec<u8>,
    entered: bool,
    unique_id: Option<u64>,
    newcomers: u64,
}

/// Brings `members` members into each of the rooms. A server may let each of them wait as long as the load has patience.
///
/// # Errors
/// When one of them does not get in: a load with fewer would be another load.
pub(crate) fn enter(
    address: SocketAddr,
    dialect: &dyn Dialect,
    room_count: usize,
    members: usize,
    drive: &Drive,
) -> anyhow::Result<Vec<Vec<Entered>>> {
    let admission = Admission::of(address, drive.directory.as_ref())?;
    let mut rooms: Vec<Vec<Entering>> = (0..room_count).map(|_| Vec::new()).collect();
    let mut entered = 0;
    while entered < members {
        let end = members.min(entered + AT_ONCE);
        for (room, present) in rooms.iter_mut().enumerate() {
            for member in entered..end {
                let hello = dialect.entering(room, room * members + member, &admission)?;
                present.push(Entering::ask(
                    connect(address, &drive.way, drive.patience)?,
                    &hello,
                )?);
            }
        }
        entered = end;
        // Nobody waits for the others before each has its own answer: one of them may have been refused.
        for known in [0, entered] {
            for member in rooms.iter_mut().flatten() {
                member.wait(dialect, known, drive.patience)?;
            }
        }
    }
    let finish = |room: Vec<Entering>| room.into_iter().map(Entering::finish).collect();
    Ok(rooms.into_iter().map(finish).collect())
}

impl Entering {
    fn ask(mut line: Line<TcpStream>, hello: &[u8]) -> anyhow::Result<Self> {
        line.write_all(hello).context("cannot write")?;
        Ok(Self {
            line,
            came: Vec::new(),
            entered: false,
            unique_id: None,
            newcomers: 0,
        })
    }

    /// Waits until it has entered and has been told of all who came after it, of so many in the room: for all of that
    /// together not longer than `patience`.
    fn wait(&mut self, dialect: &dyn Dialect, members: usize, patience: Duration) -> anyhow::Result<()> {
        let begin = Instant::now();
        let mut buffer = [0; 16 * 1024];
        while !self.take_notes(dialect, members as u64)? {
            let left = patience.saturating_sub(begin.elapsed());
            ensure!(
                !left.is_zero(),
                "a member that enters has no complete answer after {patience:?}"
            );
            self.line.socket().set_read_timeout(Some(left))?;
            let count = self
                .line
                .read(&mut buffer)
                .map_err(|error| Failure::stream("read", error))?;
            ensure!(
                count > 0,
                "the server has closed the connection of a member that enters"
            );
            self.came.extend_from_slice(&buffer[..count]);
        }
        Ok(())
    }

    fn finish(self) -> Entered {
        Entered {
            line: self.line,
            begun: self.came,
            unique_id: self.unique_id.unwrap_or(0),
        }
    }

    /// Reads what is complete. True when nothing is missing any more.
    fn take_notes(&mut self, dialect: &dyn Dialect, members: u64) -> anyhow::Result<bool> {
        let mut taken = 0;
        while !self.knows_all(members) {
            let Some(note) = dialect.note(&self.came[taken..])? else {
                break;
            };
            taken += note.size;
            match note.says {
                Says::Entered(unique_id) => (self.entered, self.unique_id) = (true, unique_id),
                Says::Newcomer => self.newcomers += 1,
                Says::Delivery(unique_id, _) => bail!(
                    "a message of unique id {unique_id} came before one was sent: somebody else is in the room"
                ),
                Says::Ping(answer) => self.line.write_all(answer)?,
                Says::Nothing => {}
            }
        }
        self.came.drain(..taken);
        Ok(self.knows_all(members))
    }

    /// Where there are ids, they count up from 1: after the first come all others, after the last nobody.
    fn knows_all(&self, members: u64) -> bool {
        self.entered && self.unique_id.is_none_or(|id| id + self.newcomers >= members)
    }
}
