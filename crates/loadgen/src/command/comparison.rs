//! What is told of several servers: medians, ratios to the first of them, and how far both are spread.

use std::path::Path;

use serde::Serialize;

use crate::drive::report::Report;
use crate::plot::{Bar, Chart, Content, charts};
use crate::table::{Spread, median, thousands};

/// What one round says of one server.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figures {
    per_second: f64,
    p50: f64,
    p99: f64,
    cpu_per_million: Option<f64>,
}

impl Figures {
    /// Of a server that did nothing wrong.
    pub(super) fn new(report: Report) -> anyhow::Result<Self> {
        let messages = report.messages as f64;
        let cpu_per_million = report.usage.map(|usage| usage.cpu_seconds * 1e6 / messages);
        let (p50, p99) = (report.milliseconds(0.5), report.milliseconds(0.99));
        Ok(Self {
            per_second: report.flawless()?,
            p50,
            p99,
            cpu_per_million,
        })
    }
}

/// All that is told of one server.
#[derive(Debug, Serialize)]
struct Told {
    name: String,
    messages_per_second: Spread,
    latency_p50_milliseconds: Spread,
    latency_p99_milliseconds: Spread,
    /// Linux only.
    cpu_seconds_per_million_messages: Option<f64>,
    /// Its throughput to that of the first server: of the medians, and round by round.
    ratio_of_medians: f64,
    ratio_by_round: Spread,
}

/// All servers, the first of which the others are compared with.
#[derive(Debug, Serialize)]
pub(super) struct Comparison {
    load: String,
    rounds: u32,
    servers: Vec<Told>,
}

impl Comparison {
    /// From the figures of each server, one a round; all have the same number of rounds.
    pub(super) fn new(load: String, rounds: u32, servers: Vec<(String, Vec<Figures>)>) -> Self {
        let first = servers
            .first()
            .map_or(Vec::new(), |(_, rounds)| column(rounds, |one| one.per_second));
        let told = servers
            .into_iter()
            .map(|(name, rounds)| Told::new(name, &rounds, &first));
        Self {
            load,
            rounds,
            servers: told.collect(),
        }
    }

    /// The table, for people.
    pub(super) fn table(&self) -> String {
        let width = self.servers.iter().map(|told| told.name.chars().count()).max();
        let width = width.unwrap_or(0).max("server".len());
        let mut lines = vec![
            format!("{}; rounds {}", self.load, self.rounds),
            format!(
                "  {:<width$} {:>12} {:>12} {:>12} {:>9} {:>9} {:>9}   {:>7}  {:>7} {:>7} {:>7}",
                "server",
                "a second",
                "min",
                "max",
                "p50 ms",
                "p99 ms",
                "CPU s/M",
                "ratio",
                "by round",
                "min",
                "max"
            ),
        ];
        lines.extend(self.servers.iter().map(|told| told.line(width)));
        lines.join("\n")
    }

    /// Draws throughput and latency as bars.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(super) fn plot(&self, path: &Path) -> anyhow::Result<()> {
        let bars = |bars: &dyn Fn(&Told) -> Vec<Bar>| {
            let group = |told: &Told| (told.name.clone(), bars(told));
            self.servers.iter().map(group).collect::<Vec<_>>()
        };
        let throughput = bars(&|told| vec![told.messages_per_second.bar("messages a second")]);
        let latency = bars(&|told| {
            let latencies = [
                ("p50", told.latency_p50_milliseconds),
                ("p99", told.latency_p99_milliseconds),
            ];
            latencies.map(|(label, spread)| spread.bar(label)).into()
        });
        let chart = |title, y_label, groups| Chart {
            title,
            y_label,
            content: Content::Bars { groups },
        };
        charts(
            path,
            &[
                chart(&self.load, "messages a second", &throughput),
                chart("Latency", "latency in ms", &latency),
            ],
        )
    }
}

impl Told {
    fn new(name: String, rounds: &[Figures], first: &[f64]) -> Self {
        let per_second = column(rounds, |one| one.per_second);
        let by_round: Vec<_> = per_second
            .iter()
            .zip(first)
            .map(|(own, first)| own / first)
            .collect();
        let cpu: Vec<_> = rounds.iter().filter_map(|one| one.cpu_per_million).collect();
        Self {
            name,
            ratio_of_medians: median(&per_second) / median(first),
            messages_per_second: Spread::of(&per_second),
            latency_p50_milliseconds: Spread::of(&column(rounds, |one| one.p50)),
            latency_p99_milliseconds: Spread::of(&column(rounds, |one| one.p99)),
            cpu_seconds_per_million_messages: (!cpu.is_empty()).then(|| median(&cpu)),
            ratio_by_round: Spread::of(&by_round),
        }
    }

    fn line(&self, width: usize) -> String {
        let [median, min, max] = [
            self.messages_per_second.median,
            self.messages_per_second.min,
            self.messages_per_second.max,
        ]
        .map(thousands);
        let cpu = self.cpu_seconds_per_million_messages;
        let cpu = cpu.map_or("-".to_owned(), |cpu| format!("{cpu:.2}"));
        let ratio = self.ratio_by_round;
        format!(
            "  {:<width$} {median:>12} {min:>12} {max:>12} {:>9.3} {:>9.3} {cpu:>9}   {:>7.3}  {:>8.3} {:>7.3} {:>7.3}",
            self.name,
            self.latency_p50_milliseconds.median,
            self.latency_p99_milliseconds.median,
            self.ratio_of_medians,
            ratio.median,
            ratio.min,
            ratio.max
        )
    }
}

fn column(rounds: &[Figures], value: impl Fn(&Figures) -> f64) -> Vec<f64> {
    rounds.iter().map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(per_second: f64) -> Figures {
        Figures {
            per_second,
            p50: 1.0,
            p99: 9.0,
            cpu_per_million: None,
        }
    }

    #[test]
    fn ratios_are_to_the_first_server_and_by_round() {
        // The machine was slow in the second round, for both.
        let servers = vec![
            ("one".to_owned(), [100.0, 10.0, 100.0].map(round).to_vec()),
            ("two".to_owned(), [200.0, 20.0, 150.0].map(round).to_vec()),
        ];
        let comparison = Comparison::new("echo".to_owned(), 3, servers);
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
        assert!(comparison.table().contains("two"), "{}", comparison.table());
    }
}
