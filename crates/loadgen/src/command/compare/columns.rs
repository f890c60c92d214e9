//! A comparison as a table: as text for a terminal, as Markdown for a page of the book.

use figures::{NOTHING, Table, short, thousands};

use super::comparison::Comparison;
use super::measured::Measured;
use super::planned::Told;

/// A column behind the names of the servers. Where it has nothing of any server it is left out on a terminal.
struct Column {
    heading: &'static str,
    /// Pages have the medians only.
    on_page: bool,
    cell: fn(&Measured) -> Option<String>,
}

const fn on_page(heading: &'static str, cell: fn(&Measured) -> Option<String>) -> Column {
    Column {
        heading,
        on_page: true,
        cell,
    }
}

const fn on_terminal(heading: &'static str, cell: fn(&Measured) -> Option<String>) -> Column {
    Column {
        heading,
        on_page: false,
        cell,
    }
}

const COLUMNS: [Column; 14] = [
    on_page("a second", |own| Some(thousands(own.messages_per_second.median))),
    on_terminal("min", |own| Some(thousands(own.messages_per_second.min))),
    on_terminal("max", |own| Some(thousands(own.messages_per_second.max))),
    on_page("ratio", |own| digits(own.ratio_of_medians, 3)),
    on_page("by round", |own| digits(own.ratio_by_round?.median, 3)),
    on_terminal("min", |own| digits(own.ratio_by_round?.min, 3)),
    on_terminal("max", |own| digits(own.ratio_by_round?.max, 3)),
    on_terminal("reached", |own| Some(short(own.rate_reached?.median))),
    on_terminal("p50 ms", |own| digits(own.percentile("p50"), 3)),
    on_page("p99 ms", |own| digits(own.percentile("p99"), 3)),
    on_page("CPU µs", |own| {
        digits(own.cpu_seconds_per_million_messages?.median, 2)
    }),
    on_page("switches", |own| {
        digits(own.context_switches_per_message?.median, 3)
    }),
    on_page("calls", |own| digits(own.system_calls_per_message, 3)),
    on_page("MiB", |own| digits(own.memory_mebibytes?.median, 1)),
];

fn digits(value: impl Into<Option<f64>>, digits: usize) -> Option<String> {
    value.into().map(|value| format!("{value:.digits$}"))
}

impl Told for Comparison {
    fn is_whole(&self) -> bool {
        !self.is_interrupted()
    }

    fn table(&self) -> String {
        let mut lines = vec![self.heading()];
        let is_known = |column: &&Column| self.measured().any(|own| (column.cell)(own).is_some());
        lines.push(self.columns(COLUMNS.iter().filter(is_known)).to_string());
        lines.extend(self.failures());
        lines.extend(self.rates_not_reached());
        lines.join("\n")
    }
}

impl Comparison {
    /// For a page of the book, which includes it by its name.
    pub(super) fn page(&self) -> String {
        let columns = COLUMNS.iter().filter(|column| column.on_page);
        let mut text = self.columns(columns).markdown();
        for failure in self.failures() {
            text += &format!("\n\n{failure}");
        }
        let in_flight = self.in_flight().unwrap_or(0);
        part(
            &format!("in-flight-{in_flight}-connections-{}", self.connections()),
            &text,
        )
    }

    /// How all of a suite was measured, for such a page.
    pub(super) fn conditions_of_page(&self) -> String {
        part("conditions", &self.how_measured())
    }

    fn columns<'a>(&self, columns: impl Iterator<Item = &'a Column>) -> Table {
        let columns: Vec<_> = columns.collect();
        let headings = columns.iter().map(|column| column.heading);
        let headings: Vec<_> = std::iter::once("server").chain(headings).collect();
        let mut table = Table::new(&headings);
        for server in self.servers() {
            let cell = |column: &&Column| (column.cell)(server.measured.as_ref()?);
            let cells = columns
                .iter()
                .map(|column| cell(column).unwrap_or_else(|| NOTHING.to_owned()));
            table.row(std::iter::once(server.named.name.clone()).chain(cells));
        }
        table
    }
}

/// Between the marks that an include of the book looks for.
fn part(name: &str, text: &str) -> String {
    format!("# ANCHOR: {name}\n{text}\n# ANCHOR_END: {name}")
}
