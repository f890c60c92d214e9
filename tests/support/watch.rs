//! Linux: what the system knows of a process, and what a test does to it.

use std::time::Duration;

use harness::{Tree, Usage};
use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process, prlimit};

use super::{Process, eventually};

/// What is said of a process that has ended too soon.
const LIVES: &str = "the process lives";

impl Process {
    fn watched(&self) -> harness::Process {
        harness::Process::find(self.id()).expect(LIVES)
    }

    fn usage(&self) -> Usage {
        self.watched().usage().expect(LIVES)
    }

    /// How many threads it has.
    pub(crate) fn threads(&self) -> u64 {
        self.usage().threads
    }

    /// The scheduling class of the thread of this name; 0 is the usual one (sched(7)).
    pub(crate) fn scheduling_class(&self, thread_name: &str) -> Option<u64> {
        let threads = self.watched().entry().tasks().expect(LIVES);
        let mut stats = threads.flatten().flat_map(|thread| thread.stat());
        stats.find(|stat| stat.comm == thread_name)?.policy.map(u64::from)
    }

    /// The processes that it has started and not yet waited for, dead or alive.
    pub(crate) fn children(&self) -> Vec<u32> {
        self.watched().children()
    }

    /// True where this signal does nothing to it.
    pub(crate) fn ignores(&self, signal: Signal) -> bool {
        is_among(signal, self.watched().entry().status().expect(LIVES).sigign)
    }

    /// True where it does something of its own when this signal comes.
    pub(crate) fn catches(&self, signal: Signal) -> bool {
        is_among(signal, self.watched().entry().status().expect(LIVES).sigcgt)
    }

    /// How many descriptors it has open.
    pub(crate) fn descriptors(&self) -> usize {
        usize::try_from(self.usage().descriptors).expect("a few")
    }

    /// Memory that it really uses.
    pub(crate) fn resident_bytes(&self) -> u64 {
        self.usage().resident_kib * 1024
    }

    /// Memory that it has asked for, used or not, at the moment when that was most.
    pub(crate) fn most_bytes_asked_for(&self) -> u64 {
        let status = self.watched().entry().status().expect(LIVES);
        status.vmpeak.expect(LIVES) * 1024
    }

    /// Time that all its threads have computed, exact to a hundredth of a second.
    pub(crate) fn cpu_time(&self) -> Duration {
        self.watched().cpu_time().expect(LIVES)
    }

    /// Time that the threads which it and its children have now have computed, exact to a few milliseconds: on a
    /// busy machine not even one that never waits gets much more in the time of a test.
    pub(crate) fn exact_cpu_time_of_family(&self) -> Duration {
        let counted = Tree::of(self.id()).scheduled().expect("the system tells");
        Duration::from_nanos(counted.cpu_nanoseconds)
    }

    /// Memory that it and its children really use.
    pub(crate) fn resident_bytes_of_family(&self) -> u64 {
        let family = Tree::of(self.id()).processes().into_iter();
        let usages = family.flat_map(|id| harness::Process::find(id)?.usage());
        usages.map(|usage| usage.resident_kib * 1024).sum()
    }

    /// Leaves it no descriptor but those that it has open now.
    pub(crate) fn take_away_descriptors(&self) {
        self.watched()
            .take_away_descriptors()
            .expect("the limit can be set");
    }

    /// Gives it all the descriptors that it may have.
    pub(crate) fn give_back_descriptors(&self) {
        self.watched()
            .limit_descriptors(None)
            .expect("the limit can be set");
    }

    /// How often it has called write(2), whatever came of that; nothing where it has ended. Sockets have calls of their
    /// own, so it is a pipe, a file or a terminal that it has written to.
    pub(crate) fn tries_to_write(&self) -> Option<u64> {
        let process = harness::Process::find(self.id()).ok()?;
        process.entry().io().ok().map(|counts| counts.syscw)
    }

    /// Lifts its limit of how large a file may become.
    pub(crate) fn lift_file_limit(&self) {
        let id = Pid::from_raw(self.id().cast_signed());
        let limit = getrlimit(Resource::Fsize);
        prlimit(id, Resource::Fsize, limit).expect("the limit can be set");
    }

    /// Leaves it so much memory to ask for, and no more.
    pub(crate) fn leave_room_for(&self, bytes: u64) {
        let status = self.watched().entry().status().expect(LIVES);
        let current = Some(status.vmsize.expect(LIVES) * 1024 + bytes);
        let maximum = getrlimit(Resource::As).maximum;
        let id = Pid::from_raw(self.id().cast_signed());
        prlimit(id, Resource::As, Rlimit { current, maximum }).expect("the limit can be set");
    }

    /// Stops all its threads where they stand, until [`thaw`](Self::thaw): what clients do meanwhile has
    /// happened at one moment for it.
    pub(crate) fn freeze(&self) {
        self.signal(Signal::STOP);
        eventually("all threads are stopped", || {
            let threads = self.watched().entry().tasks().expect(LIVES);
            threads
                .flatten()
                .all(|thread| thread.stat().is_ok_and(|stat| stat.state == 'T'))
        });
    }

    pub(crate) fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    /// True while its first thread waits for something.
    pub(crate) fn sleeps(&self) -> bool {
        self.watched().entry().stat().expect(LIVES).state == 'S'
    }
}

/// Whether a mask of proc_pid_status(5) has this signal.
fn is_among(signal: Signal, mask: u64) -> bool {
    mask >> (signal.as_raw() - 1) & 1 == 1
}

/// False for one that is dead, waited for or not.
pub(crate) fn is_alive(process: u32) -> bool {
    harness::Process::find(process).is_ok()
}

/// For a process that this test has not started itself.
pub(crate) fn kill(process: u32, signal: Signal) {
    let id = Pid::from_raw(process.cast_signed()).expect("not 0");
    kill_process(id, signal).expect("the process takes a signal");
}
