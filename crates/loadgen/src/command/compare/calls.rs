//! Counting system calls of other processes: perf, or strace where there is no perf.
//!
//! perf lets the kernel count them (`perf stat`), which takes a tenth or a fifth of the server's speed. strace stops
//! the process twice in each call, so what it counts is right, but of a server that is three to six times slower.

use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, bail, ensure};

/// The event that every system call is, in the kernel's tracing.
const EVENT: &str = "raw_syscalls:sys_enter";

/// What counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counter {
    Perf,
    Strace,
}

/// One count that has begun. Dropping it ends it.
pub(super) struct Counting {
    counter: Counter,
    child: Child,
    errors: BufReader<Box<dyn Read>>,
}

impl fmt::Display for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Perf => "perf",
            Self::Strace => "strace",
        })
    }
}

impl Counter {
    /// The first that is there and may count.
    pub(super) fn find() -> Option<Self> {
        let tries = [
            (Self::Perf, &["stat", "-x,", "-e", EVENT, "true"][..]),
            (Self::Strace, &["-f", "-c", "-U", "calls,name", "true"]),
        ];
        let works = |(counter, arguments): &(Self, &[&str])| {
            let output = Command::new(counter.to_string()).args(*arguments).output();
            output.is_ok_and(|output| counter.parse(&String::from_utf8_lossy(&output.stderr)).is_some())
        };
        tries.into_iter().find(works).map(|(counter, _)| counter)
    }

    /// Begins to count the calls of all threads of these processes.
    ///
    /// # Errors
    /// When that is not allowed.
    pub(super) fn attach(self, processes: &[u32]) -> anyhow::Result<Counting> {
        let list: Vec<_> = processes.iter().map(ToString::to_string).collect();
        let mut counting = self
            .start(&list.join(","))
            .with_context(|| format!("cannot start {self}"))?;
        match self {
            Self::Perf => counting.tell_perf("enable")?,
            Self::Strace => counting.await_strace(processes.len())?,
        }
        Ok(counting)
    }

    fn start(self, processes: &str) -> anyhow::Result<Counting> {
        let mut command = Command::new(self.to_string());
        match self {
            // Counts from `enable` to `disable`, which come and are answered by these descriptors.
            Self::Perf => command.args(["stat", "-x,", "-e", EVENT, "-D", "-1"]).args([
                "--control",
                "fd:0,1",
                "-p",
                processes,
            ]),
            Self::Strace => command.args(["-f", "-c", "-U", "calls,name", "-p", processes]),
        };
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn()?;
        let stderr = child.stderr.take().context("no standard error")?;
        Ok(Counting {
            counter: self,
            child,
            errors: BufReader::new(Box::new(stderr)),
        })
    }

    /// The count, in what it says in the end.
    fn parse(self, text: &str) -> Option<u64> {
        let mut lines = text.lines();
        let line = match self {
            Self::Perf => lines.find(|line| line.contains(EVENT))?,
            Self::Strace => lines.find(|line| line.trim_end().ends_with(" total"))?,
        };
        let end = line.trim_start().find([',', ' '])?;
        line.trim_start()[..end].parse().ok()
    }
}

impl Counting {
    /// The calls since it began.
    ///
    /// # Errors
    /// When the counter has failed.
    pub(super) fn end(mut self) -> anyhow::Result<u64> {
        if self.counter == Counter::Perf {
            self.tell_perf("disable")?;
        }
        interrupt(&self.child)?;
        let mut text = String::new();
        self.errors.read_to_string(&mut text)?;
        let counted = self.counter.parse(&text);
        counted.with_context(|| format!("{} has not counted: {:?}", self.counter, last_line(&text)))
    }

    /// Tells it something, and waits until it has been done.
    fn tell_perf(&mut self, word: &str) -> anyhow::Result<()> {
        let stdin = self.child.stdin.as_mut().context("no standard input")?;
        // Where perf has ended, the missing answer says so.
        let _ = writeln!(stdin, "{word}");
        let stdout = self.child.stdout.as_mut().context("no standard output")?;
        let mut answer = [0; 64];
        if stdout.read(&mut answer)? == 0 {
            let mut text = String::new();
            self.errors.read_to_string(&mut text)?;
            bail!("perf does not count: {:?}", last_line(&text));
        }
        Ok(())
    }

    /// It says so of each process that it has attached to.
    fn await_strace(&mut self, processes: usize) -> anyhow::Result<()> {
        let mut line = String::new();
        for _ in 0..processes {
            line.clear();
            self.errors.read_line(&mut line)?;
            ensure!(
                line.contains(" attached"),
                "strace does not count: {:?}",
                line.trim()
            );
        }
        Ok(())
    }
}

impl Drop for Counting {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// As Ctrl-C does: both tell what they have counted then.
#[cfg(target_os = "linux")]
fn interrupt(child: &Child) -> anyhow::Result<()> {
    use rustix::process::{Pid, Signal, kill_process};

    kill_process(Pid::from_child(child), Signal::INT).context("cannot interrupt the counter")
}

/// Neither of the two is there.
#[cfg(not(target_os = "linux"))]
fn interrupt(_child: &Child) -> anyhow::Result<()> {
    bail!("system calls can be counted on Linux only")
}

fn last_line(text: &str) -> &str {
    text.trim_end().lines().last().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_found_among_other_lines() {
        let perf = "Events enabled\nEvents disabled\n4711,,raw_syscalls:sys_enter,100,100.00,,\n";
        assert_eq!(Counter::Perf.parse(perf), Some(4_711));
        let refused = "<not counted>,,raw_syscalls:sys_enter,0,0.00,,\n";
        assert_eq!(Counter::Perf.parse(refused), None);
        let strace =
            "     calls syscall\n---------- ------\n        12 read\n---------- ------\n        27 total\n";
        assert_eq!(Counter::Strace.parse(strace), Some(27));
    }
}
