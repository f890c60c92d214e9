//! Draws the roads of a shoe: how its rounds have ended, for the eye. The past predicts nothing.

use baccarat::bead_plate::ROWS;
use baccarat::{BeadPlate, BigRoad, Cell, Outcome, Winner};
use room_client::{Line, Piece};

use crate::look::ink;

/// Columns of the screen that a column of a road takes: a letter, and a digit or a blank.
const CELL: usize = 2;

/// The mark in front of each line.
const MARK: usize = 2;

/// Bead plate and big road, as much of their ends as is as wide as the screen.
pub(crate) fn roads(history: &[Outcome], columns: usize) -> Vec<Line> {
    let most = (columns.saturating_sub(MARK + 1) / CELL).max(1);
    let mut lines = vec![Line::Notice("bead plate:".to_owned())];
    lines.extend(bead_plate(history, most));
    lines.push(Line::Notice("big road:".to_owned()));
    lines.extend(big_road(history, most));
    lines
}

fn bead_plate(history: &[Outcome], most: usize) -> impl Iterator<Item = Line> {
    let columns: Vec<_> = BeadPlate::new(history).columns().collect();
    let shown = columns[columns.len().saturating_sub(most)..].to_vec();
    rows(move |row| {
        let cells = shown.iter().map(|column| column.get(row));
        cells
            .map(|outcome| cell(outcome.map(|outcome| outcome.winner), 0))
            .collect()
    })
}

fn big_road(history: &[Outcome], most: usize) -> impl Iterator<Item = Line> {
    let road = BigRoad::new(history);
    let shown = road.columns().saturating_sub(most)..road.columns();
    rows(move |row| {
        let cells = shown.clone().map(|column| road.cell(column, row));
        let ties = |cell: Option<&Cell>| cell.map_or(0, |cell| cell.ties);
        cells
            .map(|found| cell(found.map(|found| found.winner), ties(found)))
            .collect()
    })
}

/// The rows of a road down to the last that has something in it.
fn rows(row: impl Fn(usize) -> Vec<Piece>) -> impl Iterator<Item = Line> {
    let rows = (0..ROWS).map(row);
    let is_used = |row: &Vec<Piece>| row.iter().any(|piece| !piece.text.trim().is_empty());
    rows.take_while(is_used)
        .map(Line::Drawn)
        .collect::<Vec<_>>()
        .into_iter()
}

/// A place of a road: the letter of the winner, and how many ties followed.
fn cell(winner: Option<Winner>, ties: usize) -> Piece {
    let Some(winner) = winner else {
        return Piece::plain(" ".repeat(CELL));
    };
    let ties = match ties {
        0 => ' ',
        1..=9 => char::from_digit(u32::try_from(ties).unwrap_or(9), 10).unwrap_or('+'),
        _ => '+',
    };
    Piece::coloured(format!("{}{ties}", winner.letter()), ink(winner))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(history: &str, columns: usize) -> Vec<String> {
        let outcome = |letter| match letter {
            'P' => "player",
            'B' => "banker",
            _ => "tie",
        };
        let history: Vec<_> = history
            .chars()
            .map(|letter| outcome(letter).parse().unwrap())
            .collect();
        let lines = roads(&history, columns);
        lines
            .iter()
            .map(|line| line.to_string().trim_end().to_owned())
            .collect()
    }

    #[test]
    fn both_roads_of_a_history() {
        assert_eq!(
            drawn("BBPTPBT", 80),
            [
                "* bead plate:",
                "* B T",
                "* B",
                "* P",
                "* T",
                "* P",
                "* B",
                "* big road:",
                "* B P1B1",
                "* B P",
            ]
        );
    }

    #[test]
    fn a_narrow_screen_shows_the_last_rounds() {
        let long = "BP".repeat(20);
        let narrow = drawn(&long, 20);
        assert!(narrow.iter().all(|line| line.len() < 20), "{narrow:?}");
        assert_eq!(narrow.last().unwrap(), "* B P B P B P B P");
        assert_eq!(
            drawn(&long, 80).last().unwrap(),
            &format!("*{}", " B P".repeat(19))
        );
        assert_eq!(drawn("B", 0), ["* bead plate:", "* B", "* big road:", "* B"]);
    }
}
