//! What the server's process has used under a load, from before its first message to behind its last: Linux, from
//! `/proc`.
//!
//! The files of all threads are read twice, and not in between: with a thousand threads that takes a while, on the
//! processors that the server needs.

use serde::Serialize;

/// A process that is measured too.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Watched {
    #[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "asked on Linux only"))]
    pid: u32,
}

/// Such a process, when the load begins.
#[derive(Clone, Copy)]
pub(crate) struct Begun {
    watched: Watched,
    at_begin: Counters,
}

/// What it has used from the begin to the end.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Usage {
    /// Of all its threads, in the process and in the kernel.
    pub(crate) cpu_seconds: f64,
    /// Times that its threads had to wait, or were pushed aside; of those that lived to the end.
    pub(crate) context_switches: u64,
    /// The most that it has had since its start.
    pub(crate) peak_memory_bytes: u64,
}

#[derive(Debug, Clone, Copy)]
struct Counters {
    cpu_seconds: f64,
    context_switches: u64,
    peak_memory_bytes: u64,
}

impl Watched {
    pub(crate) fn new(pid: u32) -> Self {
        Self { pid }
    }

    /// Looks at it for the first time.
    ///
    /// # Errors
    /// When there is no such process, or no `/proc`.
    pub(crate) fn begin(self) -> anyhow::Result<Begun> {
        Ok(Begun {
            watched: self,
            at_begin: self.counters()?,
        })
    }

    #[cfg(not(target_os = "linux"))]
    fn counters(self) -> anyhow::Result<Counters> {
        anyhow::bail!("--pid needs Linux: elsewhere there is no /proc to ask")
    }

    #[cfg(target_os = "linux")]
    fn counters(self) -> anyhow::Result<Counters> {
        linux::counters(self.pid)
    }
}

impl Begun {
    /// Looks at it again.
    ///
    /// # Errors
    /// When it has ended.
    pub(crate) fn end(self) -> anyhow::Result<Usage> {
        let now = self.watched.counters()?;
        let switches = now
            .context_switches
            .saturating_sub(self.at_begin.context_switches);
        Ok(Usage {
            cpu_seconds: now.cpu_seconds - self.at_begin.cpu_seconds,
            context_switches: switches,
            peak_memory_bytes: now.peak_memory_bytes,
        })
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs;

    use anyhow::{Context, ensure};

    use super::Counters;

    /// Where the time in user mode stands in `stat`, behind the name; that in kernel mode follows it.
    const USER_TIME: usize = 11;

    pub(super) fn counters(pid: u32) -> anyhow::Result<Counters> {
        let directory = &format!("/proc/{pid}");
        let status = fs::read_to_string(format!("{directory}/status")).unwrap_or_default();
        let peak_memory_kib = number(&status, "VmHWM:");
        // One that has ended may still be listed, but its memory has gone.
        ensure!(peak_memory_kib > 0, "there is no process {pid}");
        let stat = read(&format!("{directory}/stat"))?;
        Ok(Counters {
            cpu_seconds: cpu_seconds(&stat)
                .with_context(|| format!("{directory}/stat is not as expected"))?,
            context_switches: context_switches(directory)?,
            peak_memory_bytes: peak_memory_kib * 1_024,
        })
    }

    /// proc_pid_stat(5). The name, in brackets, may contain anything.
    fn cpu_seconds(stat: &str) -> Option<f64> {
        let (_, fields) = stat.rsplit_once(')')?;
        let mut ticks = fields.split_whitespace().skip(USER_TIME);
        let user: u64 = ticks.next()?.parse().ok()?;
        let system: u64 = ticks.next()?.parse().ok()?;
        Some((user + system) as f64 / rustix::param::clock_ticks_per_second() as f64)
    }

    /// Those of all threads: the file of the process itself tells of its first thread only.
    fn context_switches(directory: &str) -> anyhow::Result<u64> {
        let tasks = format!("{directory}/task");
        let threads = fs::read_dir(&tasks).with_context(|| format!("cannot read {tasks}"))?;
        let of_thread = |thread: fs::DirEntry| {
            // A thread may have ended meanwhile.
            let status = fs::read_to_string(thread.path().join("status")).unwrap_or_default();
            number(&status, "voluntary_ctxt_switches:") + number(&status, "nonvoluntary_ctxt_switches:")
        };
        Ok(threads.flatten().map(of_thread).sum())
    }

    /// The number in a line of `status`, or 0 where there is none.
    fn number(status: &str, name: &str) -> u64 {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let number = line.and_then(|line| line.split_whitespace().next());
        number.and_then(|number| number.parse().ok()).unwrap_or(0)
    }

    fn read(path: &str) -> anyhow::Result<String> {
        fs::read_to_string(path).with_context(|| format!("cannot read {path}"))
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn times_stand_behind_a_name_that_may_be_anything() {
            let stat = "7 (a) b) S 1 7 7 0 -1 4194304 1 0 0 0 150 50 0 0 20 0 1 0 100";
            let seconds = 200.0 / rustix::param::clock_ticks_per_second() as f64;
            assert_eq!(cpu_seconds(stat), Some(seconds));
            assert_eq!(cpu_seconds("7 (a) S 1"), None);
        }

        #[test]
        fn a_line_of_the_status_is_found_by_its_whole_name() {
            let status = "VmHWM:\t    1234 kB\nvoluntary_ctxt_switches:\t5\nnonvoluntary_ctxt_switches:\t6\n";
            assert_eq!(number(status, "VmHWM:"), 1_234);
            assert_eq!(number(status, "voluntary_ctxt_switches:"), 5);
            assert_eq!(number(status, "nonvoluntary_ctxt_switches:"), 6);
            assert_eq!(number(status, "VmPeak:"), 0);
        }
    }
}
