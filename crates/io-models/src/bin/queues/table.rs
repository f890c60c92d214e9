//! Medians and ratios, for people or for programs.

use std::fmt;

use figures::{Spread, Table, median, or_nothing, thousands};
use serde::Serialize;

use crate::contenders::Contender;
use crate::load::Load;
use crate::round::Figures;

/// All queues, the first of which the others are compared with.
#[derive(Debug, Serialize)]
pub(crate) struct Comparison {
    #[serde(flatten)]
    load: Load,
    rounds: usize,
    queues: Vec<Row>,
}

const COLUMNS: [&str; 7] = ["queue", "items/s", "min", "max", "ratio", "CPU s/M", "switches/M"];

#[derive(Debug, Serialize)]
struct Row {
    name: String,
    items_per_second: Spread,
    /// Of the medians.
    ratio: f64,
    /// Of the whole process, a median; where the system tells.
    cpu_seconds_per_million_items: Option<f64>,
    context_switches_per_million_items: Option<f64>,
    remark: Option<&'static str>,
}

impl Comparison {
    /// `measured` has the rounds of each of the contenders, one at least.
    pub(crate) fn new(load: Load, contenders: &[Contender], measured: &[Vec<Figures>]) -> Self {
        let row = |(contender, rounds): (&Contender, &Vec<Figures>)| Row::new(*contender, load, rounds);
        let mut queues: Vec<_> = contenders.iter().zip(measured).map(row).collect();
        let first = queues.first().map_or(1.0, |row| row.items_per_second.median);
        for row in &mut queues {
            row.ratio = row.items_per_second.median / first;
        }
        Self {
            load,
            rounds: measured.first().map_or(0, Vec::len),
            queues,
        }
    }
}

impl Row {
    fn new(contender: Contender, load: Load, rounds: &[Figures]) -> Self {
        let millions = load.items as f64 / 1e6;
        let used: Vec<_> = rounds.iter().filter_map(|round| round.usage).collect();
        let per_million = |values: Vec<f64>| (!values.is_empty()).then(|| median(&values) / millions);
        let rates = rounds.iter().map(|round| load.items as f64 / round.seconds);
        Self {
            name: contender.to_string(),
            items_per_second: Spread::of(&rates.collect::<Vec<_>>()),
            ratio: 1.0,
            cpu_seconds_per_million_items: per_million(used.iter().map(|used| used.cpu_seconds).collect()),
            context_switches_per_million_items: per_million(
                used.iter().map(|used| used.context_switches).collect(),
            ),
            remark: contender.remark(load),
        }
    }
}

/// The table, for people.
impl fmt::Display for Comparison {
    fn fmt(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Load {
            producers,
            consumers,
            items,
            capacity,
        } = self.load;
        writeln!(
            text,
            "producers {producers}, consumers {consumers}, items {items}, capacity {capacity}; rounds {}",
            self.rounds
        )?;
        let mut table = Table::new(&COLUMNS);
        self.queues.iter().for_each(|row| table.row(row.cells()));
        writeln!(text, "{table}")?;
        for row in &self.queues {
            if let Some(remark) = row.remark {
                writeln!(text, "{} {remark}", row.name)?;
            }
        }
        write!(text, "nothing was lost, doubled, or out of its producer's order")
    }
}

impl Row {
    fn cells(&self) -> [String; COLUMNS.len()] {
        let Spread { median, min, max } = self.items_per_second;
        [
            self.name.clone(),
            thousands(median),
            thousands(min),
            thousands(max),
            format!("{:.2}", self.ratio),
            or_nothing(self.cpu_seconds_per_million_items, |cpu| format!("{cpu:.3}")),
            or_nothing(self.context_switches_per_million_items, thousands),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOAD: Load = Load {
        producers: 1,
        consumers: 1,
        items: 1_000,
        capacity: 2,
    };

    fn rounds(seconds: &[f64]) -> Vec<Figures> {
        let round = |&seconds| Figures { seconds, usage: None };
        seconds.iter().map(round).collect()
    }

    #[test]
    fn the_ratio_is_that_of_the_medians_to_the_first() {
        let contenders = [Contender::Blocking, Contender::Ring];
        let measured = [rounds(&[1.0, 100.0, 2.0]), rounds(&[0.1, 4.0, 4.0])];
        let comparison = Comparison::new(LOAD, &contenders, &measured);
        let expected = Spread {
            median: 500.0,
            min: 10.0,
            max: 1_000.0,
        };
        assert_eq!(comparison.queues[0].items_per_second, expected);
        assert_eq!(comparison.queues[0].ratio, 1.0);
        assert_eq!(comparison.queues[1].ratio, 0.5);
        let row = "\n  ring          250  250  10,000   0.50        -           -";
        assert!(comparison.to_string().contains(row), "{comparison}");
    }
}
