//! The big road: the board of baccarat with a column for each streak, as a pure function of how the rounds ended. A
//! streak that is longer than the board has a dragon tail.
//!
//! It is for the eye: the past predicts nothing.

use std::collections::BTreeMap;
use std::fmt;

use crate::bead_plate::ROWS;
use crate::{Outcome, Winner};

/// A round of the big road that the player or the banker has won, and the ties after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// The player or the banker.
    pub winner: Winner,
    /// Ties that followed before the next round with a winner.
    pub ties: usize,
    /// Whether the player had a pair in the round that was won.
    pub player_pair: bool,
    /// Whether the banker had one.
    pub banker_pair: bool,
}

/// The big road: a streak of one winner goes down a column, each change begins a new column at the top. Where a streak
/// meets the bottom or an older one, it turns to the right and stays in its row: the dragon tail. Ties are counted on
/// the round before them.
///
/// ```
/// use baccarat::{BigRoad, Outcome};
///
/// let history: Vec<Outcome> = ["banker", "banker", "player", "tie", "player", "banker"]
///     .map(|text| text.parse().unwrap())
///     .to_vec();
/// let road = BigRoad::new(&history);
/// assert_eq!(road.columns(), 3);
/// assert_eq!(road.cell(1, 0).unwrap().ties, 1);
/// assert_eq!(road.to_string(), "B P1B\nB P\n\n\n\n\n");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BigRoad {
    cells: BTreeMap<Place, Cell>,
    leading_ties: usize,
}

/// Column and row, from the upper left.
type Place = (usize, usize);

impl BigRoad {
    /// The road of these rounds, oldest first.
    #[must_use]
    pub fn new(history: &[Outcome]) -> Self {
        let mut road = Self::default();
        let mut streak = None;
        for outcome in history {
            match (outcome.winner, &streak) {
                (Winner::Tie, None) => road.leading_ties += 1,
                (Winner::Tie, Some(streak)) => road.add_tie(streak),
                _ => streak = Some(road.add(*outcome, streak)),
            }
        }
        road
    }

    /// How many columns it has.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.cells
            .last_key_value()
            .map_or(0, |((column, _), _)| column + 1)
    }

    /// What stands in this column and row, counted from 0.
    #[must_use]
    pub fn cell(&self, column: usize, row: usize) -> Option<&Cell> {
        self.cells.get(&(column, row))
    }

    /// Ties before the first round that had a winner, which have no cell to be counted on.
    #[must_use]
    pub const fn leading_ties(&self) -> usize {
        self.leading_ties
    }

    fn add_tie(&mut self, streak: &Streak) {
        if let Some(cell) = self.cells.get_mut(&streak.last) {
            cell.ties += 1;
        }
    }

    /// Adds a round that somebody has won, behind the streak so far; returns the streak that it belongs to.
    fn add(&mut self, outcome: Outcome, streak: Option<Streak>) -> Streak {
        let streak = match streak {
            Some(streak) if streak.winner == outcome.winner => self.longer(streak),
            _ => self.new_column(outcome.winner),
        };
        let cell = Cell {
            winner: outcome.winner,
            ties: 0,
            player_pair: outcome.player_pair,
            banker_pair: outcome.banker_pair,
        };
        self.cells.insert(streak.last, cell);
        streak
    }

    // ANCHOR: longer
    /// The streak with one place more: below, or to the right from the first time on that there is no place below.
    fn longer(&self, streak: Streak) -> Streak {
        let (column, row) = streak.last;
        let below = (column, row + 1);
        let is_tail = streak.is_tail || below.1 == ROWS || self.cells.contains_key(&below);
        let last = if is_tail { (column + 1, row) } else { below };
        Streak {
            last,
            is_tail,
            ..streak
        }
    }
    // ANCHOR_END: longer

    /// A streak that begins at the first free place of the top row.
    fn new_column(&self, winner: Winner) -> Streak {
        let is_taken = |column: &usize| self.cells.contains_key(&(*column, 0));
        let free = (0..).take_while(is_taken).count();
        Streak {
            winner,
            last: (free, 0),
            is_tail: false,
        }
    }
}

/// Rounds with one winner, but for ties between them.
#[derive(Debug, Clone, Copy)]
struct Streak {
    winner: Winner,
    last: Place,
    /// Whether it has turned to the right.
    is_tail: bool,
}

