//! A suite: many comparisons as data, and what their ratios must be at least.
//!
//! Those of this project are kept in `suites/*.json`, and are a part of the program.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use serde::Deserialize;

/// Those of this project.
const KNOWN: [(&str, &str); 7] = [
    ("echo", include_str!("../../../suites/echo.json")),
    ("calc", include_str!("../../../suites/calc.json")),
    ("chat", include_str!("../../../suites/chat.json")),
    ("web", include_str!("../../../suites/web.json")),
    ("tls", include_str!("../../../suites/tls.json")),
    ("durable", include_str!("../../../suites/durable.json")),
    ("models", include_str!("../../../suites/models.json")),
];

/// What is to be measured.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Suite {
    /// How each load is driven, as flags.
    pub(super) drive: String,
    pub(super) tables: Vec<Table>,
}

/// Servers that are compared under several loads.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    /// Where the results are kept.
    pub(super) file: PathBuf,
    pub(super) servers: Vec<Server>,
    pub(super) cells: Vec<Cell>,
    /// What each message costs, instead of how long it takes at half the rate.
    #[serde(default)]
    pub(super) costs: bool,
    /// All cells as Markdown.
    pub(super) page: Option<PathBuf>,
    /// The throughput of all cells.
    pub(super) figure: Option<PathBuf>,
}

/// A server that is compared.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Server {
    pub(super) name: String,
    pub(super) command: String,
    /// Somebody else's, which is left out where it is not installed.
    #[serde(default)]
    pub(super) may_be_missing: bool,
    /// More connections at the same time are against its nature.
    pub(super) most_connections: Option<usize>,
}

/// One load.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cell {
    /// Its kind and its flags.
    pub(super) load: String,
    /// In the closed loop; in the open one messages have their times.
    pub(super) in_flight: usize,
    /// What the throughput of the first server must be at least, to that of the servers with these names.
    #[serde(default)]
    pub(super) at_least: BTreeMap<String, f64>,
    /// Parts of each server's own full load, in percent, at which latency is measured too.
    #[serde(default)]
    pub(super) at_load: Vec<u32>,
    /// Throughput and latency.
    pub(super) figure: Option<PathBuf>,
}

impl Suite {
    /// The one that has this name, or is kept in this file.
    ///
    /// # Errors
    /// When there is none, or something in it is wrong.
    pub(super) fn find(name: &str) -> anyhow::Result<Self> {
        let known = KNOWN.iter().find(|(known, _)| *known == name);
        let text = match known {
            Some((_, text)) => (*text).to_owned(),
            None => fs::read_to_string(name).with_context(|| {
                let names = KNOWN.map(|(name, _)| name).join(", ");
                format!("the suites are {names}, and there is no file {name} that has one")
            })?,
        };
        serde_json::from_str(&text).with_context(|| name.to_owned())
    }

    /// How many measurements it has.
    pub(super) fn measurements(&self) -> usize {
        let cells = self.tables.iter().flat_map(|table| {
            let cells = table.cells.iter();
            cells.map(|cell| table.measurements(cell))
        });
        cells.sum()
    }
}

impl Table {
    /// How many measurements a cell of it has.
    pub(super) fn measurements(&self, cell: &Cell) -> usize {
        match (self.costs, cell.at_load.is_empty()) {
            (true, _) => 1,
            (false, true) => 2,
            (false, false) => 3,
        }
    }

    pub(super) fn most_connections(&self, name: &str) -> Option<usize> {
        let server = self.servers.iter().find(|server| server.name == name);
        server.and_then(|server| server.most_connections)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_suite_compares_servers_that_it_has() {
        for (name, _) in KNOWN {
            let suite = Suite::find(name).unwrap();
            assert!(suite.measurements() > 0, "{name}");
            for table in &suite.tables {
                let names: Vec<_> = table.servers.iter().map(|server| &server.name).collect();
                let compared = table.cells.iter().flat_map(|cell| cell.at_least.keys());
                for other in compared {
                    assert!(names[1..].contains(&other), "{name}: {other}");
                }
                assert!(
                    !table.servers[0].may_be_missing,
                    "{name}: the others are compared with it"
                );
            }
        }
    }
}
