//! Draws a line for each series of points.

use plotters::prelude::*;

use super::axes::{grid_of_lines, marked_axes};
use super::canvas::{Area, Drawn, MarkedAxes};
use super::content::Chart;
use super::heading::with_heading;
use super::scale::Scale;
use super::style::colour;

/// Pixels left of the axes, for the numbers there.
const LEFT: u32 = 80;

pub(super) fn draw(
    area: &Area<'_>,
    chart: &Chart<'_>,
    x_label: &str,
    (x_scale, y_scale): (Scale, Scale),
    series: &[(String, Vec<(f64, f64)>)],
) -> Drawn {
    let names: Vec<_> = series.iter().map(|(name, _)| name.as_str()).collect();
    let area = with_heading(area, chart.title, &names)?;
    let placed = |&(x, y): &(f64, f64)| (x_scale.place(x), y_scale.place(y));
    let lines: Vec<Vec<_>> = series
        .iter()
        .map(|(_, points)| points.iter().map(placed).collect())
        .collect();
    let points = || lines.iter().flatten();
    let x = x_scale.along(points().map(|point| point.0));
    let y = y_scale.upwards(points().map(|point| point.1));
    let mut axes = marked_axes(&area, LEFT, x, y)?;
    grid_of_lines(&mut axes, (x_label, x_scale), (chart.value_label, y_scale))?;
    for (index, points) in lines.iter().enumerate() {
        // Where nothing was measured there is no line, or it would seem that something was.
        for stretch in points.split(|(x, value)| x.is_nan() || value.is_nan()) {
            draw_line(&mut axes, stretch, colour(index))?;
        }
    }
    Ok(())
}

/// Draws one line; one point alone is a dot.
fn draw_line(axes: &mut MarkedAxes<'_, '_>, points: &[(f64, f64)], colour: RGBColor) -> Drawn {
    if let [point] = points {
        axes.draw_series([Circle::new(*point, 2, colour.filled())])?;
    } else {
        axes.draw_series(LineSeries::new(points.iter().copied(), colour.stroke_width(2)))?;
    }
    Ok(())
}
