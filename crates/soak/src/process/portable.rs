//! Looking at the server's process on systems that have no `/proc`: refused.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::bail;

use super::Usage;

/// Never there.
#[derive(Debug)]
pub(crate) enum ServerProcess {}

/// Nothing was taken away.
pub(crate) fn restore_descriptors() {}

impl ServerProcess {
    pub(crate) fn find(_id: u32, _address: SocketAddr) -> anyhow::Result<Self> {
        bail!("--pid works on Linux only");
    }

    pub(crate) fn usage(&self) -> anyhow::Result<Usage> {
        match *self {}
    }

    pub(crate) fn cpu_time(&self) -> anyhow::Result<Duration> {
        match *self {}
    }

    pub(crate) fn forget_peak(&self) {
        match *self {}
    }

    pub(crate) fn take_away_descriptors(&self) -> anyhow::Result<Taken> {
        match *self {}
    }
}

/// Never there.
pub(crate) enum Taken {}
