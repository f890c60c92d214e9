//! A fraction in lowest terms, and its text in percent: exact where a float would round.

use std::fmt;

/// A fraction in lowest terms, whose denominator is positive.
///
/// ```
/// use baccarat::Fraction;
///
/// let edge = Fraction::new(4_300, 41_500);
/// assert_eq!(edge.to_string(), "43/415");
/// assert_eq!(edge.percent(2), "10.36 %");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fraction {
    numerator: i128,
    denominator: i128,
}

impl Fraction {
    /// The fraction in lowest terms.
    ///
    /// # Panics
    /// When the denominator is 0.
    #[must_use]
    pub const fn new(numerator: i128, denominator: i128) -> Self {
        assert!(denominator != 0, "nothing is divided by 0");
        let divisor = greatest_common_divisor(numerator, denominator) * denominator.signum();
        Self {
            numerator: numerator / divisor,
            denominator: denominator / divisor,
        }
    }

    /// Above the line.
    #[must_use]
    pub const fn numerator(self) -> i128 {
        self.numerator
    }

    /// Below the line.
    #[must_use]
    pub const fn denominator(self) -> i128 {
        self.denominator
    }

    /// In percent with so many digits behind the point, rounded half away from 0.
    #[must_use]
    pub fn percent(self, digits: u32) -> String {
        let sign = if self.numerator < 0 { "-" } else { "" };
        let unit = 10_u128.pow(digits);
        let denominator = self.denominator.unsigned_abs();
        let units = (self.numerator.unsigned_abs() * 100 * unit + denominator / 2) / denominator;
        let width = digits as usize;
        match digits {
            0 => format!("{sign}{units} %"),
            _ => format!("{sign}{}.{:0width$} %", units / unit, units % unit),
        }
    }
}

/// Never negative (Euclid).
const fn greatest_common_divisor(mut left: i128, mut right: i128) -> i128 {
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left.abs()
}

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_lowest_terms() {
        for (numerator, denominator, text) in [(6, 4, "3/2"), (-6, 4, "-3/2"), (6, -4, "-3/2"), (0, 5, "0/1")]
        {
            assert_eq!(Fraction::new(numerator, denominator).to_string(), text);
        }
    }

    #[test]
    fn percents_are_rounded() {
        assert_eq!(Fraction::new(1, 8).percent(0), "13 %");
        assert_eq!(Fraction::new(-1, 8).percent(1), "-12.5 %");
        assert_eq!(Fraction::new(2, 3).percent(4), "66.6667 %");
        assert_eq!(Fraction::new(1, 2_000).percent(3), "0.050 %");
    }
}
