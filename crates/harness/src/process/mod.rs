//! Memory, threads, descriptors and processor time of a process. Linux, from `/proc`; elsewhere no process is found.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod portable;

use std::ops::Add;

use serde::Serialize;

#[cfg(target_os = "linux")]
pub use linux::Process;
#[cfg(not(target_os = "linux"))]
pub use portable::Process;

/// What a process uses now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// Memory that it really uses, in KiB.
    pub resident_kib: u64,
    /// The most of it since its start, or since [`Process::forget_peak`], in KiB.
    pub peak_kib: u64,
    /// Open descriptors.
    pub descriptors: u64,
    /// Threads.
    pub threads: u64,
}

/// What the scheduler has counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scheduled {
    /// Time on a processor, in nanoseconds.
    pub cpu_nanoseconds: u64,
    /// How often a thread got a processor.
    pub context_switches: u64,
}

impl Scheduled {
    /// What has been counted since `before`.
    #[must_use]
    pub fn since(self, before: Self) -> Self {
        Self {
            cpu_nanoseconds: self.cpu_nanoseconds.saturating_sub(before.cpu_nanoseconds),
            context_switches: self.context_switches.saturating_sub(before.context_switches),
        }
    }
}

impl Add for Scheduled {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            cpu_nanoseconds: self.cpu_nanoseconds + other.cpu_nanoseconds,
            context_switches: self.context_switches + other.context_switches,
        }
    }
}
