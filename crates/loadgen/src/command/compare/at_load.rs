//! Open loops at parts of what each server can do: how long does a message take when a server has half of its work to do?
//!
//! Where all servers get the same rate, it is little for one of them and much for another. Here each gets the same part of
//! its own full load, which the closed loop has found out, and all of them in the same rounds.

use figures::{NOTHING, Table, short};
use serde::{Deserialize, Serialize};

use super::comparison::{Comparison, ServerResult};
use super::measured::Measured;
use super::planned::{Contestant, Measurement, Planned, Told};
use crate::command::conditions::Conditions;
use crate::engine::Drive;
use crate::engine::rate::Rate;

/// Digits of a rate. With two of them three quarters might become two thirds.
const DIGITS: i32 = 3;

/// The open loops before they are made.
pub(super) struct PlannedAtLoad<'a> {
    planned: &'a Planned,
    conditions: Conditions,
    tasks: Vec<Task<'a>>,
}

/// A server at a part of its full load.
struct Task<'a> {
    contestant: &'a Contestant,
    percent: u32,
    rate: f64,
    drive: Drive,
}

/// What has come of them.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct AtLoad {
    #[serde(flatten)]
    conditions: Conditions,
    rounds: usize,
    /// A signal came before all rounds were done.
    interrupted: bool,
    parts: Vec<Part>,
}

/// What has come of a server at a part of its full load.
#[derive(Debug, Serialize, Deserialize)]
struct Part {
    percent: u32,
    /// Messages a second that were asked for.
    rate: f64,
    #[serde(flatten)]
    server: ServerResult,
}

impl Planned {
    /// The same servers at these parts of what each has reached, in percent.
    pub(super) fn at_load<'a>(&'a self, full: &Comparison, percents: &[u32]) -> PlannedAtLoad<'a> {
        let servers = || self.contestants().iter().zip(full.servers());
        let task = |percent: u32, (contestant, full): (&'a Contestant, &ServerResult)| {
            let full = full.measured.as_ref()?.messages_per_second.median;
            let rate = in_digits(full / self.copies() as f64 * f64::from(percent) / 100.0, DIGITS);
            let mut drive = self.drive();
            drive.rate = Some(rate);
            Some(Task {
                contestant,
                percent,
                rate,
                drive,
            })
        };
        let tasks = percents
            .iter()
            .flat_map(|percent| servers().filter_map(|server| task(*percent, server)));
        let parts: Vec<_> = percents.iter().map(|percent| format!("{percent}%")).collect();
        let loops = format!("open loop at {} of each server's full load", parts.join(", "));
        PlannedAtLoad {
            planned: self,
            conditions: Conditions {
                load: format!("{}, {loops}", self.clients()),
                ..self.conditions()
            },
            tasks: tasks.collect(),
        }
    }
}

impl Measurement for PlannedAtLoad<'_> {
    type Result = AtLoad;

    fn heading(&self) -> String {
        format!("{}: {}", self.planned.names(), self.conditions.load)
    }

    fn is_done_by(&self, done: &AtLoad) -> bool {
        let wanted = |task: &Task| (task.contestant.named.clone(), task.percent, task.rate);
        let there = |part: &Part| (part.server.named.clone(), part.percent, part.rate);
        let is_whole = done.rounds == self.planned.rounds() as usize && done.failures().next().is_none();
        is_whole
            && done.conditions.is_same(&self.conditions)
            && self.tasks.iter().map(wanted).eq(done.parts.iter().map(there))
    }

    fn measure(&self) -> anyhow::Result<AtLoad> {
        let each = |task: &Task<'_>| self.planned.round(task.contestant, &task.drive, true);
        let rounds = self.planned.measure_rounds(&self.tasks, each)?;
        let count = rounds.first().map_or(0, Vec::len);
        let part = |(task, rounds): (&Task, Vec<anyhow::Result<_>>)| {
            let rounds = rounds.into_iter().collect();
            let server = ServerResult::new(task.contestant.named.clone(), Some(rounds), None, None)?;
            let (percent, rate) = (task.percent, task.rate);
            Ok(Part {
                percent,
                rate,
                server,
            })
        };
        let parts = self.tasks.iter().zip(rounds).map(part);
        Ok(AtLoad {
            conditions: self.conditions.clone(),
            rounds: count,
            interrupted: count < self.planned.rounds() as usize && !self.tasks.is_empty(),
            parts: parts.collect::<anyhow::Result<_>>()?,
        })
    }
}

