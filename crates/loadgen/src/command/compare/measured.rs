//! What the rounds say of one server: medians, ratios to the first server, and how far both are spread.

use std::collections::BTreeMap;

use figures::{Spread, median};
use serde::{Deserialize, Serialize};

use super::costs::Costs;
use crate::engine::latencies::Latencies;
use crate::engine::rate::Rate;
use crate::engine::report::{Report, percentiles};

/// What one round says of one server.
#[derive(Debug, Clone)]
pub(super) struct Figures {
    pub(super) per_second: f64,
    /// In an open loop.
    pub(super) rate: Option<Rate>,
    pub(super) latencies: Latencies,
    pub(super) costs: Costs,
}

impl Figures {
    /// Of a server that did nothing wrong.
    pub(super) fn new(report: Report, costs: Costs) -> anyhow::Result<Self> {
        let (latencies, rate) = (report.latencies.clone(), report.rate);
        Ok(Self {
            rate,
            per_second: report.flawless()?,
            latencies,
            costs,
        })
    }
}

/// All that was measured of one server.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Measured {
    pub(super) messages_per_second: Spread,
    pub(super) messages_per_second_by_round: Vec<f64>,
    /// In an open loop: messages that came, each once, whatever the members of its room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) rate_reached: Option<Spread>,
    /// Those of all rounds together: percentiles of rounds cannot be put together.
    pub(super) latency_milliseconds: BTreeMap<String, f64>,
    pub(super) latency_p50_by_round_milliseconds: Spread,
    pub(super) latency_p99_by_round_milliseconds: Spread,
    /// Linux only, as all that follows. It is also microseconds for each message.
    pub(super) cpu_seconds_per_million_messages: Option<Spread>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) context_switches_per_message: Option<Spread>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) system_calls_per_message: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) memory_mebibytes: Option<Spread>,
    /// Its throughput to that of the first server: of the medians, and round by round.
    pub(super) ratio_of_medians: Option<f64>,
    pub(super) ratio_by_round: Option<Spread>,
}

impl Measured {
    pub(super) fn new(rounds: &[Figures], calls: Option<f64>, first: Option<&[f64]>) -> anyhow::Result<Self> {
        let per_second = throughput(rounds);
        let mut latencies = Latencies::fine()?;
        for round in rounds {
            latencies.add(&round.latencies)?;
        }
        let percentile = |quantile| Spread::of(&column(rounds, |one| one.latencies.milliseconds(quantile)));
        let by_name = percentiles(&latencies).into_iter().chain(between(&latencies));
        let rates: Option<Vec<_>> = rounds.iter().map(|one| Some(one.rate?.reached)).collect();
        let known = |value: fn(&Costs) -> Option<f64>| {
            let values: Vec<_> = rounds.iter().filter_map(|one| value(&one.costs)).collect();
            (!values.is_empty()).then(|| Spread::of(&values))
        };
        Ok(Self {
            ratio_of_medians: first.map(|first| median(&per_second) / median(first)),
            ratio_by_round: first.map(|first| Spread::of_ratios(&per_second, first)),
            messages_per_second: Spread::of(&per_second),
            rate_reached: rates.map(|rates| Spread::of(&rates)),
            latency_milliseconds: by_name.map(|(name, value)| (name.to_owned(), value)).collect(),
            latency_p50_by_round_milliseconds: percentile(0.5),
            latency_p99_by_round_milliseconds: percentile(0.99),
            cpu_seconds_per_million_messages: known(|costs| costs.cpu_microseconds),
            context_switches_per_message: known(|costs| costs.context_switches),
            system_calls_per_message: calls,
            memory_mebibytes: known(|costs| costs.memory_mebibytes),
            messages_per_second_by_round: per_second,
        })
    }

    /// Each of them as a number with its milliseconds, from the lowest.
    pub(super) fn percentiles(&self) -> Vec<(f64, f64)> {
        let number = |name: &String| name.strip_prefix('p')?.parse().ok();
        let all = self.latency_milliseconds.iter();
        let mut all: Vec<(f64, f64)> = all
            .filter_map(|(name, value)| Some((number(name)?, *value)))
            .collect();
        all.sort_by(|one, other| one.0.total_cmp(&other.0));
        all
    }

    /// Nothing where no message has a latency.
    pub(super) fn percentile(&self, name: &str) -> Option<f64> {
        self.latency_milliseconds.get(name).copied()
    }
}

/// Percentiles between those that are told, for a curve.
const BETWEEN: [(&str, f64); 4] = [("p75", 0.75), ("p95", 0.95), ("p99.5", 0.995), ("p99.99", 0.9999)];

/// Those of them that some message has exceeded.
fn between(latencies: &Latencies) -> impl Iterator<Item = (&'static str, f64)> {
    let count = latencies.len() as f64;
    let is_exceeded = move |(_, quantile): &(_, f64)| count * (1.0 - quantile) >= 1.0;
    let known = BETWEEN.into_iter().filter(is_exceeded);
    known.map(|(name, quantile)| (name, latencies.milliseconds(quantile)))
}

/// Messages a second, round by round.
pub(super) fn throughput(rounds: &[Figures]) -> Vec<f64> {
    column(rounds, |one| one.per_second)
}

fn column(rounds: &[Figures], value: impl Fn(&Figures) -> f64) -> Vec<f64> {
    rounds.iter().map(value).collect()
}
