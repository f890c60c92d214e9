//! Connecting all members, and waiting until each of them is in its room and knows of all others.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, ensure};

use super::wire::{Dialect, Says};

/// How long a server may let a member wait.
const PATIENCE: Duration = Duration::from_secs(30);

/// A member that is in its room.
pub(crate) struct Entered {
    /// Where it receives, and sends where it has no other connection for that.
    pub(crate) stream: TcpStream,
    /// What it has got after all that it waited for.
    pub(crate) begun: Vec<u8>,
    /// Its id there, or 0 where the server gives none.
    pub(crate) unique_id: u64,
}

/// A member on its way.
struct Entering {
    stream: TcpStream,
    came: Vec<u8>,
    entered: Option<u64>,
    newcomers: u64,
}

/// Brings `members` members into each of the rooms. All ask before the first waits for its answer, so that
/// this takes little time however many there are.
pub(crate) fn enter(
    address: SocketAddr,
    dialect: &dyn Dialect,
    rooms: usize,
    members: usize,
) -> anyhow::Result<Vec<Vec<Entered>>> {
    let ask = |room| -> anyhow::Result<Vec<Entering>> {
        (0..members)
            .map(|member| Entering::ask(address, dialect, room, room * members + member))
            .collect()
    };
    let asked: Vec<_> = (0..rooms).map(ask).collect::<anyhow::Result<_>>()?;
    let wait = |room: Vec<Entering>| room.into_iter().map(|one| one.wait(dialect, members)).collect();
    asked.into_iter().map(wait).collect()
}

/// Opens the second connection of a sender, where it needs one.
pub(crate) fn open_publisher(
    address: SocketAddr,
    dialect: &dyn Dialect,
) -> anyhow::Result<Option<TcpStream>> {
    let open = |greeting| -> anyhow::Result<TcpStream> {
        let mut stream = connect(address)?;
        stream.write_all(greeting)?;
        Ok(stream)
    };
    dialect.publishing().map(open).transpose()
}

fn connect(address: SocketAddr) -> anyhow::Result<TcpStream> {
    let stream = TcpStream::connect(address).with_context(|| format!("cannot connect to {address}"))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(stream)
}

impl Entering {
    fn ask(address: SocketAddr, dialect: &dyn Dialect, room: usize, member: usize) -> anyhow::Result<Self> {
        let mut stream = connect(address)?;
        stream.write_all(&dialect.entering(room, member)?)?;
        Ok(Self {
            stream,
            came: Vec::new(),
            entered: None,
            newcomers: 0,
        })
    }

    /// Waits until it has entered and has been told of all who came after it.
    fn wait(mut self, dialect: &dyn Dialect, members: usize) -> anyhow::Result<Entered> {
        let mut buffer = [0; 16 * 1024];
        while !self.take_notes(dialect, members as u64)? {
            let count = self.stream.read(&mut buffer).context("no answer to entering")?;
            ensure!(
                count > 0,
                "the server has closed the connection of one who enters"
            );
            self.came.extend_from_slice(&buffer[..count]);
        }
        Ok(Entered {
            stream: self.stream,
            begun: self.came,
            unique_id: self.entered.unwrap_or(0),
        })
    }

    /// Reads what is complete. True when nothing is missing any more.
    fn take_notes(&mut self, dialect: &dyn Dialect, members: u64) -> anyhow::Result<bool> {
        let mut taken = 0;
        // Ids count up from 1: after the first come all others, after the last comes nobody.
        let mut expected = self
            .entered
            .map(|id| if id == 0 { 0 } else { members.saturating_sub(id) });
        while expected != Some(self.newcomers) {
            let Some(note) = dialect.note(&self.came[taken..])? else {
                break;
            };
            taken += note.size;
            match note.says {
                Says::Entered(id) => {
                    self.entered = Some(id.unwrap_or(0));
                    expected = Some(id.map_or(0, |id| members.saturating_sub(id)));
                }
                Says::Newcomer => self.newcomers += 1,
                Says::Ping(answer) => self.stream.write_all(answer)?,
                Says::Nothing => {}
            }
        }
        self.came.drain(..taken);
        Ok(expected == Some(self.newcomers))
    }
}
