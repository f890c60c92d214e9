//! Reads the server's memory, descriptors and threads from `/proc`, and sets its limit of descriptors with `prlimit`.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, ensure};
use rustix::process::{Pid, Resource, Rlimit, prlimit};

use super::Usage;

/// What must be given back, and to whom. Who ends this program with SIGKILL leaves the server without descriptors:
/// nobody is there any more to give them back.
static TAKEN: Mutex<Option<(Pid, Rlimit)>> = Mutex::new(None);

/// A process on this machine that listens at the address of the soak.
#[derive(Debug)]
pub(crate) struct ServerProcess {
    pid: Pid,
}

/// The process has no descriptor left until this is dropped.
pub(crate) struct Taken(());

impl Drop for Taken {
    fn drop(&mut self) {
        restore_descriptors();
    }
}

/// Gives back what was taken away, if anything was.
pub(crate) fn restore_descriptors() {
    let taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some((pid, limit)) = taken {
        // It fails only where the process has ended.
        let _ = prlimit(Some(pid), Resource::Nofile, limit);
    }
}

impl ServerProcess {
    /// Makes sure that it is the right one: what is done to it would harm another.
    pub(crate) fn find(id: u32, address: SocketAddr) -> anyhow::Result<Self> {
        let pid = i32::try_from(id)
            .ok()
            .and_then(Pid::from_raw)
            .context("no process id")?;
        let process = Self { pid };
        let listens = process
            .listens_on(address.port())
            .with_context(|| format!("cannot look into process {id}"))?;
        ensure!(listens, "process {id} does not listen on port {}", address.port());
        Ok(process)
    }

    fn listens_on(&self, port: u16) -> anyhow::Result<bool> {
        let tables =
            ["net/tcp", "net/tcp6"].map(|file| fs::read_to_string(self.file(file)).unwrap_or_default());
        let rows = tables.iter().flat_map(|table| table.lines());
        let sockets: Vec<_> = rows.filter_map(|row| listening_socket(row, port)).collect();
        let descriptors = fs::read_dir(self.file("fd"))?.flatten();
        let mut links = descriptors.filter_map(|descriptor| fs::read_link(descriptor.path()).ok());
        Ok(links.any(|link| sockets.iter().any(|socket| link.as_os_str() == socket.as_str())))
    }

    /// What it uses now.
    pub(crate) fn usage(&self) -> anyhow::Result<Usage> {
        let status = fs::read_to_string(self.file("status")).context("the server's process has ended")?;
        let figure = |name| figure(&status, name).with_context(|| format!("no {name} in its status"));
        Ok(Usage {
            resident_kib: figure("VmRSS:")?,
            peak_kib: figure("VmHWM:")?,
            descriptors: fs::read_dir(self.file("fd"))?.count() as u64,
            threads: figure("Threads:")?,
        })
    }

    /// Time that all its threads have computed, exact to a hundredth of a second.
    pub(crate) fn cpu_time(&self) -> anyhow::Result<Duration> {
        const USER_TIME: usize = 11;
        let stat = fs::read_to_string(self.file("stat")).context("the server's process has ended")?;
        // The name, in brackets, may contain anything.
        let (_, fields) = stat.rsplit_once(')').context("no name in brackets")?;
        let ticks = fields.split_whitespace().skip(USER_TIME).take(2);
        let ticks = ticks.map(str::parse::<u64>).sum::<Result<u64, _>>()?;
        Ok(Duration::from_millis(
            ticks * 1_000 / rustix::param::clock_ticks_per_second(),
        ))
    }

    /// From now on the peak is counted from zero (proc(5), clear_refs). Where that is not allowed it is the peak
    /// of the process's life.
    pub(crate) fn forget_peak(&self) {
        let _ = fs::write(self.file("clear_refs"), "5");
    }

    /// Leaves it no descriptor but those that it has open now; only the soft limit, so that it can be raised
    /// again.
    pub(crate) fn take_away_descriptors(&self) -> anyhow::Result<Taken> {
        let is_open = |descriptor: &u64| fs::symlink_metadata(self.file(&format!("fd/{descriptor}"))).is_ok();
        let lowest_free = (0..).take_while(is_open).count() as u64;
        let new = Rlimit {
            current: Some(lowest_free),
            maximum: self.hard_descriptor_limit()?,
        };
        let mut taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
        let old = prlimit(Some(self.pid), Resource::Nofile, new);
        let old = old.context("cannot set the limit of its descriptors")?;
        *taken = Some((self.pid, old));
        Ok(Taken(()))
    }

    fn hard_descriptor_limit(&self) -> anyhow::Result<Option<u64>> {
        let limits = fs::read_to_string(self.file("limits"))?;
        let line = limits
            .lines()
            .find_map(|line| line.strip_prefix("Max open files"));
        let hard = line.and_then(|line| line.split_whitespace().nth(1));
        // Without a limit it says `unlimited`.
        Ok(hard.context("no limit of its descriptors is known")?.parse().ok())
    }

    fn file(&self, name: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}/{name}", self.pid.as_raw_nonzero()))
    }
}

/// The socket of a row of the table of connections, as the link of a descriptor names it, where it listens
/// on this port.
fn listening_socket(row: &str, port: u16) -> Option<String> {
    const LISTENING: &str = "0A";
    let fields: Vec<_> = row.split_whitespace().collect();
    let [_, local, _, state, _, _, _, _, _, inode, ..] = fields[..] else {
        return None;
    };
    let is_it = state == LISTENING && local.ends_with(&format!(":{port:04X}"));
    is_it.then(|| format!("socket:[{inode}]"))
}

/// The number on a line of its status.
fn figure(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}
