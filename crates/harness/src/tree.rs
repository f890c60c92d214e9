//! Processor time, context switches and memory of a server together with the processes that it has started. Linux;
//! elsewhere nothing is known of them.
//!
//! Thousands of threads or processes take long to look at, and of ten milliseconds many of them use none. So a tree is
//! looked at while it is at rest, before a load and after it, and by what the scheduler counts: nanoseconds.

use std::ops::Add;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::ensure;

use crate::process::{Process, Scheduled};

/// Between two looks at children that are about to end: nobody but their parent can wait for them.
const PAUSE: Duration = Duration::from_millis(5);

/// A process, its children, and theirs.
#[derive(Debug, Clone, Copy)]
pub struct Tree {
    root: u32,
}

impl Tree {
    /// The tree with this process at its root.
    #[must_use]
    pub fn of(root: u32) -> Self {
        Self { root }
    }

    /// The numbers of all processes of it; of the root alone where the system does not tell.
    #[must_use]
    pub fn processes(self) -> Vec<u32> {
        let mut found = vec![self.root];
        let mut place = 0;
        while let Some(process) = found.get(place) {
            found.extend(children(*process));
            place += 1;
        }
        found
    }

    /// What all threads of all of them have used since they started, of those that live; `None` where the system does
    /// not count it.
    #[must_use]
    pub fn scheduled(self) -> Option<Scheduled> {
        let counted = self.living().map(|process| process.scheduled());
        let sum = counted.fold(Scheduled::default(), Scheduled::add);
        (sum.cpu_nanoseconds > 0).then_some(sum)
    }

    /// Memory of all of them, in bytes, a page that several share counted once. `None` where the system does not tell.
    #[must_use]
    pub fn memory(self) -> Option<u64> {
        let sizes: Vec<_> = self
            .living()
            .filter_map(|process| process.proportional_kib())
            .collect();
        (!sizes.is_empty()).then(|| sizes.iter().sum::<u64>() * 1_024)
    }

    /// Waits until the root has no child any more.
    ///
    /// # Errors
    /// When that takes longer than `patience`.
    pub fn await_children(self, patience: Duration) -> anyhow::Result<()> {
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

    fn living(self) -> impl Iterator<Item = Process> {
        self.processes().into_iter().flat_map(Process::find)
    }
}

fn children(process: u32) -> Vec<u32> {
    Process::find(process).map_or_else(|_| Vec::new(), |process| process.children())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::process::{Command, Stdio, id};

    use super::*;

    #[test]
    fn a_child_is_found_and_waited_for() {
        let tree = Tree::of(id());
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let own = Tree::of(child.id());
        assert!(tree.processes().contains(&child.id()));
        assert!(tree.scheduled().is_some() && tree.memory() > own.memory());
        drop(child.stdin.take());
        child.wait().unwrap();
        assert!(!tree.processes().contains(&child.id()));
        assert_eq!((own.scheduled(), own.memory()), (None, None));
        own.await_children(Duration::ZERO).unwrap();
    }
}
