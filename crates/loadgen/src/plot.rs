//! Figures as SVG: lines over time, and bars next to each other or below each other. What they mean is the caller's affair.
//!
//! They must be readable on a light page and on a dark one: nothing is painted behind them, text and grid are
//! mid-grey, and the colours are those of Okabe and Ito, which also people with a colour vision deficiency can
//! tell apart ("Color Universal Design", <https://jfly.uni-koeln.de/color/>), without their black and their
//! yellow, of which a dark and a light page would leave nothing.
//!
//! | file | what is in it |
//! |---|---|
//! | `lines`, `bars`, `rows` | what is drawn: lines, bars beside each other, bars below each other |
//! | `heading` | title and legend |
//! | `axes` | axes, grid and numbers |
//! | `style` | colours and the font |

mod axes;
mod bars;
mod heading;
mod lines;
mod rows;
mod style;

use std::fs::{self, OpenOptions};
use std::path::Path;

use anyhow::{Context, anyhow};
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;

/// Pixels of one chart.
const SIZE: (u32, u32) = (800, 340);

/// A value that was measured several times.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bar {
    /// What it is, in the legend: bars of one label have one colour.
    pub(crate) label: String,
    /// Its height.
    pub(crate) median: f64,
    /// The line on its top.
    pub(crate) range: (f64, f64),
}

/// One chart of several in a file.
pub(crate) struct Chart<'a> {
    pub(crate) title: &'a str,
    pub(crate) y_label: &'a str,
    pub(crate) content: Content<'a>,
}

/// What is drawn.
pub(crate) enum Content<'a> {
    /// A line for each name; a value that is not a number leaves a gap.
    Lines {
        x_label: &'a str,
        series: &'a [(String, Vec<(f64, f64)>)],
    },
    /// Bars side by side for each name.
    Bars { groups: &'a [(String, Vec<Bar>)] },
    /// Bars below each other for each name; one that is not a number leaves its place free. The values are
    /// below them, so `y_label` is there too.
    Rows { groups: &'a [(String, Vec<Bar>)] },
}

impl Content<'_> {
    /// Pixels.
    fn height(&self) -> u32 {
        match self {
            Self::Rows { groups } => rows::height(groups),
            Self::Lines { .. } | Self::Bars { .. } => SIZE.1,
        }
    }
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Axes<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;
type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

/// Fails where a figure could not be written into this file, before it takes long to find out what stands in it.
///
/// # Errors
/// What the system says to the attempt. What stands in the file stays there.
pub(crate) fn check(path: &Path) -> anyhow::Result<()> {
    let is_new = !path.exists();
    let opened = OpenOptions::new().append(true).create(true).open(path);
    opened.with_context(|| format!("cannot write {}", path.display()))?;
    if is_new {
        // Where that fails an empty file is there, which is going to be a figure.
        let _ = fs::remove_file(path);
    }
    Ok(())
}

/// Draws one chart below the other.
///
/// # Errors
/// When the file cannot be written.
pub(crate) fn charts(path: &Path, charts: &[Chart<'_>]) -> anyhow::Result<()> {
    let mut svg = String::new();
    draw_all(&mut svg, charts).map_err(|error| anyhow!("cannot draw: {error}"))?;
    fs::write(path, svg).with_context(|| format!("cannot write {}", path.display()))
}

fn draw_all(svg: &mut String, charts: &[Chart<'_>]) -> Drawn {
    // All of a file have the height of the largest.
    let height = charts.iter().map(|chart| chart.content.height()).max();
    let height = height.unwrap_or(SIZE.1) * charts.len() as u32;
    let root = SVGBackend::with_string(svg, (SIZE.0, height)).into_drawing_area();
    for (area, chart) in root.split_evenly((charts.len(), 1)).iter().zip(charts) {
        match chart.content {
            Content::Lines { x_label, series } => lines::draw(area, chart, x_label, series)?,
            Content::Bars { groups } => bars::draw(area, chart, groups)?,
            Content::Rows { groups } => rows::draw(area, chart, groups)?,
        }
    }
    root.present()
}

#[cfg(test)]
mod tests;
