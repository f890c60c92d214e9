//! Draws bars, one for each value, one below the other, so that there is room for many names, and for long ones.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::axes::{axes, grid_of_bars};
use super::canvas::{Area, Axes, DrawError, Drawn};
use super::content::{Bar, Chart};
use super::extent::from_zero;
use super::heading::with_heading;
use super::style::{FONT, GREY, LETTER_WIDTH, colour, text};
use crate::spread::Spread;

/// Letters of a name at most; of a longer one the begin is shown.
const LETTERS: usize = 40;

/// Pixels of a bar, of the air between two groups, and of heading and axis.
const BAR: u32 = 9;
const AIR: u32 = 10;
const AROUND: u32 = 130;

/// Pixels that a chart of these groups needs.
pub(super) fn height(groups: &[(String, Vec<Bar>)]) -> u32 {
    let bars = groups.first().map_or(0, |(_, bars)| bars.len()) as u32;
    AROUND + groups.len() as u32 * (bars * BAR + AIR)
}

pub(super) fn draw(area: &Area<'_>, chart: &Chart<'_>, groups: &[(String, Vec<Bar>)]) -> Drawn {
    let first = groups.first().map_or(&[][..], |(_, bars)| bars);
    let labels: Vec<_> = first.iter().map(|bar| bar.label.as_str()).collect();
    let area = with_heading(area, chart.title, &labels)?;
    let mut axes = plane(&area, groups)?;
    grid_of_bars(&mut axes, chart.value_label)?;
    for (place, (name, bars)) in groups.iter().rev().enumerate() {
        let air = f64::from(AIR) / f64::from(bars.len() as u32 * BAR + AIR);
        let width = (1.0 - air) / bars.len().max(1) as f64;
        // From above, and what was not measured leaves its place free.
        let top = place as f64 + 0.5 - air / 2.0;
        for (index, bar) in bars.iter().enumerate() {
            if let Some(spread) = &bar.spread {
                draw_bar(
                    &mut axes,
                    spread,
                    top - index as f64 * width,
                    width,
                    colour(index),
                )?;
            }
        }
        let (x, y) = axes.backend_coord(&(0.0, place as f64));
        let (left, above) = area.get_base_pixel();
        let style = text(FONT).pos(Pos::new(HPos::Right, VPos::Center));
        area.draw_text(&shortened(name), &style, (x - left - 8, y - above))?;
    }
    Ok(())
}

/// The axes, with room for the names beside them.
fn plane<'a, 'b>(area: &Area<'b>, groups: &[(String, Vec<Bar>)]) -> Result<Axes<'a, 'b>, DrawError> {
    let bars = groups.iter().flat_map(|(_, bars)| bars);
    let ends = bars
        .filter_map(|bar| bar.spread)
        .map(|spread| spread.median.max(spread.max));
    let letters = groups
        .iter()
        .map(|(name, _)| name.chars().count().min(LETTERS))
        .max();
    let left = letters.unwrap_or(0) as u32 * LETTER_WIDTH as u32 + 16;
    axes(
        area,
        left,
        from_zero(ends),
        -0.5..groups.len().max(1) as f64 - 0.5,
    )
}

/// As much of a name as there is room for.
fn shortened(name: &str) -> String {
    if name.chars().count() <= LETTERS {
        return name.to_owned();
    }
    let begin: String = name.chars().take(LETTERS - 2).collect();
    format!("{begin}..")
}

fn draw_bar(axes: &mut Axes<'_, '_>, spread: &Spread, top: f64, width: f64, colour: RGBColor) -> Drawn {
    let corners = [(0.0, top), (spread.median, top - width * 0.9)];
    axes.draw_series([Rectangle::new(corners, colour.filled())])?;
    let middle = top - width * 0.45;
    let range = vec![(spread.min, middle), (spread.max, middle)];
    axes.draw_series([PathElement::new(range, GREY.stroke_width(2))])?;
    Ok(())
}
