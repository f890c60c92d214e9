//! The third-card rules of baccarat: when the player draws, and when the banker does (58 Pa. Code ch. 627a).
//!
//! Both are asked only where neither hand is a natural.

/// Whether the player draws a third card at this score.
#[must_use]
pub const fn player_draws(score: u8) -> bool {
    score <= 5
}

// ANCHOR: banker_draws
/// Whether the banker draws a third card at this score. What counts of the player's third card is its value;
/// `None` where the player stood.
///
/// ```
/// use baccarat::banker_draws;
///
/// assert!(banker_draws(3, Some(7)));
/// assert!(!banker_draws(3, Some(8)));
/// assert!(banker_draws(5, None));
/// ```
#[must_use]
pub const fn banker_draws(score: u8, player_third: Option<u8>) -> bool {
    match (score, player_third) {
        (0..=2, _) | (3..=5, None) => true,
        (3, Some(value)) => value != 8,
        (4, Some(value)) => matches!(value, 2..=7),
        (5, Some(value)) => matches!(value, 4..=7),
        (6, Some(value)) => matches!(value, 6 | 7),
        _ => false,
    }
}
// ANCHOR_END: banker_draws

#[cfg(test)]
mod tests {
    use super::*;

    /// As the casinos print it: a row for each score of the banker, a column for "stood" and each value of the
    /// player's third card from 0 to 9; D draws, S stands.
    const CHART: [&str; 10] = [
        "D DDDDDDDDDD",
        "D DDDDDDDDDD",
        "D DDDDDDDDDD",
        "D DDDDDDDDSD",
        "D SSDDDDDDSS",
        "D SSSSDDDDSS",
        "S SSSSSSDDSS",
        "S SSSSSSSSSS",
        "S SSSSSSSSSS",
        "S SSSSSSSSSS",
    ];

    #[test]
    fn the_banker_plays_by_the_chart() {
        for (score, row) in (0..).zip(CHART) {
            let thirds = [None].into_iter().chain((0..10).map(Some));
            for (third, expected) in thirds.zip(row.replace(' ', "").chars()) {
                assert_eq!(banker_draws(score, third), expected == 'D', "{score} {third:?}");
            }
        }
    }

    #[test]
    fn the_player_draws_on_0_to_5() {
        let draws: Vec<_> = (0..10).filter(|score| player_draws(*score)).collect();
        assert_eq!(draws, [0, 1, 2, 3, 4, 5]);
    }
}
