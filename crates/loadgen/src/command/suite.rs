//! `loadgen compare --cells`: many comparisons, one after the other, for all tables of a page. What is done stands in
//! files, so the next run goes on where this one was stopped.
//!
//! Each cell is measured twice. A closed loop tells how much a server can do, and at that limit how long a message takes
//! says little. So how long is measured in an open loop, at a rate that the slowest server can keep up with.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, ensure};
use command_line::print_line;
use figures::check_file;
use serde::{Deserialize, Serialize};

use super::compare::Planned;
use super::comparison::{Comparison, draw};
use super::flags::{CompareFlags, ComparedLoad, commands};
use crate::interrupt::{self, Interrupted};

/// What is to be measured.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Suite {
    /// How each load is driven, as flags.
    drive: String,
    tables: Vec<Table>,
}

/// Servers that are compared under several loads.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    /// Where the results stand.
    file: PathBuf,
    servers: Vec<String>,
    cells: Vec<Cell>,
}

/// One load.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cell {
    /// Its kind and its flags.
    load: String,
    /// In the closed loop; in the open one messages have their times.
    in_flight: usize,
    /// Both results as a figure.
    figure: Option<PathBuf>,
}

/// The results of a table, in the order of its cells.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Results {
    cells: Vec<Result>,
}

/// The results of a cell.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Result {
    closed_loop: Option<Comparison>,
    open_loop: Option<Comparison>,
}

/// A suite at work.
struct Running<'a> {
    flags: &'a CompareFlags,
    drive: Vec<&'a str>,
    folder: &'a Path,
    limit: Option<u64>,
    /// Measurements that are behind it, and all.
    done: usize,
    all: usize,
    /// Cells that could not be measured.
    failed: usize,
}

/// Measures what is missing, with so many open files at most.
///
/// # Errors
/// When something in the file is wrong, before the first measurement; when a server is; when a signal comes.
pub(super) fn run(path: &Path, flags: &CompareFlags, limit: Option<u64>) -> anyhow::Result<()> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let suite: Suite = serde_json::from_str(&text).with_context(|| path.display().to_string())?;
    let given = flags.load.iter().map(String::as_str);
    let own = suite.drive.split_whitespace();
    let mut running = Running {
        flags,
        drive: if flags.load.is_empty() {
            own.collect()
        } else {
            given.collect()
        },
        folder: flags.into.as_deref().or(path.parent()).unwrap_or(Path::new("")),
        limit,
        done: 0,
        failed: 0,
        all: suite.tables.iter().map(|table| 2 * table.cells.len()).sum(),
    };
    running
        .check(&suite)
        .with_context(|| path.display().to_string())?;
    for table in &suite.tables {
        running.measure(table)?;
    }
    ensure!(
        running.failed == 0,
        "{} cells could not be measured; the same command tries them again",
        running.failed
    );
    Ok(())
}

impl Running<'_> {
    /// A mistake must not be found out after an hour.
    fn check(&self, suite: &Suite) -> anyhow::Result<()> {
        for table in &suite.tables {
            check_file(&self.folder.join(&table.file))?;
            for cell in &table.cells {
                self.closed_loop(table, cell).with_context(|| cell.load.clone())?;
            }
        }
        Ok(())
    }

    /// All cells. One that cannot be measured is told, and the others go on: the whole takes too long to lose it.
    fn measure(&mut self, table: &Table) -> anyhow::Result<()> {
        let file = self.folder.join(&table.file);
        let mut results = Results::read(&file)?;
        results.cells.resize_with(table.cells.len(), Result::default);
        for (place, cell) in table.cells.iter().enumerate() {
            let behind = self.done + 2;
            let outcome = self.measure_cell(table, cell, &mut results.cells[place]);
            results.write(&file)?;
            match outcome {
                Ok(()) => {
                    let figure = cell.figure.as_ref().map(|figure| self.folder.join(figure));
                    results.cells[place].draw(figure)?;
                }
                Err(error) if error.is::<Interrupted>() => return Err(error),
                Err(error) => {
                    eprintln!("{}: {error:#}", cell.load);
                    self.failed += 1;
                }
            }
            self.done = behind;
        }
        Ok(())
    }

    fn measure_cell(&mut self, table: &Table, cell: &Cell, result: &mut Result) -> anyhow::Result<()> {
        let planned = self.closed_loop(table, cell)?;
        let throughput = self.unless_done(&planned, result.closed_loop.take())?;
        let rate = rate(throughput.slowest() / planned.copies() as f64);
        result.closed_loop = Some(throughput);
        let planned = self.planned(table, &format!("{} --rate {rate}", cell.load))?;
        let latency = self.unless_done(&planned, result.open_loop.take())?;
        result.open_loop = Some(latency);
        Ok(())
    }

    fn closed_loop(&self, table: &Table, cell: &Cell) -> anyhow::Result<Planned> {
        self.planned(table, &format!("{} --in-flight {}", cell.load, cell.in_flight))
    }

    fn planned(&self, table: &Table, load: &str) -> anyhow::Result<Planned> {
        let words = load.split_whitespace().chain(self.drive.iter().copied());
        let load = ComparedLoad::parse_words(words).map_err(|problem| anyhow!(problem))?;
        Planned::new(commands(&table.servers)?, load, self.flags.rounds, self.limit)
    }

    /// The figures that are there, where they are those of the same measurement.
    fn unless_done(&mut self, planned: &Planned, there: Option<Comparison>) -> anyhow::Result<Comparison> {
        self.done += 1;
        let number = format!("[{}/{}]", self.done, self.all);
        if let Some(done) = there.filter(|done| planned.is_done_by(done)) {
            eprintln!("{number} is done: {}", planned.heading());
            return Ok(done);
        }
        eprintln!("{number} {}", planned.heading());
        let comparison = planned.measure()?;
        print_line(&comparison.table())?;
        if !comparison.is_whole() {
            let behind = self.done - 1;
            interrupt::check(format!(
                "{behind} of {} are done, and the same command goes on",
                self.all
            ))?;
        }
        Ok(comparison)
    }
}

impl Results {
    fn read(file: &Path) -> anyhow::Result<Self> {
        match fs::read(file) {
            Ok(bytes) => serde_json::from_slice(&bytes).with_context(|| file.display().to_string()),
            Err(_) => Ok(Self::default()),
        }
    }

    /// As a whole or not at all.
    fn write(&self, file: &Path) -> anyhow::Result<()> {
        let new = file.with_extension("new");
        let text = serde_json::to_string_pretty(self)? + "\n";
        let written = fs::write(&new, text).and_then(|()| fs::rename(&new, file));
        written.with_context(|| format!("cannot write {}", file.display()))
    }
}

impl Result {
    fn draw(&self, figure: Option<PathBuf>) -> anyhow::Result<()> {
        match (figure, &self.closed_loop, &self.open_loop) {
            (Some(figure), Some(throughput), Some(latency)) => draw(&figure, throughput, latency),
            _ => Ok(()),
        }
    }
}

/// Half of it, in two digits: nobody wants to read more, and the next run is likelier to have the same.
fn rate(most: f64) -> u64 {
    let half = (most / 2.0).max(1.0);
    let unit = 10_f64.powf((half.log10().floor() - 1.0).max(0.0));
    ((half / unit).floor() * unit) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_half_of_the_most_and_easy_to_read() {
        for (most, half) in [
            (0.4, 1),
            (9.0, 4),
            (199.0, 99),
            (15_092.3, 7_500),
            (16_122.0, 8_000),
            (1_638_888.0, 810_000),
        ] {
            assert_eq!(rate(most), half, "{most}");
        }
    }
}