impl AtLoad {
    /// A line for each server that did something wrong.
    pub(super) fn failures(&self) -> impl Iterator<Item = &str> {
        let failures = self.parts.iter().map(|part| part.server.failure.as_deref());
        failures.flatten()
    }

    /// Points of each server: messages a second that have come, and a value of the same rounds.
    pub(super) fn curves(&self, value: impl Fn(&Measured) -> f64) -> Vec<(String, Vec<(f64, f64)>)> {
        let mut curves: Vec<(String, Vec<_>)> = Vec::new();
        for part in &self.parts {
            let (name, measured) = (&part.server.named.name, part.server.measured.as_ref());
            let points = measured.map(|own| (own.messages_per_second.median, value(own)));
            match curves.iter_mut().find(|(curve, _)| curve == name) {
                Some((_, curve)) => curve.extend(points),
                None => curves.push((name.clone(), points.into_iter().collect())),
            }
        }
        curves
    }

    fn rates_not_reached(&self) -> impl Iterator<Item = String> {
        self.parts.iter().filter_map(|part| {
            let warning = part.rate_reached()?.warning()?;
            Some(format!(
                "{} at {}%: {warning}",
                part.server.named.name, part.percent
            ))
        })
    }
}

impl Part {
    fn rate_reached(&self) -> Option<Rate> {
        let reached = self.server.measured.as_ref()?.rate_reached?.median;
        let asked = self.rate;
        Some(Rate { asked, reached })
    }

    fn row(&self) -> Vec<String> {
        let latencies = |own: &Measured| {
            let (p50, p99) = (
                own.latency_p50_by_round_milliseconds,
                own.latency_p99_by_round_milliseconds,
            );
            [p50.median, p99.median, p99.min, p99.max].map(|value| format!("{value:.3}"))
        };
        let reached = self.rate_reached().map(|rate| short(rate.reached));
        let latencies = self.server.measured.as_ref().map(latencies);
        let mut row = vec![
            self.server.named.name.clone(),
            format!("{}%", self.percent),
            short(self.rate),
            reached.unwrap_or_else(|| NOTHING.to_owned()),
        ];
        row.extend(latencies.unwrap_or_else(|| [(); 4].map(|()| NOTHING.to_owned())));
        row
    }
}

impl Told for AtLoad {
    fn table(&self) -> String {
        let interrupted = if self.interrupted { "; interrupted" } else { "" };
        let (load, beside) = (&self.conditions.load, self.conditions.beside());
        let mut lines = vec![format!("{load}; rounds {}{beside}{interrupted}", self.rounds)];
        let headings = [
            "server", "load", "asked", "reached", "p50 ms", "p99 ms", "min", "max",
        ];
        let mut table = Table::new(&headings);
        self.parts.iter().for_each(|part| table.row(part.row()));
        lines.push(table.to_string());
        lines.extend(self.failures().map(str::to_owned));
        lines.extend(self.rates_not_reached());
        lines.join("\n")
    }

    fn is_whole(&self) -> bool {
        !self.interrupted
    }
}

/// A little less, with so many digits that are not 0: nobody wants to read more, and the next run is likelier to have the
/// same. One message a second at least.
pub(super) fn in_digits(rate: f64, digits: i32) -> f64 {
    let rate = rate.max(1.0);
    let unit = 10_f64.powf((rate.log10().floor() - f64::from(digits - 1)).max(0.0));
    (rate / unit).floor() * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_easy_to_read_and_not_more_than_was_wanted() {
        for (wanted, rate) in [
            (0.2, 1.0),
            (4.5, 4.0),
            (99.5, 99.0),
            (7_546.15, 7_500.0),
            (8_061.0, 8_000.0),
            (819_444.0, 810_000.0),
        ] {
            assert_eq!(in_digits(wanted, 2), rate, "{wanted}");
        }
        assert_eq!(in_digits(10_852.0, 3), 10_800.0);
    }
}
