//! A suite at work: each of its comparisons, one after the other.
//!
//! Each cell is measured twice at least. A closed loop tells how much a server can do, and at that limit how long a message takes
//! says little. So how long is measured in an open loop, at a rate that the slowest server can keep up with; where the
//! cell asks for it also at parts of what each server can do itself. Where a table asks what a message costs, that is measured in the closed loop, and there is no other.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, ensure};
use command_line::print_line;
use figures::check_file;

use super::at_load::in_digits;
use super::charts::{draw, draw_all};
use super::comparison::Comparison;
use super::peers::Peers;
use super::planned::{How, Measurement, Planned, Told};
use super::results::{CellResult, Results};
use super::suite::{Cell, Suite, Table};
use crate::command::flags::{CompareFlags, ComparedLoad};
use crate::interrupt::{self, Interrupted};
use crate::server::ServerCommand;

struct Running<'a> {
    flags: &'a CompareFlags,
    drive: Vec<&'a str>,
    peers: Peers,
    limit: Option<u64>,
    /// Measurements that are behind it, and all.
    done: usize,
    all: usize,
    /// Servers that did something wrong, one for each cell, and cells that could not be measured at all.
    failed: usize,
    /// Ratios that are under what they must be at least.
    missed: usize,
}

/// Measures what is missing, with so many open files at most.
///
/// # Errors
/// When something in the suite is wrong, before the first measurement; in the end, when a server was wrong or too slow;
/// when a signal comes.
pub(super) fn run(suite: &Suite, flags: &CompareFlags, limit: Option<u64>) -> anyhow::Result<()> {
    let given = flags.load.iter().map(String::as_str);
    let mut running = Running {
        flags,
        drive: match flags.load.is_empty() {
            true => suite.drive.split_whitespace().collect(),
            false => given.collect(),
        },
        peers: Peers::default(),
        limit,
        done: 0,
        all: suite.measurements(),
        failed: 0,
        missed: 0,
    };
    let commands = suite.tables.iter().map(|table| running.commands(table));
    let commands: Vec<_> = commands.collect::<anyhow::Result<_>>()?;
    for (table, commands) in suite.tables.iter().zip(&commands) {
        running.check(table, commands)?;
    }
    for (table, commands) in suite.tables.iter().zip(commands) {
        let commands = running.peers.compile(commands)?;
        running.measure(table, &commands)?;
    }
    ensure!(
        running.failed == 0,
        "{} servers or cells could not be measured; the same command tries them again",
        running.failed
    );
    ensure!(
        running.missed == 0,
        "{} ratios are under what they must be at least",
        running.missed
    );
    Ok(())
}

