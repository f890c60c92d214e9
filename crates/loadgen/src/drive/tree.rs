//! What a server and the processes that it has started use together: Linux, from `/proc`.
//!
//! `process` looks at a server at work, by the clock's ticks. Thousands of threads or processes take too long to
//! look at for that, and of ten milliseconds many of them use none. So here the server is looked at while it is
//! at rest, before the load and after it, and by what the scheduler counts: nanoseconds.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::ensure;

/// Between two looks at children that are about to end: nobody but their parent can wait for them.
const PAUSE: Duration = Duration::from_millis(5);

/// A process, its children, and theirs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tree {
    root: u32,
}

/// What all their threads have used since they started; of those that have not ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counters {
    /// Time on a processor.
    pub(crate) cpu_nanoseconds: u64,
    /// How often one of them got a processor.
    pub(crate) context_switches: u64,
}

impl Counters {
    /// What has been used since `before`.
    pub(crate) fn since(self, before: Self) -> Self {
        Self {
            cpu_nanoseconds: self.cpu_nanoseconds.saturating_sub(before.cpu_nanoseconds),
            context_switches: self.context_switches.saturating_sub(before.context_switches),
        }
    }

    /// proc_pid_schedstat(5): nanoseconds on a processor, nanoseconds of waiting for one, times on one.
    fn parse(schedstat: &str) -> Option<Self> {
        let mut numbers = schedstat.split_whitespace().map(str::parse);
        Some(Self {
            cpu_nanoseconds: numbers.next()?.ok()?,
            context_switches: numbers.nth(1)?.ok()?,
        })
    }
}

impl Tree {
    /// The tree with this process at its root.
    pub(crate) fn of(root: u32) -> Self {
        Self { root }
    }

    /// All processes of it; the root alone where the system does not tell.
    pub(crate) fn processes(self) -> Vec<u32> {
        let mut found = vec![self.root];
        let mut place = 0;
        while let Some(process) = found.get(place) {
            found.extend(children(*process));
            place += 1;
        }
        found
    }

    /// What all of them have used; `None` where the system does not count it.
    pub(crate) fn counters(self) -> Option<Counters> {
        let mut sum = Counters::default();
        for thread in self.processes().into_iter().flat_map(threads) {
            // It may have ended meanwhile.
            let schedstat = fs::read_to_string(format!("{thread}/schedstat")).unwrap_or_default();
            let own = Counters::parse(&schedstat).unwrap_or_default();
            sum.cpu_nanoseconds += own.cpu_nanoseconds;
            sum.context_switches += own.context_switches;
        }
        (sum.cpu_nanoseconds > 0).then_some(sum)
    }

    /// Memory of all of them, in bytes, a page that several share counted once: the sum of their proportional
    /// set sizes, proc_pid_smaps(5). `None` where the system does not tell.
    pub(crate) fn memory(self) -> Option<u64> {
        let processes = self.processes().into_iter();
        let sizes: Vec<_> = processes.filter_map(proportional_kib).collect();
        (!sizes.is_empty()).then(|| sizes.iter().sum::<u64>() * 1_024)
    }

    /// Waits until the root has no child any more.
    ///
    /// # Errors
    /// When that takes longer than `patience`.
    pub(crate) fn await_children(self, patience: Duration) -> anyhow::Result<()> {
        let begin = Instant::now();
        loop {
            let left = children(self.root).len();
            if left == 0 {
                return Ok(());
            }
            ensure!(
                begin.elapsed() < patience,
                "{left} of its children are there {patience:?} after their clients have gone"
            );
            thread::sleep(PAUSE);
        }
    }
}

/// The folders of a process's threads.
fn threads(process: u32) -> Vec<String> {
    let folder = format!("/proc/{process}/task");
    let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
    entries
        .map(|thread| format!("{folder}/{}", thread.file_name().display()))
        .collect()
}

/// A child belongs to the thread that has started it.
fn children(process: u32) -> Vec<u32> {
    let lists = threads(process)
        .into_iter()
        .filter_map(|thread| fs::read_to_string(format!("{thread}/children")).ok());
    lists
        .flat_map(|list| {
            let numbers = list.split_whitespace().map(str::parse);
            numbers.filter_map(Result::ok).collect::<Vec<_>>()
        })
        .collect()
}

fn proportional_kib(process: u32) -> Option<u64> {
    let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok()?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_number_is_time_of_waiting() {
        let counters = Counters {
            cpu_nanoseconds: 7,
            context_switches: 3,
        };
        assert_eq!(Counters::parse("7 100 3\n"), Some(counters));
        assert_eq!(Counters::parse("7 100"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_child_is_found_and_waited_for() {
        use std::process::{Command, Stdio, id};

        let tree = Tree::of(id());
        let mut child = Command::new("cat")
            .stdin(Stdio::piped())
            .spawn()
            .expect("a child that waits");
        assert!(tree.processes().contains(&child.id()));
        assert!(tree.counters().is_some() && tree.memory() > Tree::of(child.id()).memory());
        let own = Tree::of(child.id());
        drop(child.stdin.take());
        child.wait().expect("its end");
        assert!(!tree.processes().contains(&child.id()));
        assert_eq!((own.counters(), own.memory()), (None, None));
        own.await_children(Duration::ZERO).expect("no children");
    }
}