/// Two characters a cell: P or B, and how many ties there were after it, `+` where they are more than nine. The leading
/// ties are not in it.
impl fmt::Display for BigRoad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in 0..ROWS {
            let cells = (0..self.columns()).map(|column| self.cell(column, row));
            let line: String = cells.map(|cell| cell.map_or("  ".to_owned(), text)).collect();
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

fn text(cell: &Cell) -> String {
    let ties = match cell.ties {
        0 => ' ',
        ties @ 1..=9 => char::from(b'0' + ties as u8),
        _ => '+',
    };
    format!("{}{ties}", cell.winner.letter())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BeadPlate;

    /// Rounds as letters, P, B and T.
    fn history(letters: &str) -> Vec<Outcome> {
        let winner = |letter| match letter {
            'P' => Winner::Player,
            'B' => Winner::Banker,
            'T' => Winner::Tie,
            _ => panic!("{letter} is no round"),
        };
        letters
            .chars()
            .map(|letter| Outcome::without_extras(winner(letter)))
            .collect()
    }

    #[track_caller]
    fn assert_road(letters: &str, rows: [&str; ROWS]) {
        let road = BigRoad::new(&history(letters)).to_string();
        assert_eq!(road.lines().collect::<Vec<_>>(), rows, "{letters}");
    }

    #[test]
    fn no_round_is_an_empty_road() {
        assert_road("", [""; ROWS]);
        assert_eq!(BigRoad::new(&[]).columns(), 0);
    }

    #[test]
    fn each_change_begins_a_column() {
        assert_road("PPBPPPB", ["P B P B", "P   P", "    P", "", "", ""]);
    }

    #[test]
    fn a_seventh_round_turns_to_the_right() {
        assert_road("BBBBBBBBB", ["B", "B", "B", "B", "B", "B B B B"]);
    }

    #[test]
    fn a_column_beside_a_tail_turns_above_it() {
        // The tail of the banker takes the lowest place of the player's columns.
        assert_road(
            "BBBBBBBBPPPPPPPB",
            ["B P B", "B P", "B P", "B P", "B P P P", "B B B"],
        );
    }

    #[test]
    fn a_tail_stays_in_its_row() {
        // Below the last place of the second tail it would be free again.
        assert_road(
            "BBBBBBBPPPPPPPP",
            ["B P", "B P", "B P", "B P", "B P P P P", "B B"],
        );
    }

    #[test]
    fn tails_above_tails_reach_the_top_row() {
        let mut letters = String::new();
        for (at, winner) in ["B", "P", "B", "P", "B", "P", "B"].iter().enumerate() {
            // Each one place shorter downwards, each with a tail that is longer than all before.
            letters += &winner.repeat(6 - at.min(5) + 10);
        }
        let road = BigRoad::new(&history(&letters));
        assert_eq!(road.cell(5, 0).map(|cell| cell.winner), Some(Winner::Player));
        assert_eq!(
            road.cell(6, 0).map(|cell| cell.winner),
            Some(Winner::Player),
            "a tail in the top row"
        );
        // The next streak begins behind that tail.
        assert_eq!(road.cell(15, 0).map(|cell| cell.winner), Some(Winner::Player));
        assert_eq!(road.cell(16, 0).map(|cell| cell.winner), Some(Winner::Banker));
    }

    #[test]
    fn ties_are_counted_on_the_round_before() {
        assert_road("TTPTTPTBT", ["P2B1", "P1", "", "", "", ""]);
        assert_eq!(BigRoad::new(&history("TTPTTPTBT")).leading_ties(), 2);
        assert_road("PTTTTTTTTTT", ["P+", "", "", "", "", ""]);
    }

    #[test]
    fn a_tie_does_not_end_a_streak_or_a_tail() {
        assert_road("BBBBBBBTB", ["B", "B", "B", "B", "B", "B B1B"]);
    }

    #[test]
    fn pairs_are_those_of_the_round_that_was_won() {
        let history = ["banker player-pair", "tie banker-pair", "banker"];
        let history = history.map(|text| text.parse().expect("an outcome"));
        let road = BigRoad::new(&history);
        let cell = road.cell(0, 0).expect("the first round");
        assert!(cell.player_pair && !cell.banker_pair);
    }

    #[test]
    fn every_round_has_its_place() {
        // Every history of nine rounds.
        for number in 0..3_usize.pow(9) {
            let letters: String = (0..9)
                .map(|at| ['P', 'B', 'T'][number / 3_usize.pow(at) % 3])
                .collect();
            let history = history(&letters);
            let road = BigRoad::new(&history);
            let ties: usize = road.cells.values().map(|cell| cell.ties).sum();
            assert_eq!(road.cells.len() + ties + road.leading_ties, 9, "{letters}");
            assert_eq!(BeadPlate::new(&history).columns().flatten().count(), 9);
        }
    }
}
