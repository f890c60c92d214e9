//! Draws a line for each series of points.

use plotters::prelude::*;

use super::axes::{axes, from_least, from_zero, grid_of_lines};
use super::canvas::{Area, Axes, Drawn};
use super::content::Chart;
use super::heading::with_heading;
use super::style::colour;

/// Pixels left of the axes, for the numbers there.
const LEFT: u32 = 80;

pub(super) fn draw(
    area: &Area<'_>,
    chart: &Chart<'_>,
    x_label: &str,
    series: &[(String, Vec<(f64, f64)>)],
) -> Drawn {
    let names: Vec<_> = series.iter().map(|(name, _)| name.as_str()).collect();
    let area = with_heading(area, chart.title, &names)?;
    let points = || series.iter().flat_map(|(_, points)| points);
    let x_range = from_least(points().map(|point| point.0));
    let mut axes = axes(&area, LEFT, x_range, from_zero(points().map(|point| point.1)))?;
    grid_of_lines(&mut axes, x_label, chart.value_label)?;
    for (index, (_, points)) in series.iter().enumerate() {
        // Where nothing was measured there is no line, or it would seem that something was.
        for stretch in points.split(|(_, value)| value.is_nan()) {
            draw_line(&mut axes, stretch, colour(index))?;
        }
    }
    Ok(())
}

/// Draws one line; one point alone is a dot.
fn draw_line(axes: &mut Axes<'_, '_>, points: &[(f64, f64)], colour: RGBColor) -> Drawn {
    if let [point] = points {
        axes.draw_series([Circle::new(*point, 2, colour.filled())])?;
    } else {
        axes.draw_series(LineSeries::new(points.iter().copied(), colour.stroke_width(2)))?;
    }
    Ok(())
}
