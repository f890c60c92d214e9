//! The result of a run: a table for people, and JSON for programs.

use figures::{Table, thousands};
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
    fn done(&self, what: What) -> usize {
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
}
