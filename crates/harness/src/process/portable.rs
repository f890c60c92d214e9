//! Processes on systems that have no `/proc`: none is found.

use std::time::Duration;

use anyhow::bail;

use super::{Scheduled, Usage};

/// Never there.
#[derive(Debug)]
pub enum Process {}

#[expect(missing_docs, clippy::missing_errors_doc, reason = "as on Linux")]
impl Process {
    pub fn find(_id: u32) -> anyhow::Result<Self> {
        bail!("processes can be watched on Linux only: elsewhere there is no /proc to ask");
    }

    pub fn id(&self) -> u32 {
        match *self {}
    }

    pub fn usage(&self) -> anyhow::Result<Usage> {
        match *self {}
    }

    pub fn peak_kib(&self) -> anyhow::Result<u64> {
        match *self {}
    }

    pub fn cpu_time(&self) -> anyhow::Result<Duration> {
        match *self {}
    }

    pub fn context_switches(&self) -> anyhow::Result<u64> {
        match *self {}
    }

    pub fn scheduled(&self) -> Scheduled {
        match *self {}
    }

    pub fn proportional_kib(&self) -> Option<u64> {
        match *self {}
    }

    pub fn children(&self) -> Vec<u32> {
        match *self {}
    }

    pub fn listens_on(&self, _port: u16) -> anyhow::Result<bool> {
        match *self {}
    }

    pub fn forget_peak(&self) {
        match *self {}
    }

    pub fn take_away_descriptors(&self) -> anyhow::Result<Option<u64>> {
        match *self {}
    }

    pub fn limit_descriptors(&self, _count: Option<u64>) -> anyhow::Result<Option<u64>> {
        match *self {}
    }
}
