//! From where to where an axis goes.

use std::ops::Range;

/// From the least to the greatest value; never nothing, which no axis can show.
pub(super) fn from_least(values: impl Iterator<Item = f64> + Clone) -> Range<f64> {
    let least = values.clone().fold(f64::INFINITY, f64::min);
    let greatest = values.fold(f64::NEG_INFINITY, f64::max);
    if least < greatest {
        least..greatest
    } else if least.is_finite() {
        least..least + 1.0
    } else {
        0.0..1.0
    }
}

/// From 0, since half as high must mean half as much, to a little above the greatest value.
pub(super) fn from_zero(values: impl Iterator<Item = f64>) -> Range<f64> {
    let greatest = values.fold(0.0, f64::max);
    if greatest > 0.0 {
        0.0..greatest * 1.05
    } else {
        0.0..1.0
    }
}
