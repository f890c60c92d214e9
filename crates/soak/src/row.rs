//! A row of the soak: one way to treat a server badly, and what must come of it.

use super::plan::Plan;
use super::service::Service;

/// What is done, and to whom.
pub(super) struct Row {
    /// For `--only`, and in the table.
    pub(super) name: &'static str,
    /// Its numbers in the list of faults, for `--only` too.
    pub(super) faults: &'static [u8],
    /// Which kinds of servers it can be done to.
    pub(super) services: &'static [Service],
    /// What is done.
    pub(super) sentence: &'static str,
    /// What must come of it.
    pub(super) check: &'static str,
    /// Does it. An error is what was wrong with the server.
    pub(super) run: fn(&Plan) -> anyhow::Result<Outcome>,
}

/// How a row has ended, where nothing was wrong.
pub(super) enum Outcome {
    /// With figures.
    Passed(String),
    /// With the reason why nothing could be checked.
    Skipped(String),
}

impl Outcome {
    pub(super) fn passed(figures: impl Into<String>) -> anyhow::Result<Self> {
        Ok(Self::Passed(figures.into()))
    }

    pub(super) fn skipped(reason: impl Into<String>) -> anyhow::Result<Self> {
        Ok(Self::Skipped(reason.into()))
    }
}
