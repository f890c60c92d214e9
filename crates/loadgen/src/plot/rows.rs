//! Bars below each other: for more names, or longer ones, than fit beside each other.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::axes::{from_zero, number};
use super::heading::with_heading;
use super::style::{FONT, GREY, LETTER_WIDTH, colour, text};
use super::{Area, Axes, Bar, Chart, Drawn};

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
    let mut axes = axes(&area, groups)?;
    mesh(&mut axes, chart.y_label)?;
    for (place, (name, bars)) in groups.iter().rev().enumerate() {
        let air = f64::from(AIR) / f64::from(bars.len() as u32 * BAR + AIR);
        let width = (1.0 - air) / bars.len().max(1) as f64;
        // From above, and what was not measured leaves its place free.
        let top = place as f64 + 0.5 - air / 2.0;
        for (index, bar) in bars.iter().enumerate().filter(|(_, bar)| bar.median.is_finite()) {
            draw_bar(&mut axes, bar, top - index as f64 * width, width, colour(index))?;
        }
        let (x, y) = axes.backend_coord(&(0.0, place as f64));
        let (left, above) = area.get_base_pixel();
        let style = text(FONT).pos(Pos::new(HPos::Right, VPos::Center));
        area.draw_text(name, &style, (x - left - 8, y - above))?;
    }
    Ok(())
}

fn axes<'a, 'b>(
    area: &Area<'b>,
    groups: &[(String, Vec<Bar>)],
) -> Result<Axes<'a, 'b>, DrawingAreaErrorKind<std::io::Error>> {
    let ends = groups
        .iter()
        .flat_map(|(_, bars)| bars)
        .map(|bar| bar.median.max(bar.range.1));
    let longest = groups.iter().map(|(name, _)| name.chars().count()).max();
    ChartBuilder::on(area)
        .x_label_area_size(40)
        .y_label_area_size(longest.unwrap_or(0) as i32 * LETTER_WIDTH + 16)
        .build_cartesian_2d(from_zero(ends), -0.5..groups.len().max(1) as f64 - 0.5)
}

/// The grid of the values, and their axis. Those of the names would say nothing.
fn mesh(axes: &mut Axes<'_, '_>, label: &str) -> Drawn {
    axes.configure_mesh()
        .bold_line_style(GREY.mix(0.35))
        .light_line_style(TRANSPARENT)
        .axis_style(GREY)
        .label_style(text(FONT))
        .disable_y_mesh()
        .y_labels(0)
        .x_labels(6)
        .x_desc(label)
        .x_label_formatter(&|value| number(*value))
        .draw()
}

fn draw_bar(axes: &mut Axes<'_, '_>, bar: &Bar, top: f64, width: f64, colour: RGBColor) -> Drawn {
    let corners = [(0.0, top), (bar.median, top - width * 0.9)];
    axes.draw_series([Rectangle::new(corners, colour.filled())])?;
    let middle = top - width * 0.45;
    let range = vec![(bar.range.0, middle), (bar.range.1, middle)];
    axes.draw_series([PathElement::new(range, GREY.stroke_width(2))])?;
    Ok(())
}
