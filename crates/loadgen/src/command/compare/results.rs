//! The results of a suite, in a file for each of its tables: the next run goes on where this one was stopped.

use std::fs;
use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use super::at_load::AtLoad;
use super::comparison::Comparison;

/// The results of a table, in the order of its cells.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Results {
    pub(super) cells: Vec<CellResult>,
}

/// The results of a cell.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct CellResult {
    pub(super) closed_loop: Option<Comparison>,
    pub(super) open_loop: Option<Comparison>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) at_load: Option<AtLoad>,
}

impl Results {
    /// Those that are there.
    ///
    /// # Errors
    /// When they cannot be understood.
    pub(super) fn read(file: &Path) -> anyhow::Result<Self> {
        match fs::read(file) {
            Ok(bytes) => serde_json::from_slice(&bytes).with_context(|| file.display().to_string()),
            Err(_) => Ok(Self::default()),
        }
    }

    /// As a whole or not at all.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(super) fn write(&self, file: &Path) -> anyhow::Result<()> {
        let new = file.with_extension("new");
        let text = serde_json::to_string_pretty(self)? + "\n";
        let written = fs::write(&new, text).and_then(|()| fs::rename(&new, file));
        written.with_context(|| format!("cannot write {}", file.display()))
    }

    /// Those of the closed loops.
    pub(super) fn closed_loops(&self) -> Vec<&Comparison> {
        let cells = self.cells.iter();
        cells.filter_map(|cell| cell.closed_loop.as_ref()).collect()
    }
}
