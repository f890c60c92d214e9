//! Axes, the grid between them, and the numbers beside them.

use std::ops::Range;

use plotters::prelude::*;

use super::style::{FONT, GREY, text};
use super::{Area, Axes, Drawn};

pub(super) fn axes<'a, 'b>(
    area: &Area<'b>,
    x: Range<f64>,
    y: Range<f64>,
) -> Result<Axes<'a, 'b>, DrawingAreaErrorKind<std::io::Error>> {
    ChartBuilder::on(area)
        .x_label_area_size(40)
        .y_label_area_size(80)
        .build_cartesian_2d(x, y)
}

/// Grid, axes and their labels; the numbers of the x axis only where that has a name.
pub(super) fn mesh(axes: &mut Axes<'_, '_>, y_label: &str, x_label: Option<&str>) -> Drawn {
    let mut mesh = axes.configure_mesh();
    mesh.bold_line_style(GREY.mix(0.35))
        .light_line_style(TRANSPARENT)
        .axis_style(GREY)
        .label_style(text(FONT))
        .y_labels(6)
        .y_desc(y_label)
        .y_label_formatter(&|value| number(*value));
    match x_label {
        Some(name) => mesh.x_desc(name).x_label_formatter(&|value| number(*value)),
        None => mesh.disable_x_mesh().x_labels(0),
    };
    mesh.draw()
}

/// From the least to the greatest value; never nothing, which no axis can show.
pub(super) fn spread(values: impl Iterator<Item = f64> + Clone) -> Range<f64> {
    let least = values.clone().fold(f64::INFINITY, f64::min);
    let greatest = values.fold(f64::NEG_INFINITY, f64::max);
    if least < greatest {
        least..greatest
    } else if least.is_finite() {
        least..least + 1.0
    } else {
        0.0..1.0
    }
}

/// From 0, since half as high must mean half as much, to a little above the greatest value.
pub(super) fn from_zero(values: impl Iterator<Item = f64>) -> Range<f64> {
    let greatest = values.fold(0.0, f64::max);
    if greatest > 0.0 {
        0.0..greatest * 1.05
    } else {
        0.0..1.0
    }
}

/// A number at an axis: `12,000,000`, `0.25`.
pub(super) fn number(value: f64) -> String {
    if value.abs() < 100.0 {
        let text = format!("{value:.3}");
        return text.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    crate::table::thousands(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!(number(12_000_000.0), "12,000,000");
        assert_eq!(number(0.25), "0.25");
        assert_eq!(number(40.0), "40");
        assert_eq!(number(0.0), "0");
    }
}
