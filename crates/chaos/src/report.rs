//! The result of a run: a table for people, JSON for programs, and a figure.

use std::path::Path;

use figures::{Chart, Content, Scale, Table, draw, thousands};
use serde::Serialize;

use crate::check::{Counts, Findings};
use crate::keeper::{Mark, What};

/// Users, answers and deliveries of a second.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Sample {
    /// Seconds since the beginning.
    pub(crate) at: f64,
    pub(crate) answers: f64,
    pub(crate) deliveries: f64,
}

/// The result of a run.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) seed: u64,
    pub(crate) clients: u64,
    pub(crate) rooms: usize,
    pub(crate) seconds: f64,
    pub(crate) counts: Counts,
    /// Users that have not come back in the end.
    pub(crate) missing: usize,
    pub(crate) violated: u64,
    /// The first of them, in words.
    pub(crate) violations: Vec<String>,
    pub(crate) marks: Vec<Mark>,
    pub(crate) samples: Vec<Sample>,
}

impl Report {
    /// What was found, in words and numbers.
    pub(crate) fn found(self, findings: &Findings) -> Self {
        Self {
            counts: findings.counts,
            violated: findings.violated,
            violations: findings.violations.iter().map(ToString::to_string).collect(),
            ..self
        }
    }

    /// How often that was done.
    pub(crate) fn done(&self, what: What) -> usize {
        self.marks.iter().filter(|mark| mark.what == what).count()
    }

    pub(crate) fn table(&self) -> String {
        let heading = format!(
            "chaos, seed {}: {} users in {} rooms, {:.0} s",
            self.seed, self.clients, self.rooms, self.seconds
        );
        let mut table = Table::new(&[&heading, "count"]);
        let counts = &self.counts;
        let rows = [
            ("servers killed", self.done(What::ServerKilled) as u64),
            ("servers stopped", self.done(What::ServerStopped) as u64),
            ("Redis killed", self.done(What::RedisKilled) as u64),
            ("Redis stopped", self.done(What::RedisStopped) as u64),
            ("owners that a room got after its first", counts.takeovers),
            ("connections lost", counts.lost_connections),
            ("messages said", counts.said),
            ("answered with 1", counts.answered),
            ("answered with 157, NOT_STORED", counts.not_stored),
            ("refused", counts.refused),
            ("without an answer, and there", counts.unanswered_there),
            ("without an answer, and not there: said again", counts.said_again),
            ("without an answer to the end", counts.unanswered_gone),
            ("deliveries", counts.deliveries),
            ("of those out of the history", counts.from_history),
            ("gaps that were told", counts.gaps),
            ("users that did not come back", self.missing as u64),
            ("violations", self.violated),
        ];
        for (name, count) in rows {
            table.row([name.to_owned(), thousands(count as f64)]);
        }
        let mut text = table.to_string();
        for violation in &self.violations {
            text += &format!("\n! {violation}");
        }
        text
    }

    /// Answers and deliveries over time, and what was done to the servers.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub(crate) fn plot(&self, path: &Path) -> anyhow::Result<()> {
        let line = |name: &str, value: fn(&Sample) -> f64| {
            let points = self.samples.iter().map(|sample| (sample.at, value(sample)));
            (name.to_owned(), points.collect::<Vec<_>>())
        };
        let answers = line("answers", |sample| sample.answers);
        let deliveries = line("deliveries", |sample| sample.deliveries);
        let [answers, deliveries] = [answers, deliveries].map(|line| self.with_marks(line));
        let chart = |title, series| Chart {
            title,
            value_label: "a second",
            content: Content::Lines {
                x_label: "seconds",
                x_scale: Scale::Linear,
                y_scale: Scale::Linear,
                series,
            },
        };
        let charts = [
            chart("Messages that were answered: they are in the log", &answers),
            chart("Deliveries to members, live and out of the history", &deliveries),
        ];
        Ok(draw(path, &charts)?)
    }

    /// The line, and an upright one for each fault.
    fn with_marks(&self, line: (String, Vec<(f64, f64)>)) -> Vec<(String, Vec<(f64, f64)>)> {
        let top = line.1.iter().map(|(_, value)| *value).fold(1.0, f64::max);
        let marks = |name: &str, what: What| {
            let marks = self.marks.iter().filter(|mark| mark.what == what);
            let points = marks.flat_map(|mark| [(mark.at, 0.0), (mark.at, top), (mark.at, f64::NAN)]);
            (name.to_owned(), points.collect::<Vec<_>>())
        };
        let all = [
            line,
            marks("server killed", What::ServerKilled),
            marks("server stopped", What::ServerStopped),
            marks("Redis killed", What::RedisKilled),
            marks("Redis stopped", What::RedisStopped),
        ];
        all.into_iter().filter(|(_, points)| !points.is_empty()).collect()
    }
}