impl Running<'_> {
    /// The servers of a table that are there, and those of the command line.
    fn commands(&self, table: &Table) -> anyhow::Result<Vec<ServerCommand>> {
        let mut commands = Vec::new();
        for server in &table.servers {
            let command = ServerCommand::parse(&format!("{}={}", server.name, server.command))?;
            if server.may_be_missing && !Peers::can_start(&command) {
                eprintln!(
                    "{} is left out: {} is not installed",
                    server.name,
                    command.needs()
                );
                continue;
            }
            commands.push(command);
        }
        commands.extend(self.flags.commands()?);
        Ok(commands)
    }

    /// A mistake must not be found out after an hour.
    fn check(&self, table: &Table, commands: &[ServerCommand]) -> anyhow::Result<()> {
        if let Some(folder) = &self.flags.into {
            check_file(&folder.join(&table.file))?;
        }
        for cell in &table.cells {
            self.closed_loop(table, cell, commands)
                .with_context(|| cell.load.clone())?;
        }
        Ok(())
    }

    /// All cells. One that cannot be measured is told, and the others go on: the whole takes too long to lose it.
    fn measure(&mut self, table: &Table, commands: &[ServerCommand]) -> anyhow::Result<()> {
        let file = self.kept(&table.file);
        let mut results = file
            .as_deref()
            .map_or_else(|| Ok(Results::default()), Results::read)?;
        results.cells.resize_with(table.cells.len(), CellResult::default);
        for (place, cell) in table.cells.iter().enumerate() {
            let behind = self.done + table.measurements(cell);
            let outcome = self.measure_cell(table, cell, commands, &mut results.cells[place]);
            if let Some(file) = &file {
                results.write(file)?;
            }
            match outcome {
                Ok(()) => self.draw(cell, &results.cells[place])?,
                Err(error) if error.is::<Interrupted>() => return Err(error),
                Err(error) => {
                    eprintln!("{}: {error:#}", cell.load);
                    self.failed += 1;
                }
            }
            self.done = behind;
        }
        self.show(table, &results)
    }

    fn measure_cell(
        &mut self,
        table: &Table,
        cell: &Cell,
        commands: &[ServerCommand],
        result: &mut CellResult,
    ) -> anyhow::Result<()> {
        let planned = self.closed_loop(table, cell, commands)?;
        let throughput = self.unless_done(&planned, result.closed_loop.take())?;
        let (slowest, is_whole) = (throughput.slowest(), throughput.failures().is_empty());
        self.judge(cell, &throughput)?;
        result.closed_loop = Some(throughput);
        if table.costs || !is_whole {
            return Ok(());
        }
        let rate = in_digits(slowest / planned.copies() as f64 / 2.0, 2);
        let at_half = self.planned(table, commands, &format!("{} --rate {rate}", cell.load))?;
        let latency = self.unless_done(&at_half, result.open_loop.take())?;
        self.failed += latency.failures().len();
        result.open_loop = Some(latency);
        if let (Some(full), false) = (&result.closed_loop, cell.at_load.is_empty()) {
            let parts = planned.at_load(full, &cell.at_load);
            let latency = self.unless_done(&parts, result.at_load.take())?;
            self.failed += latency.failures().count();
            result.at_load = Some(latency);
        }
        Ok(())
    }

    fn closed_loop(&self, table: &Table, cell: &Cell, commands: &[ServerCommand]) -> anyhow::Result<Planned> {
        let load = format!("{} --in-flight {}", cell.load, cell.in_flight);
        self.planned(table, commands, &load)
    }

    fn planned(&self, table: &Table, commands: &[ServerCommand], load: &str) -> anyhow::Result<Planned> {
        let words = load.split_whitespace().chain(self.drive.iter().copied());
        let load = ComparedLoad::parse_words(words).map_err(|problem| anyhow!(problem))?;
        let how = How {
            rounds: self.flags.rounds,
            costs: table.costs,
            beside_loops: self.flags.beside_loops,
            goes_on: true,
        };
        let planned = Planned::new(commands.to_vec(), load, how, self.limit)?;
        Ok(planned.with_most_connections(|name| table.most_connections(name)))
    }

    /// The figures that are there, where they are those of the same measurement.
    fn unless_done<M: Measurement>(
        &mut self,
        planned: &M,
        there: Option<M::Result>,
    ) -> anyhow::Result<M::Result> {
        self.done += 1;
        let number = format!("[{}/{}]", self.done, self.all);
        if let Some(done) = there.filter(|done| planned.is_done_by(done)) {
            eprintln!("{number} is done: {}", planned.heading());
            return Ok(done);
        }
        eprintln!("{number} {}", planned.heading());
        let measured = planned.measure()?;
        print_line(&measured.table())?;
        if !measured.is_whole() {
            let behind = self.done - 1;
            interrupt::check(format!(
                "{behind} of {} are done, and the same command goes on",
                self.all
            ))?;
        }
        Ok(measured)
    }

    /// Tells the ratios that have a bound.
    fn judge(&mut self, cell: &Cell, throughput: &Comparison) -> anyhow::Result<()> {
        self.failed += throughput.failures().len();
        for (name, at_least) in &cell.at_least {
            let Some(verdict) = throughput.verdict(name, *at_least) else {
                continue;
            };
            let missed = if verdict.is_missed() { ": missed" } else { "" };
            self.missed += usize::from(verdict.is_missed());
            print_line(&format!(
                "  ratio to {name} {:.3}, at least {}{missed}",
                verdict.ratio, verdict.at_least
            ))?;
        }
        Ok(())
    }

    /// A file of the folder for results.
    fn kept(&self, file: &Path) -> Option<PathBuf> {
        self.flags.into.as_ref().map(|folder| folder.join(file))
    }

    fn draw(&self, cell: &Cell, result: &CellResult) -> anyhow::Result<()> {
        let figure = cell.figure.as_deref().and_then(|figure| self.kept(figure));
        match (figure, &result.closed_loop, &result.open_loop) {
            (Some(figure), Some(throughput), Some(latency)) => {
                draw(&figure, throughput, latency, result.at_load.as_ref())
            }
            _ => Ok(()),
        }
    }

    /// What all cells of a table are shown in.
    fn show(&self, table: &Table, results: &Results) -> anyhow::Result<()> {
        let cells = results.closed_loops();
        if let Some(file) = table.figure.as_deref().and_then(|figure| self.kept(figure)) {
            draw_all(&file, &cells)?;
        }
        if let Some(file) = table.page.as_deref().and_then(|page| self.kept(page)) {
            let conditions = cells.first().map(|cell| cell.conditions_of_page());
            let parts = conditions.into_iter().chain(cells.iter().map(|cell| cell.page()));
            let text = parts.collect::<Vec<_>>().join("\n") + "\n";
            fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
        }
        Ok(())
    }
}
