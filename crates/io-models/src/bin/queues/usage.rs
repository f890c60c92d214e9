//! What the process has used, as getrusage(2) tells it.

use std::ops::Sub;

/// Of all threads of the process, those that have ended too.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Usage {
    pub(crate) cpu_seconds: f64,
    /// Times that a thread went to sleep, or was pushed aside.
    pub(crate) context_switches: f64,
}

impl Usage {
    /// Since the process began. `None` on a system that does not tell.
    #[cfg(unix)]
    pub(crate) fn now() -> Option<Self> {
        use nix::sys::resource::{UsageWho, getrusage};
        use nix::sys::time::TimeValLike;

        let usage = getrusage(UsageWho::RUSAGE_SELF).ok()?;
        let microseconds = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
        let switches = usage.voluntary_context_switches() + usage.involuntary_context_switches();
        Some(Self {
            cpu_seconds: microseconds as f64 / 1e6,
            context_switches: switches as f64,
        })
    }

    #[cfg(not(unix))]
    pub(crate) fn now() -> Option<Self> {
        None
    }
}

/// What was used between two times.
impl Sub for Usage {
    type Output = Self;

    fn sub(self, begin: Self) -> Self {
        Self {
            cpu_seconds: self.cpu_seconds - begin.cpu_seconds,
            context_switches: self.context_switches - begin.context_switches,
        }
    }
}
