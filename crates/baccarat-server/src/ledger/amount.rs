//! An amount of chips, counted in hundredths of a chip, with arithmetic that tells when it does not fit.

use std::fmt;

/// Hundredths in a chip.
const CHIP: i64 = 100;

/// So many chips, exact to a hundredth. Never a floating-point number: 0.95 has no exact one.
///
/// ```
/// use baccarat_server::ledger::Amount;
///
/// let stake = Amount::from_chips(10).unwrap();
/// assert_eq!(stake.hundredths(), 1_000);
/// assert_eq!(Amount::from_hundredths(1_950).to_string(), "19.50");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Amount(i64);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// As the wire has balances and payouts.
    #[must_use]
    pub const fn from_hundredths(hundredths: i64) -> Self {
        Self(hundredths)
    }

    /// As the wire has stakes. None where the hundredths do not fit into 64 bits.
    #[must_use]
    pub fn from_chips(chips: i64) -> Option<Self> {
        chips.checked_mul(CHIP).map(Self)
    }

    /// All of it, in hundredths of a chip.
    #[must_use]
    pub const fn hundredths(self) -> i64 {
        self.0
    }

    /// The whole chips in it.
    #[must_use]
    pub const fn chips(self) -> i64 {
        self.0 / CHIP
    }

    /// Whether it is chips without a fraction.
    #[must_use]
    pub const fn is_whole(self) -> bool {
        self.0 % CHIP == 0
    }

    /// The sum, or None where it does not fit.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference, or None where it does not fit.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// What a stake of this amount returns, where each chip returns so many hundredths. None where it does not fit.
    pub(super) fn returning(self, hundredths_per_chip: i64) -> Option<Self> {
        self.chips().checked_mul(hundredths_per_chip).map(Self)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (chips, hundredths) = (self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100);
        write!(formatter, "{sign}{chips}.{hundredths:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_printed_as_people_write_it() {
        for (hundredths, text) in [
            (0, "0.00"),
            (5, "0.05"),
            (-5, "-0.05"),
            (1_000_000, "10000.00"),
            (i64::MIN, "-92233720368547758.08"),
        ] {
            assert_eq!(Amount::from_hundredths(hundredths).to_string(), text);
        }
    }

    #[test]
    fn what_does_not_fit_is_none() {
        let most = Amount::from_hundredths(i64::MAX);
        let hundredth = Amount::from_hundredths(1);
        assert_eq!(Amount::from_chips(i64::MAX / 100 + 1), None);
        assert_eq!(most.checked_add(hundredth), None);
        assert_eq!(Amount::from_hundredths(i64::MIN).checked_sub(hundredth), None);
        assert_eq!(most.returning(1_200), None);
    }

    #[test]
    fn a_stake_returns_what_each_chip_returns() {
        let stake = Amount::from_chips(7).unwrap();
        assert_eq!(stake.returning(195), Some(Amount::from_hundredths(1_365)));
        assert_eq!(stake.returning(0), Some(Amount::ZERO));
    }
}
