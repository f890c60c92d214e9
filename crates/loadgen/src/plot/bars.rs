//! Bars beside each other.

use std::ops::Range;

use plotters::prelude::*;

use super::axes::{axes, from_zero, mesh};
use super::heading::with_heading;
use super::style::{FONT, GREY, LETTER_WIDTH, colour, text};
use super::{Area, Axes, Bar, Chart, Drawn};

/// Pixels of a chart without what stands left of its axis.
const WIDTH_OF_BARS: usize = 690;

pub(super) fn draw(area: &Area<'_>, chart: &Chart<'_>, groups: &[(String, Vec<Bar>)]) -> Drawn {
    let first = groups.first().map_or(&[][..], |(_, bars)| bars);
    let labels: Vec<_> = first.iter().map(|bar| bar.label.as_str()).collect();
    let area = with_heading(area, chart.title, &labels)?;
    let tops = groups
        .iter()
        .flat_map(|(_, bars)| bars)
        .map(|bar| bar.median.max(bar.range.1));
    let mut axes = axes(&area, -0.5..groups.len() as f64 - 0.5, from_zero(tops))?;
    mesh(&mut axes, chart.y_label, None)?;
    for (place, (name, bars)) in groups.iter().enumerate() {
        // Four fifths of a place are bars, the rest is air.
        let width = 0.8 / bars.len().max(1) as f64;
        for (index, bar) in bars.iter().enumerate() {
            let left = place as f64 - 0.4 + index as f64 * width;
            draw_bar(
                &mut axes,
                bar,
                left + 0.03 * width..left + 0.97 * width,
                colour(index),
            )?;
        }
        name_place(&area, &axes, place, &shortened(name, groups.len()))?;
    }
    Ok(())
}

fn draw_bar(axes: &mut Axes<'_, '_>, bar: &Bar, x: Range<f64>, colour: RGBColor) -> Drawn {
    let corners = [(x.start, 0.0), (x.end, bar.median)];
    axes.draw_series([Rectangle::new(corners, colour.filled())])?;
    let middle = f64::midpoint(x.start, x.end);
    let range = vec![(middle, bar.range.0), (middle, bar.range.1)];
    axes.draw_series([PathElement::new(range, GREY.stroke_width(3))])?;
    Ok(())
}

/// Names a place of the axis, below it: the labels of the axis itself are numbers.
fn name_place(area: &Area<'_>, axes: &Axes<'_, '_>, place: usize, name: &str) -> Drawn {
    let (x, y) = axes.backend_coord(&(place as f64, 0.0));
    let (left, top) = area.get_base_pixel();
    let width = name.chars().count() as i32 * LETTER_WIDTH;
    area.draw_text(name, &text(FONT), (x - left - width / 2, y - top + 8))
}

/// As much of a name as fits in one of so many places.
fn shortened(name: &str, places: usize) -> String {
    let fitting = WIDTH_OF_BARS / LETTER_WIDTH as usize / places.max(1);
    if name.chars().count() <= fitting {
        return name.to_owned();
    }
    let begin: String = name.chars().take(fitting.saturating_sub(2)).collect();
    format!("{begin}..")
}
