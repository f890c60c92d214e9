//! A line for each series of points.

use plotters::prelude::*;

use super::axes::{axes, from_zero, mesh, spread};
use super::heading::with_heading;
use super::style::colour;
use super::{Area, Axes, Chart, Drawn};

pub(super) fn draw(
    area: &Area<'_>,
    chart: &Chart<'_>,
    x_label: &str,
    series: &[(String, Vec<(f64, f64)>)],
) -> Drawn {
    let names: Vec<_> = series.iter().map(|(name, _)| name.as_str()).collect();
    let area = with_heading(area, chart.title, &names)?;
    let points = || series.iter().flat_map(|(_, points)| points);
    let x_range = spread(points().map(|point| point.0));
    let mut axes = axes(&area, x_range, from_zero(points().map(|point| point.1)))?;
    mesh(&mut axes, chart.y_label, Some(x_label))?;
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
