//! How values are spread over an axis: evenly, by their magnitude, or as percentiles.
//!
//! An axis of plotters is always even. So each value has a *place* on it, and the numbers beside the axis are those of the
//! values at these places.

use std::ops::Range;

use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};
use plotters::coord::types::RangedCoordf64;

use super::extent::{from_least, from_zero};

/// Percentiles that have a number, those that are far behind 50 with a nine more each.
const PERCENTILES: [f64; 6] = [0.0, 50.0, 90.0, 99.0, 99.9, 99.99];

/// Numbers of an even axis, about.
const NUMBERS: usize = 6;

/// Numbers of a logarithmic axis at most; where there were more, only the powers of ten have one.
const MOST_NUMBERS: usize = 8;

/// How values are spread over an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Twice as much is twice as far from 0.
    Linear,
    /// Ten times as much is always as far: for values above 0 that differ by magnitudes.
    Logarithmic,
    /// Percentiles, from 0 to less than 100. Each of 90, 99, 99.9 is as far from the one before, since ten times fewer
    /// are above it.
    Percentiles,
}

impl Scale {
    /// Where a value stands; not a number where it has no place.
    pub(super) fn place(self, value: f64) -> f64 {
        let place = match self {
            Self::Linear => value,
            Self::Logarithmic => value.log10(),
            Self::Percentiles => -(1.0 - value / 100.0).log10(),
        };
        if place.is_finite() { place } else { f64::NAN }
    }

    /// The value at a place.
    pub(super) fn value(self, place: f64) -> f64 {
        match self {
            Self::Linear => place,
            Self::Logarithmic => 10_f64.powf(place),
            Self::Percentiles => 100.0 * (1.0 - 10_f64.powf(-place)),
        }
    }

    /// The axis of what goes along: from the least of these places to the greatest.
    pub(super) fn along(self, places: impl Iterator<Item = f64> + Clone) -> MarkedAxis {
        self.axis(from_least(places))
    }

    /// The axis of values: an even one begins at 0, a logarithmic one at a round number.
    pub(super) fn upwards(self, places: impl Iterator<Item = f64> + Clone) -> MarkedAxis {
        self.axis(match self {
            Self::Linear => from_zero(places),
            Self::Percentiles => from_least(places),
            Self::Logarithmic => to_round_values(from_least(places)),
        })
    }

    fn axis(self, range: Range<f64>) -> MarkedAxis {
        let marks = match self {
            Self::Linear => RangedCoordf64::from(range.clone()).key_points(NUMBERS),
            Self::Percentiles => within(&range, PERCENTILES.map(|value| self.place(value))),
            Self::Logarithmic => marks_of_magnitudes(&range),
        };
        MarkedAxis {
            range: range.into(),
            marks,
        }
    }
}

/// An axis that knows which of its places have a number.
pub(super) struct MarkedAxis {
    range: RangedCoordf64,
    marks: Vec<f64>,
}

impl Ranged for MarkedAxis {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, place: &f64, limit: (i32, i32)) -> i32 {
        self.range.map(place, limit)
    }

    fn key_points<Hint: KeyPointHint>(&self, _hint: Hint) -> Vec<f64> {
        self.marks.clone()
    }

    fn range(&self) -> Range<f64> {
        self.range.range()
    }
}

/// Wider, to the next round values.
fn to_round_values(range: Range<f64>) -> Range<f64> {
    let (below, above) = (round_values(range.start), round_values(range.end));
    let start = below.into_iter().rfind(|mark| *mark <= range.start);
    let end = above.into_iter().find(|mark| *mark >= range.end);
    start.unwrap_or(range.start)..end.unwrap_or(range.end)
}

fn marks_of_magnitudes(range: &Range<f64>) -> Vec<f64> {
    let powers = (range.start.floor() as i32..=range.end.ceil() as i32).map(f64::from);
    let round = within(range, powers.clone().flat_map(round_values));
    match round.len() {
        0..=MOST_NUMBERS => round,
        _ => within(range, powers),
    }
}

/// The places of 1, 2 and 5 in the magnitude of this place, and of the 10 behind them.
fn round_values(place: f64) -> [f64; 4] {
    [1.0_f64, 2.0, 5.0, 10.0].map(|value| place.floor() + value.log10())
}

/// Those of an axis, each once.
fn within(range: &Range<f64>, places: impl IntoIterator<Item = f64>) -> Vec<f64> {
    let is_on_it = |place: &f64| (range.start - 1e-9..=range.end + 1e-9).contains(place);
    let mut places: Vec<_> = places.into_iter().filter(is_on_it).collect();
    places.dedup();
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(scale: Scale, values: &[f64]) -> Vec<String> {
        let axis = scale.upwards(values.iter().map(|value| scale.place(*value)));
        let marks = axis.key_points(NUMBERS).into_iter();
        marks
            .map(|place| crate::number::short(scale.value(place)))
            .collect()
    }

    #[test]
    fn a_logarithmic_axis_has_round_numbers_at_its_ends() {
        let numbers = |values: &[f64]| numbers(Scale::Logarithmic, values);
        assert_eq!(numbers(&[0.07, 0.9]), ["0.05", "0.1", "0.2", "0.5", "1"]);
        assert_eq!(numbers(&[0.02, 300.0]), ["0.1", "1", "10", "100"]);
        assert_eq!(numbers(&[3.0]), ["2", "5", "10", "20", "50"]);
    }

    #[test]
    fn nines_are_far_apart_and_the_last_one_has_no_place() {
        let scale = Scale::Percentiles;
        let place = |value| scale.place(value);
        assert!((place(99.0) - 2.0 * place(90.0)).abs() < 1e-9);
        assert!(place(100.0).is_nan() && Scale::Logarithmic.place(0.0).is_nan());
        assert_eq!(numbers(scale, &[50.0, 99.9]), ["50", "90", "99", "99.9"]);
    }

    #[test]
    fn an_even_axis_begins_at_zero() {
        assert_eq!(
            numbers(Scale::Linear, &[3.0, 4.0]).first().map(String::as_str),
            Some("0")
        );
    }
}
