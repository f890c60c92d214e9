//! The results of a comparison: medians, ratios to the first server, and how far both are spread.

use std::collections::BTreeMap;
use std::path::Path;

use figures::{Bar, Chart, Content, Spread, Table, median, or_nothing, thousands};
use serde::{Deserialize, Serialize};

use super::load::Conditions;
use crate::engine::latencies::Latencies;
use crate::engine::report::{Report, percentiles};

/// Of the table.
const COLUMNS: [&str; 11] = [
    "server", "a second", "min", "max", "p50 ms", "p99 ms", "CPU s/M", "ratio", "by round", "min", "max",
];

/// What one round says of one server.
#[derive(Debug, Clone)]
pub(super) struct Figures {
    per_second: f64,
    latencies: Latencies,
    cpu_per_million: Option<f64>,
}

impl Figures {
    /// Of a server that did nothing wrong.
    pub(super) fn new(report: Report) -> anyhow::Result<Self> {
        let (messages, latencies) = (report.all_messages as f64, report.latencies.clone());
        let cpu_per_million = report.usage.map(|usage| usage.cpu_seconds * 1e6 / messages);
        Ok(Self {
            per_second: report.flawless()?,
            latencies,
            cpu_per_million,
        })
    }
}

/// A server that is compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Named {
    pub(super) name: String,
    /// How it is started.
    pub(super) command: String,
    /// What a message broker says of itself.
    pub(super) version: Option<String>,
}

/// All that is told of one server.
#[derive(Debug, Serialize, Deserialize)]
struct ServerResult {
    #[serde(flatten)]
    named: Named,
    messages_per_second: Spread,
    messages_per_second_by_round: Vec<f64>,
    /// Those of all rounds together: percentiles of rounds cannot be put together.
    latency_milliseconds: BTreeMap<String, f64>,
    latency_p50_by_round_milliseconds: Spread,
    latency_p99_by_round_milliseconds: Spread,
    /// Linux only.
    cpu_seconds_per_million_messages: Option<Spread>,
    /// Its throughput to that of the first server: of the medians, and round by round.
    ratio_of_medians: f64,
    ratio_by_round: Spread,
}

/// All servers, the first of which the others are compared with.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Comparison {
    #[serde(flatten)]
    conditions: Conditions,
    rounds: usize,
    /// A signal came before all rounds were done.
    interrupted: bool,
    servers: Vec<ServerResult>,
}

impl Comparison {
    /// From the figures of each server, one a round; all have the same number of rounds, which is the one that was
    /// asked for, but for a signal.
    ///
    /// # Errors
    /// When the figures do not fit together.
    pub(super) fn new(
        conditions: Conditions,
        asked: u32,
        servers: Vec<(Named, Vec<Figures>)>,
    ) -> anyhow::Result<Self> {
        let first = servers.first().map_or(&[][..], |(_, rounds)| rounds);
        let (rounds, first) = (first.len(), column(first, |one| one.per_second));
        let results = servers
            .into_iter()
            .map(|(named, rounds)| ServerResult::new(named, &rounds, &first));
        Ok(Self {
            conditions,
            rounds,
            interrupted: rounds < asked as usize,
            servers: results.collect::<anyhow::Result<_>>()?,
        })
    }

    /// False where a signal came before all rounds were done.
    pub(super) fn is_whole(&self) -> bool {
        !self.interrupted
    }

    /// True where the same was measured of the same servers in as many rounds.
    pub(super) fn is_of(&self, conditions: &Conditions, servers: &[Named], rounds: u32) -> bool {
        let named = self.servers.iter().map(|server| &server.named);
        self.rounds == rounds as usize && self.conditions.is_same(conditions) && named.eq(servers)
    }

    /// Messages a second of the slowest server.
    pub(super) fn slowest(&self) -> f64 {
        let medians = self
            .servers
            .iter()
            .map(|server| server.messages_per_second.median);
        medians.fold(f64::INFINITY, f64::min)
    }

