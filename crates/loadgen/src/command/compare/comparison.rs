//! The results of a comparison: each server with what was measured of it, or what it did wrong.

use serde::{Deserialize, Serialize};

use super::calls::Counter;
use super::measured::{Figures, Measured, throughput};
use crate::command::conditions::Conditions;
use crate::engine::rate::Rate;

/// A server that is compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Named {
    pub(super) name: String,
    /// How it is started.
    pub(super) command: String,
    /// What a message broker says of itself.
    pub(super) version: Option<String>,
}

/// What has come of one server.
pub(super) struct Outcome {
    pub(super) named: Named,
    /// Nothing where the load is against its nature.
    pub(super) rounds: Option<anyhow::Result<Vec<Figures>>>,
    /// System calls for each message.
    pub(super) calls: Option<f64>,
}

/// A server, with what was measured of it, or what it did wrong; neither where the load is against its nature.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ServerResult {
    #[serde(flatten)]
    pub(super) named: Named,
    #[serde(flatten)]
    pub(super) measured: Option<Measured>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) failure: Option<String>,
}

/// All servers, the first of which the others are compared with.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Comparison {
    #[serde(flatten)]
    conditions: Conditions,
    rounds: usize,
    /// A signal came before all rounds were done.
    interrupted: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    system_calls_counted_by: Option<String>,
    servers: Vec<ServerResult>,
}

/// The throughput of the first server to that of another one, and what it must be at least.
pub(super) struct Verdict {
    /// Of the medians, or the median of the rounds: whichever is less.
    pub(super) ratio: f64,
    pub(super) at_least: f64,
}

impl Verdict {
    pub(super) fn is_missed(&self) -> bool {
        self.ratio < self.at_least
    }
}

impl Comparison {
    /// From what has come of each server. All that were measured have the same number of rounds, which is the one that
    /// was asked for, but for a signal.
    ///
    /// # Errors
    /// When the figures do not fit together.
    pub(super) fn new(
        conditions: Conditions,
        asked: u32,
        outcomes: Vec<Outcome>,
        counter: Option<Counter>,
    ) -> anyhow::Result<Self> {
        let rounds = |outcome: &Outcome| Some(outcome.rounds.as_ref()?.as_ref().ok()?.len());
        let count = outcomes.iter().find_map(rounds).unwrap_or(0);
        let first = outcomes
            .first()
            .and_then(|first| first.rounds.as_ref()?.as_ref().ok());
        let first = first.map(|rounds| throughput(rounds));
        let servers = outcomes
            .into_iter()
            .map(|own| ServerResult::new(own.named, own.rounds, own.calls, first.as_deref()));
        let servers = servers.collect::<anyhow::Result<Vec<_>>>()?;
        Ok(Self {
            conditions,
            rounds: count,
            interrupted: count < asked as usize && servers.iter().any(|server| server.measured.is_some()),
            system_calls_counted_by: counter.map(|counter| counter.to_string()),
            servers,
        })
    }

    /// True where a signal came before all rounds were done.
    pub(super) fn is_interrupted(&self) -> bool {
        self.interrupted
    }

    /// True where the same was measured of the same servers in as many rounds, and none did anything wrong.
    pub(super) fn is_of<'a>(
        &self,
        conditions: &Conditions,
        servers: impl Iterator<Item = &'a Named>,
        rounds: u32,
    ) -> bool {
        let named = self.servers.iter().map(|server| &server.named);
        let is_whole = self.rounds == rounds as usize && self.failures().is_empty();
        is_whole && self.conditions.is_same(conditions) && named.eq(servers)
    }

    pub(super) fn servers(&self) -> &[ServerResult] {
        &self.servers
    }

    pub(super) fn measured(&self) -> impl Iterator<Item = &Measured> {
        self.servers.iter().filter_map(|server| server.measured.as_ref())
    }

    /// A line for each server that did something wrong.
    pub(super) fn failures(&self) -> Vec<String> {
        let failures = self.servers.iter().filter_map(|server| server.failure.clone());
        failures.collect()
    }

    /// A line for each server that did not reach the rate of an open loop.
    pub(super) fn rates_not_reached(&self) -> Vec<String> {
        let warning = |server: &ServerResult| {
            let rate = Rate {
                asked: self.conditions.rate?,
                reached: server.measured.as_ref()?.rate_reached?.median,
            };
            Some(format!("{}: {}", server.named.name, rate.warning()?))
        };
        self.servers.iter().filter_map(warning).collect()
    }

    /// Messages a second of the slowest server.
    pub(super) fn slowest(&self) -> f64 {
        let medians = self.measured().map(|own| own.messages_per_second.median);
        medians.fold(f64::INFINITY, f64::min)
    }

    /// The throughput of the first server to that of this one, where both were measured.
    pub(super) fn verdict(&self, name: &str, at_least: f64) -> Option<Verdict> {
        let other = self.servers.iter().find(|server| server.named.name == name)?;
        let other = other.measured.as_ref()?;
        let ratio = other.ratio_of_medians?.max(other.ratio_by_round?.median).recip();
        Some(Verdict { ratio, at_least })
    }

    /// The load, in one line.
    pub(super) fn load(&self) -> &str {
        &self.conditions.load
    }

    /// Messages a second, in an open loop.
    pub(super) fn rate(&self) -> Option<f64> {
        self.conditions.rate
    }

    pub(super) fn connections(&self) -> usize {
        self.conditions.cell.connections()
    }

    /// In a closed loop.
    pub(super) fn in_flight(&self) -> Option<usize> {
        self.conditions.cell.in_flight()
    }

    /// What was measured, in one line.
    pub(super) fn heading(&self) -> String {
        let interrupted = if self.interrupted { "; interrupted" } else { "" };
        let beside = self.conditions.beside();
        format!("{}; rounds {}{beside}{interrupted}", self.load(), self.rounds)
    }

    /// Where and how it was measured, in one sentence.
    pub(super) fn how_measured(&self) -> String {
        let calls = match &self.system_calls_counted_by {
            Some(counter) => format!("counted by {counter}"),
            None => "not counted, since there is neither perf nor strace".to_owned(),
        };
        format!(
            "{}, rounds {}, medians; system calls {calls}.",
            self.conditions, self.rounds
        )
    }
}

impl ServerResult {
    /// Of its rounds, where the load was not against its nature, beside those of the first server.
    ///
    /// # Errors
    /// When the figures do not fit together.
    pub(super) fn new(
        named: Named,
        rounds: Option<anyhow::Result<Vec<Figures>>>,
        calls: Option<f64>,
        first: Option<&[f64]>,
    ) -> anyhow::Result<Self> {
        let (measured, failure) = match rounds {
            None => (None, None),
            Some(Ok(rounds)) => (Some(Measured::new(&rounds, calls, first)?), None),
            Some(Err(error)) => (None, Some(format!("{error:#}"))),
        };
        Ok(Self {
            named,
            measured,
            failure,
        })
    }
}

#[cfg(test)]
mod tests;
