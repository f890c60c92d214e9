//! Charts as SVG: lines over time, and bars below each other. What they mean is the caller's affair.
//!
//! They must be readable on a light page and on a dark one: nothing is painted behind them, text and grid are
//! mid-grey, and the colours are those of Okabe and Ito, which also people with a colour vision deficiency can
//! tell apart ("Color Universal Design", <https://jfly.uni-koeln.de/color/>), without their black and their
//! yellow, of which a dark and a light page would leave nothing.
//!
//! | file | what is in it |
//! |---|---|
//! | `figure` | several charts below each other, in one file |
//! | `lines`, `bars` | what is drawn |
//! | `heading` | title and legend |
//! | `axes` | axes, grid and numbers |
//! | `extent` | from where to where an axis goes |
//! | `scale` | how values are spread over an axis |
//! | `style` | colours, and the font |
//! | `canvas` | what is drawn on |
//! | `content` | what a caller says |

mod axes;
mod bars;
mod canvas;
mod content;
mod extent;
mod figure;
mod heading;
mod lines;
mod scale;
mod style;

pub use content::{Bar, Chart, Content};
pub use figure::{ChartError, check_file, draw};
pub use scale::Scale;

#[cfg(test)]
mod tests;
