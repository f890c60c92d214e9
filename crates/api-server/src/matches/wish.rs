//! What a user wants to be matched for: a game, how many they are to be, a rating. And how far ratings may be apart.

use std::ops::RangeInclusive;
use std::time::Duration;

use directory::GameName;

/// How many users a match can have.
pub(crate) const SIZES: RangeInclusive<i64> = 2..=8;

/// Ratings that a user can have.
pub(crate) const RATINGS: RangeInclusive<i64> = 0..=10_000;

/// The rating of a user who tells none.
pub(crate) const USUAL_RATING: i64 = 1_000;

// ANCHOR: window
/// How far the others' ratings may be from one's own at first, and how much farther with every [`STEP`].
const WINDOW: u64 = 50;

/// Whoever has waited for so long takes a wider window.
const STEP: Duration = Duration::from_secs(5);

/// How far the others' ratings may be from that of a user who has waited for so long.
pub(crate) fn window(waited: Duration) -> u64 {
    WINDOW + WINDOW * (waited.as_secs() / STEP.as_secs())
}
// ANCHOR_END: window

/// Users with the same one can be matched.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Kind {
    pub(crate) game: GameName,
    /// How many users.
    pub(crate) size: usize,
}

/// What a user wants.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    /// Composed, as logins have it.
    pub(crate) user: String,
    pub(crate) kind: Kind,
    pub(crate) rating: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_50_wide_and_50_wider_with_every_five_seconds() {
        for (milliseconds, expected) in [
            (0, 50),
            (4_999, 50),
            (5_000, 100),
            (9_999, 100),
            (60_000, 650),
            (995_000, 10_000),
        ] {
            assert_eq!(window(Duration::from_millis(milliseconds)), expected);
        }
    }
}
