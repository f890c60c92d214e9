//! The bead plate: a board of baccarat with a place for each round, as a pure function of how the rounds ended.

use std::fmt;

use crate::Outcome;

/// Rows of a board of baccarat.
pub const ROWS: usize = 6;

/// The rounds in the order in which they were played, six a column, the last of which may be shorter.
///
/// ```
/// use baccarat::{BeadPlate, Outcome};
///
/// let history: Vec<Outcome> = ["banker", "tie", "player", "banker", "banker", "player", "tie"]
///     .map(|text| text.parse().unwrap())
///     .to_vec();
/// let plate = BeadPlate::new(&history);
/// assert_eq!(plate.columns().map(<[_]>::len).collect::<Vec<_>>(), [6, 1]);
/// assert_eq!(plate.to_string(), "BT\nT\nP\nB\nB\nP\n");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct BeadPlate<'a> {
    history: &'a [Outcome],
}

impl<'a> BeadPlate<'a> {
    /// The plate of these rounds, oldest first.
    #[must_use]
    pub const fn new(history: &'a [Outcome]) -> Self {
        Self { history }
    }

    /// Its columns, from the left, each from above.
    pub fn columns(self) -> impl Iterator<Item = &'a [Outcome]> {
        self.history.chunks(ROWS)
    }
}

/// A letter a round: P, B or T.
impl fmt::Display for BeadPlate<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in 0..ROWS {
            let line: String = self
                .columns()
                .filter_map(|column| column.get(row))
                .map(|outcome| outcome.winner.letter())
                .collect();
            writeln!(f, "{line}")?;
        }
        Ok(())
    }
}
