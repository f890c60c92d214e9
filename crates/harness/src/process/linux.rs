//! Reads a process's files in `/proc`, and sets its limit of descriptors with prlimit(2).

use std::ops::Add;
use std::time::Duration;

use anyhow::Context;
use procfs::process::{ClearRefs, FDTarget, LimitValue, Status, Task};
use rustix::process::{Pid, Resource, Rlimit, prlimit};

use super::{Scheduled, Usage};
use crate::connections;

/// A process of this machine. When it has ended, all that is asked fails: another that gets its number is never taken
/// for it.
#[derive(Debug)]
pub struct Process {
    entry: procfs::process::Process,
}

impl Process {
    /// Looks for the process with this number.
    ///
    /// # Errors
    /// Where there is none, or none that lives.
    pub fn find(id: u32) -> anyhow::Result<Self> {
        let entry = i32::try_from(id)
            .ok()
            .and_then(|id| procfs::process::Process::new(id).ok());
        // One that has ended may still be listed.
        let entry = entry.filter(procfs::process::Process::is_alive);
        let entry = entry.with_context(|| format!("there is no process {id}"))?;
        Ok(Self { entry })
    }

    /// Its number.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.entry.pid().cast_unsigned()
    }

    /// All else that the system knows of it.
    #[must_use]
    pub fn entry(&self) -> &procfs::process::Process {
        &self.entry
    }

    /// What it uses now.
    ///
    /// # Errors
    /// When it has ended; when it is another user's.
    pub fn usage(&self) -> anyhow::Result<Usage> {
        let status = self.status()?;
        Ok(Usage {
            resident_kib: status.vmrss.with_context(|| self.has_ended())?,
            peak_kib: self.peak_kib()?,
            // Looked at one by one: the size of the folder counts the number too that a blocked accept has reserved.
            descriptors: self.entry.fd()?.flatten().count() as u64,
            threads: status.threads,
        })
    }

    /// The most memory that it has had since its start, or since [`forget_peak`](Self::forget_peak), in KiB. Another
    /// user's process may be asked too.
    ///
    /// # Errors
    /// When it has ended.
    pub fn peak_kib(&self) -> anyhow::Result<u64> {
        self.status()?.vmhwm.with_context(|| self.has_ended())
    }

    /// Time that all its threads have computed, exact to a hundredth of a second; of those too that have ended.
    ///
    /// # Errors
    /// When it has ended.
    pub fn cpu_time(&self) -> anyhow::Result<Duration> {
        let stat = self.entry.stat().with_context(|| self.has_ended())?;
        let ticks_per_second = rustix::param::clock_ticks_per_second();
        Ok(Duration::from_millis(
            (stat.utime + stat.stime) * 1_000 / ticks_per_second,
        ))
    }

    /// How often its threads had to wait, or were pushed aside; of those that live.
    ///
    /// # Errors
    /// When it has ended.
    pub fn context_switches(&self) -> anyhow::Result<u64> {
        self.entry.tasks().with_context(|| self.has_ended())?;
        // A thread may end meanwhile.
        let statuses = self.threads().filter_map(|thread| thread.status().ok());
        let of_thread = |status: Status| {
            let counts = [status.voluntary_ctxt_switches, status.nonvoluntary_ctxt_switches];
            counts.into_iter().flatten().sum::<u64>()
        };
        Ok(statuses.map(of_thread).sum())
    }

    /// What the scheduler has counted of the threads that live (proc_pid_schedstat(5)); nothing where it does not count.
    #[must_use]
    pub fn scheduled(&self) -> Scheduled {
        let counted = self.threads().filter_map(|thread| thread.schedstat().ok());
        let counted = counted.map(|counted| Scheduled {
            cpu_nanoseconds: counted.sum_exec_runtime,
            context_switches: counted.pcount,
        });
        counted.fold(Scheduled::default(), Scheduled::add)
    }

    /// Memory in KiB, a page that several processes share counted in parts (proc_pid_smaps(5)).
    #[must_use]
    pub fn proportional_kib(&self) -> Option<u64> {
        let maps = self.entry.smaps_rollup().ok()?.memory_map_rollup;
        let bytes = maps.into_iter().next()?.extension.map.get("Pss").copied();
        bytes.map(|bytes| bytes / 1_024)
    }

    /// The processes that it has started and not yet waited for, dead or alive.
    #[must_use]
    pub fn children(&self) -> Vec<u32> {
        // A child belongs to the thread that has started it.
        let children = self.threads().filter_map(|thread| thread.children().ok());
        children.flatten().collect()
    }

    /// Whether it listens on this port, for TCP.
    ///
    /// # Errors
    /// When it has ended; when it is another user's.
    pub fn listens_on(&self, port: u16) -> anyhow::Result<bool> {
        let cannot_look = || format!("cannot look into process {}", self.id());
        let listening = connections::listening_sockets(&self.entry, port);
        let descriptors = self.entry.fd().with_context(cannot_look)?;
        Ok(descriptors.flatten().any(|descriptor| match descriptor.target {
            FDTarget::Socket(inode) => listening.contains(&inode),
            _ => false,
        }))
    }

    /// From now on the peak of its memory is counted from zero (proc_pid_clear_refs(5)). Where that is not allowed it
    /// stays the peak of its life.
    pub fn forget_peak(&self) {
        let _ = self.entry.clear_refs(ClearRefs::PeakRSS);
    }

    /// Leaves it no descriptor but those that it has open now. Gives the limit that it had, for
    /// [`limit_descriptors`](Self::limit_descriptors).
    ///
    /// # Errors
    /// When it has ended; when it is another user's.
    pub fn take_away_descriptors(&self) -> anyhow::Result<Option<u64>> {
        let is_open = |descriptor: &i32| self.entry.fd_from_fd(*descriptor).is_ok();
        let lowest_free = (0..).take_while(is_open).count() as u64;
        self.limit_descriptors(Some(lowest_free))
    }

    /// Sets the soft limit of its descriptors, by default as high as its hard limit. Gives the soft limit that it had.
    ///
    /// # Errors
    /// When it has ended; when it is another user's.
    pub fn limit_descriptors(&self, count: Option<u64>) -> anyhow::Result<Option<u64>> {
        let maximum = match self.entry.limits()?.max_open_files.hard_limit {
            LimitValue::Value(limit) => Some(limit),
            LimitValue::Unlimited => None,
        };
        let current = count.or(maximum);
        let id = Pid::from_raw(self.entry.pid());
        let old = prlimit(id, Resource::Nofile, Rlimit { current, maximum });
        Ok(old.context("cannot set the limit of its descriptors")?.current)
    }

    fn status(&self) -> anyhow::Result<Status> {
        self.entry.status().with_context(|| self.has_ended())
    }

    fn threads(&self) -> impl Iterator<Item = Task> {
        self.entry.tasks().into_iter().flatten().flatten()
    }

    fn has_ended(&self) -> String {
        format!("process {} has ended", self.id())
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::process::{Command, Stdio, id};

    use socket2::{Domain, Socket, Type};

    use super::*;

    #[test]
    fn a_process_that_works_uses_something() {
        let own = Process::find(id()).unwrap();
        assert_eq!(own.id(), id());
        let usage = own.usage().unwrap();
        assert!(usage.peak_kib >= usage.resident_kib && usage.resident_kib > 0);
        assert!(usage.threads > 0 && usage.descriptors >= 3);
        let begin = own.cpu_time().unwrap();
        while own.cpu_time().unwrap() == begin {}
        assert!(own.context_switches().unwrap() > 0);
        assert!(own.scheduled().cpu_nanoseconds > 0);
    }

    #[test]
    fn a_listener_is_known_by_its_port() {
        let own = Process::find(id()).unwrap();
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket
            .bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into())
            .unwrap();
        let port = socket.local_addr().unwrap().as_socket().unwrap().port();
        assert!(
            !own.listens_on(port).unwrap(),
            "it has the port, and does not listen"
        );
        socket.listen(1).unwrap();
        assert!((0..1_000).any(|_| own.listens_on(port).unwrap()));
    }

    #[test]
    fn one_that_has_ended_is_not_found_even_before_anybody_has_waited_for_it() {
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let process = Process::find(child.id()).unwrap();
        assert_eq!(
            process.limit_descriptors(Some(100)).unwrap().unwrap(),
            soft_limit(id())
        );
        assert_eq!(soft_limit(child.id()), 100);
        drop(child.stdin.take());
        while Process::find(child.id()).is_ok() {}
        assert!(process.usage().is_err());
        child.wait().unwrap();
        let error = Process::find(child.id()).unwrap_err().to_string();
        assert_eq!(error, format!("there is no process {}", child.id()));
    }

    fn soft_limit(id: u32) -> u64 {
        let process = Process::find(id).unwrap();
        match process.entry().limits().unwrap().max_open_files.soft_limit {
            LimitValue::Value(limit) => limit,
            LimitValue::Unlimited => u64::MAX,
        }
    }
}