    /// The table, for people.
    pub(super) fn table(&self) -> String {
        let interrupted = if self.interrupted { "; interrupted" } else { "" };
        let mut table = Table::new(&COLUMNS);
        self.servers.iter().for_each(|server| table.row(server.cells()));
        format!(
            "{}; rounds {}{interrupted}\n{table}",
            self.conditions.load, self.rounds
        )
    }

    /// Draws throughput and latency as bars.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(super) fn plot(&self, path: &Path) -> anyhow::Result<()> {
        draw(path, self, self)
    }

    fn bars(&self, bars: impl Fn(&ServerResult) -> Vec<Bar>) -> Vec<(String, Vec<Bar>)> {
        let group = |told: &ServerResult| (told.named.name.clone(), bars(told));
        self.servers.iter().map(group).collect()
    }
}

/// Draws the throughput of one comparison and the latencies of another one, of the same servers.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn draw(path: &Path, throughput: &Comparison, latency: &Comparison) -> anyhow::Result<()> {
    let chart = |title, value_label, groups| Chart {
        title,
        value_label,
        content: Content::Bars { groups },
    };
    let per_second = throughput.bars(|told| vec![Bar::new("messages a second", told.messages_per_second)]);
    let latencies = latency.bars(ServerResult::latency_bars);
    let title = match &latency.conditions.rate {
        Some(rate) => format!("Latency, open loop, {} messages a second", thousands(*rate)),
        None => "Latency".to_owned(),
    };
    let both = [
        chart(&throughput.conditions.load, "messages a second", &per_second),
        chart(&title, "latency in ms", &latencies),
    ];
    Ok(figures::draw(path, &both)?)
}

impl ServerResult {
    fn new(named: Named, rounds: &[Figures], first: &[f64]) -> anyhow::Result<Self> {
        let per_second = column(rounds, |one| one.per_second);
        let mut latencies = Latencies::fine()?;
        for round in rounds {
            latencies.add(&round.latencies)?;
        }
        let percentile = |quantile| Spread::of(&column(rounds, |one| one.latencies.milliseconds(quantile)));
        let by_name = percentiles(&latencies).into_iter();
        let cpu: Vec<_> = rounds.iter().filter_map(|one| one.cpu_per_million).collect();
        Ok(Self {
            named,
            ratio_of_medians: median(&per_second) / median(first),
            messages_per_second: Spread::of(&per_second),
            latency_milliseconds: by_name.map(|(name, value)| (name.to_owned(), value)).collect(),
            latency_p50_by_round_milliseconds: percentile(0.5),
            latency_p99_by_round_milliseconds: percentile(0.99),
            cpu_seconds_per_million_messages: (!cpu.is_empty()).then(|| Spread::of(&cpu)),
            ratio_by_round: Spread::of_ratios(&per_second, first),
            messages_per_second_by_round: per_second,
        })
    }

    fn cells(&self) -> [String; COLUMNS.len()] {
        let (throughput, ratio) = (self.messages_per_second, self.ratio_by_round);
        let cpu = self.cpu_seconds_per_million_messages;
        let three_digits = |value: f64| format!("{value:.3}");
        [
            self.named.name.clone(),
            thousands(throughput.median),
            thousands(throughput.min),
            thousands(throughput.max),
            three_digits(self.percentile("p50")),
            three_digits(self.percentile("p99")),
            or_nothing(cpu, |cpu| format!("{:.2}", cpu.median)),
            three_digits(self.ratio_of_medians),
            three_digits(ratio.median),
            three_digits(ratio.min),
            three_digits(ratio.max),
        ]
    }

    /// Not a number where no message has a latency.
    fn percentile(&self, name: &str) -> f64 {
        self.latency_milliseconds.get(name).copied().unwrap_or(f64::NAN)
    }

