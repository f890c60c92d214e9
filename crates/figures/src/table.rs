//! A table of names and numbers: as text for a terminal, or as Markdown for a page.

use std::fmt;

/// What stands where nothing was measured.
pub const NOTHING: &str = "-";

/// A value as it is shown, or [`NOTHING`].
pub fn or_nothing<T>(value: Option<T>, shown: impl FnOnce(T) -> String) -> String {
    value.map_or_else(|| NOTHING.to_owned(), shown)
}

/// Rows below headings. The first column has names and is ragged right, the others have numbers and are ragged left.
///
/// ```
/// let mut table = figures::Table::new(&["model", "calls"]);
/// table.row(["thread", "2.0"].map(str::to_owned));
/// assert_eq!(table.to_string(), "  model   calls\n  thread    2.0");
/// assert_eq!(table.markdown(), "| model | calls |\n|---|---:|\n| thread | 2.0 |");
/// ```
#[derive(Debug, Clone)]
pub struct Table {
    /// The headings are the first.
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these columns and no row yet.
    #[must_use]
    pub fn new(headings: &[&str]) -> Self {
        let headings = headings.iter().map(|&heading| heading.to_owned());
        Self {
            rows: vec![headings.collect()],
        }
    }

    /// Adds a row. Columns that it does not have are empty.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// The table as GitHub and mdBook read it (GitHub Flavored Markdown, "Tables").
    #[must_use]
    pub fn markdown(&self) -> String {
        let columns = self.rows[0].len();
        let line = |row: &Vec<String>| format!("| {} |", row.join(" | "));
        let mut lines: Vec<_> = self.rows.iter().map(line).collect();
        lines.insert(1, format!("|---|{}", "---:|".repeat(columns.saturating_sub(1))));
        lines.join("\n")
    }

    /// Letters of the widest cell of a column.
    fn width(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths: Vec<_> = (0..self.rows[0].len()).map(|column| self.width(column)).collect();
        for (number, row) in self.rows.iter().enumerate() {
            let cells = row.iter().zip(&widths).enumerate();
            let aligned = cells.map(|(column, (cell, width))| match column {
                0 => format!("  {cell:<width$}"),
                _ => format!("  {cell:>width$}"),
            });
            let line: String = aligned.collect();
            let end = if number + 1 < self.rows.len() { "\n" } else { "" };
            write!(f, "{}{end}", line.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut table = Table::new(&["queue", "items/s", "ratio"]);
        table.row(["ring", "78,990,926", "32.52"].map(str::to_owned));
        table.row(["crossbeam-channel", "1"].map(str::to_owned));
        let text = "  queue                 items/s  ratio
  ring               78,990,926  32.52
  crossbeam-channel           1";
        assert_eq!(table.to_string(), text);
    }

    #[test]
    fn what_was_not_measured_is_a_dash() {
        assert_eq!(or_nothing(Some(2.0), |value| format!("{value:.1}")), "2.0");
        assert_eq!(or_nothing(None::<f64>, |value| format!("{value:.1}")), "-");
    }
}
