//! Draws the axes of a chart, the grid between them, and the numbers beside them.

use std::ops::Range;

use plotters::prelude::*;

use super::canvas::{Area, Axes, DrawError, Drawn, MarkedAxes};
use super::scale::{MarkedAxis, Scale};
use super::style::{FONT, GREY, text};
use crate::number::short;

/// Pixels below the axes, for the numbers of the lower one and its name.
const BELOW: u32 = 40;

/// Two axes, with so many pixels left of them.
pub(super) fn axes<'a, 'b>(
    area: &Area<'b>,
    left: u32,
    x: Range<f64>,
    y: Range<f64>,
) -> Result<Axes<'a, 'b>, DrawError> {
    ChartBuilder::on(area)
        .x_label_area_size(BELOW)
        .y_label_area_size(left)
        .build_cartesian_2d(x, y)
}

/// The same, with numbers where these axes want them.
pub(super) fn marked_axes<'a, 'b>(
    area: &Area<'b>,
    left: u32,
    x: MarkedAxis,
    y: MarkedAxis,
) -> Result<MarkedAxes<'a, 'b>, DrawError> {
    ChartBuilder::on(area)
        .x_label_area_size(BELOW)
        .y_label_area_size(left)
        .build_cartesian_2d(x, y)
}

/// The grid of a chart of lines: both axes have numbers.
pub(super) fn grid_of_lines(
    axes: &mut MarkedAxes<'_, '_>,
    (x_label, x_scale): (&str, Scale),
    (y_label, y_scale): (&str, Scale),
) -> Drawn {
    axes.configure_mesh()
        .bold_line_style(GREY.mix(0.35))
        .light_line_style(TRANSPARENT)
        .axis_style(GREY)
        .label_style(text(FONT))
        .y_desc(y_label)
        .y_label_formatter(&|place| short(y_scale.value(*place)))
        .x_desc(x_label)
        .x_label_formatter(&|place| short(x_scale.value(*place)))
        .draw()
}

/// The grid of a chart of bars: the values, which are below it. Numbers beside the names would say nothing.
pub(super) fn grid_of_bars(axes: &mut Axes<'_, '_>, label: &str) -> Drawn {
    axes.configure_mesh()
        .bold_line_style(GREY.mix(0.35))
        .light_line_style(TRANSPARENT)
        .axis_style(GREY)
        .label_style(text(FONT))
        .disable_y_mesh()
        .y_labels(0)
        .x_labels(6)
        .x_desc(label)
        .x_label_formatter(&|value| short(*value))
        .draw()
}
