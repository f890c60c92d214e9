//! What the server's process has used under a load, from before its first message to behind its last.
//!
//! The files of all threads are read twice, and not in between: with a thousand threads that takes a while, on the
//! processors that the server needs.

use std::time::Duration;

use harness::Process;
use serde::Serialize;

/// A process that is measured, since the load began.
pub(crate) struct Watch {
    process: Process,
    cpu_time: Duration,
    context_switches: u64,
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

impl Watch {
    /// Looks at it for the first time.
    ///
    /// # Errors
    /// When there is no such process, or no `/proc`.
    pub(crate) fn begin(pid: u32) -> anyhow::Result<Self> {
        let process = Process::find(pid)?;
        Ok(Self {
            cpu_time: process.cpu_time()?,
            context_switches: process.context_switches()?,
            process,
        })
    }

    /// Looks at it again.
    ///
    /// # Errors
    /// When it has ended.
    pub(crate) fn end(&self) -> anyhow::Result<Usage> {
        let cpu_time = self.process.cpu_time()?.saturating_sub(self.cpu_time);
        let context_switches = self.process.context_switches()?;
        Ok(Usage {
            cpu_seconds: cpu_time.as_secs_f64(),
            context_switches: context_switches.saturating_sub(self.context_switches),
            peak_memory_bytes: self.process.peak_kib()? * 1_024,
        })
    }
}
