//! Systems that have no `/proc`.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::bail;

use super::Usage;

/// Never there.
#[derive(Debug)]
pub(in super::super) enum ServerProcess {}

/// Nothing was taken away.
pub(in super::super) fn restore_descriptors() {}

impl ServerProcess {
    pub(in super::super) fn find(_id: u32, _address: SocketAddr) -> anyhow::Result<Self> {
        bail!("--pid works on Linux only");
    }

    pub(in super::super) fn usage(&self) -> anyhow::Result<Usage> {
        match *self {}
    }

    pub(in super::super) fn cpu_time(&self) -> anyhow::Result<Duration> {
        match *self {}
    }

    pub(in super::super) fn forget_peak(&self) {
        match *self {}
    }

    pub(in super::super) fn take_away_descriptors(&self) -> anyhow::Result<Taken> {
        match *self {}
    }
}

/// Never there.
pub(in super::super) enum Taken {}
