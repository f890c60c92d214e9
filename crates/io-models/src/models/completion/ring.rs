//! A ring: the two queues that this program shares with the kernel.
//!
//! Entries in the submission queue say what is to be done; the completion queue says what has been done, in the
//! order in which it was. One system call, io_uring_enter(2), hands over all that was put into the first and
//! waits for something in the second.
#![allow(
    unsafe_code,
    reason = "what an entry points to must outlive the operation, which no lifetime can express"
)]

use std::collections::VecDeque;
use std::fs;
use std::io;
use std::ptr::NonNull;
use std::time::Duration;

use io_uring::squeue::Entry;
use io_uring::types::{BufRingEntry, Timespec};
use io_uring::{IoUring, cqueue, opcode};
use nix::libc;

/// Entries that are handed over at once. When more are waiting, they take one system call more, and nothing is
/// lost.
const SUBMISSIONS: u32 = 256;

/// Completions that have a place in the queue. When there are more, the kernel keeps them in memory of its own
/// (`IORING_FEAT_NODROP`) until there is; an operation that completes many times then ends before its time,
/// which its last completion says.
const COMPLETIONS: u32 = 4096;

// ANCHOR: ring
pub(super) struct Ring {
    queues: IoUring,
    /// What has found no place in the submission queue, in its order.
    waiting: VecDeque<Entry>,
    /// Of the last [`pause`](Self::pause).
    pause: Box<Timespec>,
}

impl Ring {
    /// For this thread alone: whoever makes the ring must use it (`IORING_SETUP_SINGLE_ISSUER`), so that the
    /// kernel needs no locks, and what is to be done when bytes have come is done when this thread waits, and
    /// not in the middle of its own work (`IORING_SETUP_DEFER_TASKRUN`): so many a completion is ready at each
    /// wait.
    pub(super) fn new() -> io::Result<Self> {
        let queues = IoUring::builder()
            .setup_single_issuer()
            .setup_defer_taskrun()
            .setup_submit_all()
            .setup_cqsize(COMPLETIONS)
            .build(SUBMISSIONS)
            .map_err(explained)?;
        Ok(Self {
            queues,
            waiting: VecDeque::new(),
            pause: Box::new(Timespec::new()),
        })
    }

    /// Has this done, from the next [`wait`](Self::wait) on.
    ///
    /// # Safety
    /// What the entry points to stays where it is, and nobody else writes to it (or reads it, where the kernel
    /// writes), until its last completion has come; where it never comes, for ever.
    pub(super) unsafe fn push(&mut self, entry: Entry) {
        // SAFETY: that of this function.
        if !self.waiting.is_empty() || unsafe { self.queues.submission().push(&entry) }.is_err() {
            self.waiting.push_back(entry);
        }
    }

    /// Completes after this time, as a failure with `ETIME`.
    pub(super) fn pause(&mut self, time: Duration, key: u64) {
        *self.pause = time.into();
        let entry = opcode::Timeout::new(&*self.pause).build().user_data(key);
        // SAFETY: the time lives as long as the ring, and the kernel copies it when it gets the entry.
        unsafe { self.push(entry) };
    }

    /// Has the kernel take buffers from this queue, for receives that select from this group.
    ///
    /// # Safety
    /// The queue has so many entries, all of them zero, and is never freed.
    pub(super) unsafe fn register_buffers(
        &mut self,
        queue: NonNull<BufRingEntry>,
        entries: u16,
        group: u16,
    ) -> io::Result<()> {
        let address = queue.as_ptr().expose_provenance() as u64;
        let submitter = self.queues.submitter();
        // SAFETY: that of this function.
        unsafe { submitter.register_buf_ring_with_flags(address, entries, group, 0) }
    }

