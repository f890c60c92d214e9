//! Shows what was measured: the median of several values, numbers as text, tables as text or Markdown, charts as SVG.
//!
//! The programs that measure share it, so that a million is `1,000,000` in each of their tables, and a bar means the same
//! in each of their charts. It measures nothing, and it knows of no server.
//!
//! ```
//! use figures::{Spread, Table, thousands};
//!
//! let rounds = Spread::of(&[9_500.0, 12_000.0, 11_000.0]);
//! let mut table = Table::new(&["server", "a second", "max"]);
//! table.row([
//!     "echo-server".to_owned(),
//!     thousands(rounds.median),
//!     thousands(rounds.max),
//! ]);
//! let lines = ["  server       a second     max", "  echo-server    11,000  12,000"];
//! assert_eq!(table.to_string(), lines.join("\n"));
//! ```
#![forbid(unsafe_code)]

mod chart;
mod number;
mod spread;
mod table;

pub use chart::{Bar, Chart, ChartError, Content, Scale, check_file, draw};
pub use number::{mebibytes, milliseconds, short, thousands};
pub use spread::{Spread, median};
pub use table::{NOTHING, Table, or_nothing};
