//! Figures as SVG: lines over time, and bars next to each other or below each other. What they mean is the caller's affair.
//!
//! They must be readable on a light page and on a dark one: nothing is painted behind them, text and grid are
//! mid-grey, and the colours are those of Okabe and Ito, which also people with a colour vision deficiency can
//! tell apart ("Color Universal Design", <https://jfly.uni-koeln.de/color/>), without their black and their
//! yellow, of which a dark and a light page would leave nothing.

mod rows;

use std::fs;
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, anyhow};
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;

/// Blue, vermillion, bluish green, orange, reddish purple, sky blue: a seventh series is blue again.
const COLOURS: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(230, 159, 0),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
];

/// Halfway between black and white in brightness: its contrast to both is about 4.5.
const GREY: RGBColor = RGBColor(118, 118, 118);

/// Pixels of one chart.
const SIZE: (u32, u32) = (800, 340);

const TITLE_FONT: (&str, u32) = ("sans-serif", 18);

/// Letters of a title that fit in a line of that size; a longer one is written in `FONT`.
const TITLE_LETTERS: usize = 80;

const FONT: (&str, u32) = ("sans-serif", 13);

/// Pixels that a letter of `FONT` takes at most on average; nobody measures fonts here.
const LETTER_WIDTH: i32 = 8;

/// Pixels of a chart without what stands left of its axis.
const WIDTH_OF_BARS: usize = 690;

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
    /// A line for each name.
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

/// Draws a file with one chart, a line for each series of points. A value that is not a number leaves a gap.
///
/// # Errors
/// When the file cannot be written.
#[allow(dead_code, reason = "for figures of one chart; those of a load have two")]
pub(crate) fn lines(
    path: &Path,
    title: &str,
    x_label: &str,
    y_label: &str,
    series: &[(String, Vec<(f64, f64)>)],
) -> anyhow::Result<()> {
    let content = Content::Lines { x_label, series };
    charts(
        path,
        &[Chart {
            title,
            y_label,
            content,
        }],
    )
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
            Content::Lines { x_label, series } => draw_lines(area, chart, x_label, series)?,
            Content::Bars { groups } => draw_bars(area, chart, groups)?,
            Content::Rows { groups } => rows::draw(area, chart, groups)?,
        }
    }
    root.present()
}

fn draw_lines(
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

fn draw_bars(area: &Area<'_>, chart: &Chart<'_>, groups: &[(String, Vec<Bar>)]) -> Drawn {
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

/// Writes title and legend, and returns the area below them. Each line of the legend has its own place, so
/// that it never lies on the curves.
fn with_heading<'a>(
    area: &Area<'a>,
    title: &str,
    names: &[&str],
) -> Result<Area<'a>, DrawingAreaErrorKind<std::io::Error>> {
    let area = area.margin(8, 8, 10, 24);
    let is_long = title.chars().count() > TITLE_LETTERS;
    let font = if is_long { FONT } else { TITLE_FONT };
    area.draw_text(title, &text(font), (60, 0))?;
    let mut x = 60;
    for (index, name) in names.iter().enumerate().filter(|_| names.len() > 1) {
        area.draw(&Rectangle::new([(x, 27), (x + 14, 37)], colour(index).filled()))?;
        area.draw_text(name, &text(FONT), (x + 20, 26))?;
        x += 40 + name.chars().count() as i32 * LETTER_WIDTH;
    }
    Ok(area.margin(46, 0, 0, 0))
}

fn axes<'a, 'b>(
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
fn mesh(axes: &mut Axes<'_, '_>, y_label: &str, x_label: Option<&str>) -> Drawn {
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

fn text(font: (&'static str, u32)) -> TextStyle<'static> {
    font.into_font().color(&GREY)
}

fn colour(index: usize) -> RGBColor {
    COLOURS[index % COLOURS.len()]
}

/// From the least to the greatest value; never nothing, which no axis can show.
fn spread(values: impl Iterator<Item = f64> + Clone) -> Range<f64> {
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

/// From 0, since half as high shall mean half as much, to a little above the greatest value.
fn from_zero(values: impl Iterator<Item = f64>) -> Range<f64> {
    let greatest = values.fold(0.0, f64::max);
    if greatest > 0.0 {
        0.0..greatest * 1.05
    } else {
        0.0..1.0
    }
}

/// A number at an axis: `12,000,000`, `0.25`.
fn number(value: f64) -> String {
    if value.abs() < 100.0 {
        let text = format!("{value:.3}");
        return text.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    crate::table::thousands(value)
}

#[cfg(test)]
mod tests;
