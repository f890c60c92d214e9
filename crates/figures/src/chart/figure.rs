//! A file with one chart or several: drawn, and written.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use plotters::prelude::*;

use super::canvas::{DrawError, Drawn, HEIGHT, WIDTH};
use super::content::{Chart, Content};
use super::{bars, lines};

/// Why there is no figure.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    /// The system does not let it be written.
    #[error("cannot write {path}")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// plotters has failed.
    #[error("cannot draw: {0}")]
    Draw(String),
}

impl ChartError {
    fn write(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |source| Self::Write { path, source }
    }
}

/// Fails where a figure could not be written into this file, before it takes long to find out what stands in it.
///
/// # Errors
/// What the system says to the attempt. What stands in the file stays there.
pub fn check_file(path: &Path) -> Result<(), ChartError> {
    let is_new = !path.exists();
    let opened = OpenOptions::new().append(true).create(true).open(path);
    opened.map_err(ChartError::write(path))?;
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
pub fn draw(path: &Path, charts: &[Chart<'_>]) -> Result<(), ChartError> {
    let svg = svg(charts).map_err(|error| ChartError::Draw(error.to_string()))?;
    fs::write(path, svg).map_err(ChartError::write(path))
}

/// The text of such a file.
pub(super) fn svg(charts: &[Chart<'_>]) -> Result<String, DrawError> {
    let mut svg = String::new();
    draw_all(&mut svg, charts)?;
    Ok(svg)
}

fn draw_all(svg: &mut String, charts: &[Chart<'_>]) -> Drawn {
    // All of a file have the height of the largest.
    let height = charts.iter().map(height).max();
    let height = height.unwrap_or(HEIGHT) * charts.len() as u32;
    let root = SVGBackend::with_string(svg, (WIDTH, height)).into_drawing_area();
    for (area, chart) in root.split_evenly((charts.len(), 1)).iter().zip(charts) {
        match chart.content {
            Content::Lines {
                x_label,
                x_scale,
                y_scale,
                series,
            } => lines::draw(area, chart, x_label, (x_scale, y_scale), series)?,
            Content::Bars { groups } => bars::draw(area, chart, groups)?,
        }
    }
    root.present()
}

/// Pixels.
fn height(chart: &Chart<'_>) -> u32 {
    match chart.content {
        Content::Bars { groups } => bars::height(groups),
        Content::Lines { .. } => HEIGHT,
    }
}
