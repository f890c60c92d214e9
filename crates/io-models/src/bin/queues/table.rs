//! Medians and ratios, for people or for programs.

use std::fmt;

use serde::Serialize;

use crate::contenders::Contender;
use crate::round::{Figures, Load};

/// All queues, the first of which the others are compared with.
#[derive(Debug, Serialize)]
pub(crate) struct Comparison {
    #[serde(flatten)]
    load: Load,
    rounds: usize,
    queues: Vec<Row>,
}

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

#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
struct Spread {
    median: f64,
    min: f64,
    max: f64,
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
        let per_million =
            |values: Vec<f64>| (!values.is_empty()).then(|| Spread::of(values).median / millions);
        let rates = rounds.iter().map(|round| load.items as f64 / round.seconds);
        Self {
            name: contender.to_string(),
            items_per_second: Spread::of(rates.collect()),
            ratio: 1.0,
            cpu_seconds_per_million_items: per_million(used.iter().map(|used| used.cpu_seconds).collect()),
            context_switches_per_million_items: per_million(
                used.iter().map(|used| used.context_switches).collect(),
            ),
            remark: contender.remark(load),
        }
    }
}

impl Spread {
    /// Of one value at least. The median of an even count is the mean of the two in the middle.
    fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let last = values.len() - 1;
        Self {
            median: f64::midpoint(values[last / 2], values[last.div_ceil(2)]),
            min: values[0],
            max: values[last],
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
        writeln!(
            text,
            "  {:<18} {:>12} {:>12} {:>12} {:>7} {:>8} {:>11}",
            "queue", "items/s", "min", "max", "ratio", "CPU s/M", "switches/M"
        )?;
        self.queues.iter().try_for_each(|row| writeln!(text, "{row}"))?;
        for row in &self.queues {
            if let Some(remark) = row.remark {
                writeln!(text, "{} {remark}", row.name)?;
            }
        }
        write!(text, "nothing was lost, doubled, or out of its producer's order")
    }
}

impl fmt::Display for Row {
    fn fmt(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Spread { median, min, max } = self.items_per_second;
        write!(
            text,
            "  {:<18} {:>12} {:>12} {:>12} {:>7.2} {:>8} {:>11}",
            self.name,
            thousands(median),
            thousands(min),
            thousands(max),
            self.ratio,
            or_dash(self.cpu_seconds_per_million_items, |cpu| format!("{cpu:.3}")),
            or_dash(self.context_switches_per_million_items, thousands),
        )
    }
}

fn or_dash(value: Option<f64>, shown: impl Fn(f64) -> String) -> String {
    value.map_or("-".to_owned(), shown)
}

/// A whole number with a comma before each three digits.
fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let groups = digits.as_bytes().rchunks(3).rev();
    groups.map(String::from_utf8_lossy).collect::<Vec<_>>().join(",")
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
        let row = "  ring                        250          250       10,000    0.50        -           -";
        assert!(comparison.to_string().contains(row), "{comparison}");
    }

    #[test]
    fn the_median_of_two_is_between_them() {
        assert_eq!(Spread::of(vec![3.0, 1.0]).median, 2.0);
    }

    #[test]
    fn three_digits_stand_together() {
        for (value, text) in [
            (0.2, "0"),
            (999.0, "999"),
            (1_000.0, "1,000"),
            (1e7, "10,000,000"),
        ] {
            assert_eq!(thousands(value), text);
        }
    }
}
