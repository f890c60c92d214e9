//! Draws the title and the legend of a chart.

use plotters::prelude::*;

use super::canvas::{Area, DrawError};
use super::style::{FONT, LETTER_WIDTH, colour, text};

pub(super) const TITLE_FONT: (&str, u32) = ("sans-serif", 18);

/// Letters of a title that fit in a line of that size; a longer one is written in `FONT`.
const TITLE_LETTERS: usize = 80;

/// Writes title and legend, and returns the area below them. Each line of the legend has its own place, so
/// that it never lies on the curves.
pub(super) fn with_heading<'a>(area: &Area<'a>, title: &str, names: &[&str]) -> Result<Area<'a>, DrawError> {
    let area = area.margin(8, 8, 10, 24);
    let is_long = title.chars().count() > TITLE_LETTERS;
    let font = if is_long { FONT } else { TITLE_FONT };
    area.draw_text(title, &text(font), (60, 0))?;
    let mut x = 60;
    for (index, name) in names.iter().enumerate().filter(|_| names.len() > 1) {
        area.draw(&Rectangle::new([(x, 27), (x + 14, 37)], colour(index).filled()))?;
        area.draw_text(name, &text(FONT), (x + 20, 26))?;
        x += 40 + name.chars().count() as i32 * LETTER_WIDTH;
    }
    Ok(area.margin(46, 0, 0, 0))
}
