//! The server's process: what it uses, and the limit of its descriptors. Linux only; elsewhere there is none.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod portable;

#[cfg(target_os = "linux")]
pub(super) use linux::{ServerProcess, restore_descriptors};
#[cfg(not(target_os = "linux"))]
pub(super) use portable::{ServerProcess, restore_descriptors};

use serde::Serialize;

/// What a process uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Usage {
    /// Memory that it really uses, in KiB.
    pub(super) resident_kib: u64,
    /// The most of it since the row began, in KiB.
    pub(super) peak_kib: u64,
    /// Open descriptors.
    pub(super) descriptors: u64,
    /// Threads.
    pub(super) threads: u64,
}