    /// Hands over what was pushed, and waits until something has completed.
    pub(super) fn wait(&mut self) -> io::Result<()> {
        loop {
            self.move_up();
            let all = self.waiting.is_empty();
            match self.queues.submit_and_wait(usize::from(all)) {
                Ok(_) if all => return Ok(()),
                Ok(_) => {}
                // A signal; or too little memory, or too many completions that nobody has taken.
                Err(error) if is_passing(&error) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }

    /// The next of the completions that are there.
    pub(super) fn completed(&mut self) -> Option<Completion> {
        self.queues.completion().next().map(Completion)
    }

    fn move_up(&mut self) {
        let mut submission = self.queues.submission();
        while let Some(entry) = self.waiting.front() {
            // SAFETY: that of `push`, through which it came.
            if unsafe { submission.push(entry) }.is_err() {
                break;
            }
            self.waiting.pop_front();
        }
    }
}
// ANCHOR_END: ring

fn is_passing(error: &io::Error) -> bool {
    let codes = [libc::EINTR, libc::EAGAIN, libc::EBUSY];
    error.raw_os_error().is_some_and(|code| codes.contains(&code))
}

// ANCHOR: completion
/// What has become of an operation.
pub(super) struct Completion(cqueue::Entry);

impl Completion {
    /// The number that its entry had as `user_data`.
    pub(super) fn key(&self) -> u64 {
        self.0.user_data()
    }

    /// What the system call of the same name would have returned.
    pub(super) fn result(&self) -> io::Result<usize> {
        let result = self.0.result();
        usize::try_from(result).map_err(|_| io::Error::from_raw_os_error(-result))
    }

    /// True where the same operation goes on, and will complete again.
    pub(super) fn has_more(&self) -> bool {
        cqueue::more(self.0.flags())
    }

    /// The buffer that the kernel chose.
    pub(super) fn buffer(&self) -> Option<u16> {
        cqueue::buffer_select(self.0.flags())
    }
}
// ANCHOR_END: completion

/// Says why there is no ring, and what can be done about it.
fn explained(error: io::Error) -> io::Error {
    let reason = match error.raw_os_error() {
        Some(libc::EPERM) => not_permitted(),
        Some(libc::ENOSYS) => {
            "this kernel has none, or a filter of system calls (seccomp) hides it".to_owned()
        }
        Some(libc::EINVAL) => {
            let version = setting("/proc/sys/kernel/osrelease");
            format!("Linux 6.1 or newer is needed, and this is {version}")
        }
        _ => error.to_string(),
    };
    let message = format!("no io_uring: {reason}; the model thread-per-core works without it");
    io::Error::new(error.kind(), message)
}

fn not_permitted() -> String {
    match setting("/proc/sys/kernel/io_uring_disabled").as_str() {
        "" | "0" => "a filter of system calls (seccomp), as containers have it, forbids it".to_owned(),
        level => format!(
            "it is switched off here, and `sysctl kernel.io_uring_disabled=0` as root switches it on (now it is {level})"
        ),
    }
}

fn setting(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// More than either queue has places for, at once.
    const COUNT: u64 = 2 * COMPLETIONS as u64;

    #[test]
    fn full_queues_lose_nothing() {
        let mut ring = Ring::new().expect("io_uring");
        for key in 0..COUNT {
            let entry = opcode::Nop::new().build().user_data(key);
            // SAFETY: it points to nothing.
            unsafe { ring.push(entry) };
        }
        assert!(!ring.waiting.is_empty(), "the submission queue should be full");
        let mut keys = Vec::new();
        while keys.len() < COUNT as usize {
            ring.wait().expect("wait");
            while let Some(completion) = ring.completed() {
                assert_eq!(completion.result().expect("nothing to be done"), 0);
                keys.push(completion.key());
            }
        }
        assert_eq!(keys, (0..COUNT).collect::<Vec<_>>());
    }

    #[test]
    fn a_pause_is_a_completion() {
        let mut ring = Ring::new().expect("io_uring");
        ring.pause(Duration::from_millis(1), 7);
        ring.wait().expect("wait");
        let completion = ring.completed().expect("the pause");
        assert_eq!(completion.key(), 7);
        assert_eq!(completion.result().unwrap_err().raw_os_error(), Some(libc::ETIME));
    }
}
