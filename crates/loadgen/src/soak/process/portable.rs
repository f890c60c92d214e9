//! Looking at the server's process on systems that have no `/proc`: refused.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::bail;

use super::Usage;

/// Never there.
#[derive(Debug)]
pub(in crate::soak) enum ServerProcess {}

/// Nothing was taken away.
pub(in crate::soak) fn restore_descriptors() {}

impl ServerProcess {
    pub(in crate::soak) fn find(_id: u32, _address: SocketAddr) -> anyhow::Result<Self> {
        bail!("--pid works on Linux only");
    }

    pub(in crate::soak) fn usage(&self) -> anyhow::Result<Usage> {
        match *self {}
    }

    pub(in crate::soak) fn cpu_time(&self) -> anyhow::Result<Duration> {
        match *self {}
    }

    pub(in crate::soak) fn forget_peak(&self) {
        match *self {}
    }

    pub(in crate::soak) fn take_away_descriptors(&self) -> anyhow::Result<Taken> {
        match *self {}
    }
}

/// Never there.
pub(in crate::soak) enum Taken {}
