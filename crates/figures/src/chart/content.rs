//! The description of a chart: its title, and the lines or the bars in it.

use super::scale::Scale;
use crate::spread::Spread;

/// A bar, which is as long as a median.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// What it is, in the legend: bars of one label have one colour.
    pub label: String,
    /// Its length, and the line on its end from the least value to the greatest. Where nothing was measured its place
    /// stays free.
    pub spread: Option<Spread>,
}

impl Bar {
    /// A bar of what was measured.
    #[must_use]
    pub fn new(label: &str, spread: Spread) -> Self {
        Self {
            label: label.to_owned(),
            spread: Some(spread),
        }
    }
}

/// One chart of several in a file.
#[derive(Debug, Clone, Copy)]
pub struct Chart<'a> {
    /// What stands above it.
    pub title: &'a str,
    /// What its values are, with their unit.
    pub value_label: &'a str,
    /// What is drawn.
    pub content: Content<'a>,
}

/// What is drawn.
#[derive(Debug, Clone, Copy)]
pub enum Content<'a> {
    /// A line for each name; a value that is not a number, or that its scale does not have, leaves a gap.
    Lines {
        /// What the lines go along, with its unit.
        x_label: &'a str,
        /// How that is spread.
        x_scale: Scale,
        /// How the values are spread.
        y_scale: Scale,
        /// Each name, and its points.
        series: &'a [(String, Vec<(f64, f64)>)],
    },
    /// Bars below each other for each name. All names have the same bars.
    Bars {
        /// Each name, and its bars.
        groups: &'a [(String, Vec<Bar>)],
    },
}
