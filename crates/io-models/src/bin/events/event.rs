//! An event as a descriptor (eventfd), which stays signalled until it is reset.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::eventfd::{EfdFlags, EventFd};

// ANCHOR: event
/// A manual-reset event. Inside is a counter of the kernel: signalled means that it is not 0.
pub(crate) struct Event {
    counter: EventFd,
}

impl Event {
    pub(crate) fn new() -> io::Result<Self> {
        let flags = EfdFlags::EFD_NONBLOCK | EfdFlags::EFD_CLOEXEC;
        let counter = EventFd::from_flags(flags)?;
        Ok(Self { counter })
    }

    /// Signals it: 1 more in the counter.
    pub(crate) fn set(&self) -> io::Result<()> {
        match self.counter.write(1) {
            // No room for 1 more: then it is signalled, and more than that it cannot be.
            Ok(_) | Err(Errno::EAGAIN) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Takes the signal away, and tells how often it was set since the last time.
    pub(crate) fn reset(&self) -> io::Result<u64> {
        match self.counter.read() {
            Err(Errno::EAGAIN) => Ok(0),
            count => Ok(count?),
        }
    }

    /// Waits until it is signalled, and leaves it so; false where the time was up first.
    pub(crate) fn wait(&self, timeout: Option<Duration>) -> io::Result<bool> {
        Ok(wait_for_any(&[self], timeout)?.is_some())
    }
}
// ANCHOR_END: event

impl AsFd for Event {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.counter.as_fd()
    }
}

// ANCHOR: wait_for_any
/// Waits for several at once: which of them is signalled, the first if there are several; `None` where the time was
/// up. Sockets can stand among the events, since all of them are descriptors.
pub(crate) fn wait_for_any(events: &[&dyn AsFd], timeout: Option<Duration>) -> io::Result<Option<usize>> {
    let deadline = timeout.map(|timeout| Instant::now() + timeout);
    let places = events
        .iter()
        .map(|event| PollFd::new(event.as_fd(), PollFlags::POLLIN));
    let mut places: Vec<_> = places.collect();
    while let Err(error) = poll(&mut places, time_left(deadline)) {
        if error != Errno::EINTR {
            return Err(error.into());
        }
    }
    Ok(places.iter().position(|place| place.any() != Some(false)))
}
// ANCHOR_END: wait_for_any

/// In milliseconds, rounded up, so that nobody is told too early that the time is up.
fn time_left(deadline: Option<Instant>) -> PollTimeout {
    deadline.map_or(PollTimeout::NONE, |deadline| {
        let left = deadline.saturating_duration_since(Instant::now());
        PollTimeout::try_from(left + Duration::from_micros(999)).unwrap_or(PollTimeout::MAX)
    })
}
