//! Tables of results: medians, ratios, and the lines that print them.

use serde::{Deserialize, Serialize};

use crate::plot::Bar;
use crate::requests::Cell;

/// The server in the list that the others are compared with: the peer in C.
const BASELINE: usize = 1;

/// A value that was measured once a round.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
}

impl Spread {
    /// Of these, one a round.
    pub(crate) fn of(values: &[f64]) -> Self {
        let (min, max) = range(values);
        Self {
            median: median(values),
            min,
            max,
        }
    }

    /// As a bar of a figure.
    pub(crate) fn bar(&self, label: &str) -> Bar {
        Bar {
            label: label.to_owned(),
            median: self.median,
            range: (self.min, self.max),
        }
    }
}

/// The middle value; of an even count the mean of the two middle ones.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 {
        sorted[middle]
    } else {
        f64::midpoint(sorted[middle - 1], sorted[middle])
    }
}

/// The least and the greatest value.
pub(crate) fn range(values: &[f64]) -> (f64, f64) {
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    (least, values.iter().copied().fold(f64::NEG_INFINITY, f64::max))
}

/// Prints the lines of one cell, `figures` being those of each server, one a round. Returns the ratio of
/// the first server: the lower of its two.
pub(crate) fn print_cell(cell: Cell, names: &[&str], figures: &[Vec<f64>]) -> f64 {
    println!("\n{cell}");
    println!(
        "  {:<14} {:>10} {:>10} {:>10}   {:>17} {:>17}",
        "server", "median", "min", "max", "ratio of medians", "median of ratios"
    );
    for (name, own) in names.iter().zip(figures) {
        let (least, greatest) = range(own);
        let (of_medians, of_rounds) = ratios(own, &figures[BASELINE]);
        println!(
            "  {name:<14} {:>10.0} {least:>10.0} {greatest:>10.0}   {of_medians:>17.3} {of_rounds:>17.3}",
            median(own)
        );
    }
    let (of_medians, of_rounds) = ratios(&figures[0], &figures[BASELINE]);
    of_medians.min(of_rounds)
}

/// The ratio of the medians, and the median of the ratios round by round.
///
/// The second one forgives a machine that is busy for some rounds, since both servers of a round meet it.
pub(crate) fn ratios(own: &[f64], baseline: &[f64]) -> (f64, f64) {
    let by_round: Vec<_> = own.iter().zip(baseline).map(|(own, base)| own / base).collect();
    (median(own) / median(baseline), median(&by_round))
}

/// A whole number with a comma before each three digits.
pub(crate) fn thousands(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let sign = if value < 0.0 && digits != "0" { "-" } else { "" };
    let grouped: Vec<_> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(String::from_utf8_lossy)
        .collect();
    format!("{sign}{}", grouped.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_stand_together() {
        for (value, text) in [
            (0.0, "0"),
            (-0.2, "0"),
            (999.4, "999"),
            (1_000.0, "1,000"),
            (-1_234_567.0, "-1,234,567"),
        ] {
            assert_eq!(thousands(value), text);
        }
    }
}
