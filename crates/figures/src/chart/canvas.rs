//! The surface that a chart is drawn on: areas and axes of plotters, written as SVG.

use std::io;

use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;

use super::scale::MarkedAxis;

/// Pixels of one chart; one with bars is as high as they need.
pub(super) const WIDTH: u32 = 800;
pub(super) const HEIGHT: u32 = 340;

pub(super) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
pub(super) type Axes<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;
/// The same, but each axis is told which of its places have a number.
pub(super) type MarkedAxes<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<MarkedAxis, MarkedAxis>>;
pub(super) type DrawError = DrawingAreaErrorKind<io::Error>;
pub(super) type Drawn = Result<(), DrawError>;
