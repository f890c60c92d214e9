//! Waking an event loop at a time, to the microsecond.
//!
//! epoll_wait(2) counts in milliseconds, which is far too coarse: every message of an open loop would be sent
//! half a millisecond late on average, and that would stand in its latency. So on Linux a timer is one more
//! descriptor that becomes readable, timerfd_create(2). kqueue, on macOS, counts in nanoseconds by itself.

use std::io;
use std::time::Duration;

use mio::{Registry, Token};

/// A timer among the descriptors of an event loop.
#[cfg(target_os = "linux")]
pub(crate) struct Timer(rustix::fd::OwnedFd);

#[cfg(target_os = "linux")]
impl Timer {
    /// Its event comes under this token.
    pub(crate) fn new(registry: &Registry, token: Token) -> io::Result<Self> {
        use std::os::fd::AsRawFd;

        use rustix::time::{TimerfdClockId, TimerfdFlags, timerfd_create};

        let timer = timerfd_create(
            TimerfdClockId::Monotonic,
            TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC,
        )?;
        let mut source = mio::unix::SourceFd(&timer.as_raw_fd());
        registry.register(&mut source, token, mio::Interest::READABLE)?;
        Ok(Self(timer))
    }

    /// Wakes the loop after this time, and returns how long the wait itself may take.
    pub(crate) fn wake_after(&self, time: Duration, longest: Duration) -> io::Result<Duration> {
        use rustix::time::{Itimerspec, TimerfdTimerFlags, Timespec, timerfd_settime};

        if time.is_zero() || time >= longest {
            return Ok(time.min(longest));
        }
        let it_value = Timespec::try_from(time).map_err(io::Error::other)?;
        let it_interval = Timespec::default();
        let once = Itimerspec {
            it_interval,
            it_value,
        };
        timerfd_settime(&self.0, TimerfdTimerFlags::empty(), &once)?;
        Ok(longest)
    }
}

/// The wait of the event loop itself, which is exact.
#[cfg(not(target_os = "linux"))]
pub(crate) struct Timer;

#[cfg(not(target_os = "linux"))]
impl Timer {
    /// Needs no event.
    pub(crate) fn new(_registry: &Registry, _token: Token) -> io::Result<Self> {
        Ok(Self)
    }

    /// How long the wait may take.
    pub(crate) fn wake_after(&self, time: Duration, longest: Duration) -> io::Result<Duration> {
        Ok(time.min(longest))
    }
}
