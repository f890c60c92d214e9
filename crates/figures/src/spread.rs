//! The median of several values, with the least and the greatest of them.

use serde::{Deserialize, Serialize};

/// What was measured several times: the value in the middle, and how far the others are from it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// See [`median`].
    pub median: f64,
    /// The least value.
    pub min: f64,
    /// The greatest value.
    pub max: f64,
}

impl Spread {
    /// Of one value at least.
    ///
    /// # Panics
    /// Where there is none.
    #[must_use]
    pub fn of(values: &[f64]) -> Self {
        Self {
            median: median(values),
            min: values.iter().copied().fold(f64::INFINITY, f64::min),
            max: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        }
    }

    /// Of the ratios of each value to the one in the same place of the others.
    ///
    /// Where both were measured in rounds, this forgives a machine that is busy for some of them, since both meet it. The
    /// ratio of two medians does not.
    ///
    /// # Panics
    /// Where there is none.
    #[must_use]
    pub fn of_ratios(values: &[f64], others: &[f64]) -> Self {
        let ratios: Vec<_> = values
            .iter()
            .zip(others)
            .map(|(one, other)| one / other)
            .collect();
        Self::of(&ratios)
    }
}

/// The middle value; of an even count the mean of the two middle ones.
///
/// # Panics
/// Where there is none.
#[must_use]
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1).expect("one value at least");
    f64::midpoint(sorted[last / 2], sorted[last.div_ceil(2)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_count_is_between_two() {
        assert_eq!(median(&[5.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[5.0, 1.0, 2.0, 4.0]), 3.0);
    }

    #[test]
    fn ratios_are_those_of_each_round() {
        // The machine was slow in the second round, for both.
        let ratios = Spread::of_ratios(&[200.0, 20.0, 150.0], &[100.0, 10.0, 100.0]);
        let expected = Spread {
            median: 2.0,
            min: 1.5,
            max: 2.0,
        };
        assert_eq!(ratios, expected);
    }
}