    /// As long as the percentile of all rounds, with a line from the lowest round to the highest.
    fn latency_bars(&self) -> Vec<Bar> {
        let bars = [
            ("p50", self.latency_p50_by_round_milliseconds),
            ("p99", self.latency_p99_by_round_milliseconds),
        ];
        let bar = |(name, by_round): (&str, Spread)| {
            let median = self.percentile(name);
            Bar::new(name, Spread { median, ..by_round })
        };
        bars.map(bar).into()
    }
}

fn column(rounds: &[Figures], value: impl Fn(&Figures) -> f64) -> Vec<f64> {
    rounds.iter().map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLISECOND: u64 = 1_000_000;

    fn named(name: &str) -> Named {
        Named {
            name: name.to_owned(),
            command: name.to_owned(),
            version: None,
        }
    }

    /// A round with so many messages that took so many milliseconds.
    fn round(per_second: f64, latencies: &[(u64, u64)]) -> Figures {
        let mut all = Latencies::fine().unwrap();
        for (milliseconds, count) in latencies {
            all.record(milliseconds * MILLISECOND, *count);
        }
        Figures {
            per_second,
            latencies: all,
            cpu_per_million: Some(per_second / 10.0),
        }
    }

    fn compared(servers: Vec<(Named, Vec<Figures>)>) -> Comparison {
        Comparison::new(Conditions::of_a_test(), 3, servers).unwrap()
    }

    #[test]
    fn ratios_are_to_the_first_server_and_by_round() {
        // The machine was slow in the second round, for both.
        let rounds = |figures: [f64; 3]| figures.map(|per_second| round(per_second, &[(1, 9)])).to_vec();
        let comparison = compared(vec![
            (named("one"), rounds([100.0, 10.0, 100.0])),
            (named("two"), rounds([200.0, 20.0, 150.0])),
        ]);
        let [one, two] = &comparison.servers[..] else {
            panic!("{comparison:?}");
        };
        assert_eq!((one.ratio_of_medians, one.ratio_by_round.max), (1.0, 1.0));
        let by_round = Spread {
            median: 2.0,
            min: 1.5,
            max: 2.0,
        };
        assert_eq!((two.ratio_of_medians, two.ratio_by_round), (1.5, by_round));
        assert_eq!(two.messages_per_second_by_round, [200.0, 20.0, 150.0]);
        assert_eq!(two.cpu_seconds_per_million_messages.unwrap().median, 15.0);
        assert!(comparison.table().contains("two"), "{}", comparison.table());
    }

    #[test]
    fn percentiles_are_of_the_messages_of_all_rounds() {
        // A server that stops for a moment in one round of three.
        let rounds = vec![
            round(100.0, &[(1, 1_000)]),
            round(100.0, &[(1, 900), (50, 100)]),
            round(100.0, &[(1, 1_000)]),
        ];
        let comparison = compared(vec![(named("one"), rounds)]);
        let server = &comparison.servers[0];
        // 100 of 3,000 are more than a hundredth; the median of the rounds' percentiles is 1 ms.
        assert_eq!(server.latency_milliseconds["p99"], 50.0);
        assert!((server.latency_p99_by_round_milliseconds.median - 1.0).abs() < 0.01);
        assert!(comparison.table().contains(" 50.000 "), "{}", comparison.table());
        let bars = server.latency_bars();
        let p99 = bars[1].spread.expect("a bar");
        assert_eq!((p99.median, p99.max), (50.0, 50.0));
    }

    #[test]
    fn rounds_that_are_missing_are_told() {
        let rounds = vec![round(100.0, &[(1, 9)])];
        let comparison = compared(vec![(named("one"), rounds)]);
        assert!(!comparison.is_whole());
        let table = comparison.table();
        assert!(
            table.lines().next().unwrap().ends_with("; rounds 1; interrupted"),
            "{table}"
        );
        assert_eq!(serde_json::to_value(&comparison).unwrap()["interrupted"], true);
    }
}
