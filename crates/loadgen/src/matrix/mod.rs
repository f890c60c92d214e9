//! One program in many models, under many loads: all that can be measured of each, as tables and as a figure.
//!
//! | file | what is in it |
//! |---|---|
//! | `flags` | what can be asked for |
//! | `measure` | one model under one load |
//! | `calls` | counting system calls |
//! | `results` | what is told in the end |

mod calls;
mod flags;
mod measure;
mod results;

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, ensure};
use clap::Parser;
use command_line::print_line;

use crate::bench::rounds::alternate;
use crate::requests::Cell;
use crate::requests::messages::Messages;
use crate::server::{Program, ServerCommand};
use calls::Counter;
use flags::Flags;
use measure::{Figures, count_calls, measure};
use results::{CellResult, Conditions, Results};

/// How often counting system calls is tried: with thousands of threads, perf sometimes fails to read the count of
/// one, and then tells none.
const ATTEMPTS: u32 = 3;

/// What is measured.
#[derive(Debug)]
pub struct Matrix {
    /// The models.
    pub contestants: Vec<Contestant>,
    /// The name of the one that the others are compared with.
    pub reference: &'static str,
    /// What is sent to them and must come back.
    pub messages: Messages,
    /// How many connections, by default.
    pub connections: &'static [usize],
    /// How many messages on the way on each of them, by default.
    pub in_flight: &'static [usize],
}

/// One model.
#[derive(Debug, Clone)]
pub struct Contestant {
    /// How it is started.
    pub program: Program,
    /// More connections at the same time are against its nature.
    pub most_connections: usize,
}

impl Matrix {
    /// Does what the command line asks for, and gives the exit code. Tables go to standard output, everything
    /// else to standard error.
    #[must_use]
    pub fn main(&self) -> ExitCode {
        match self.run(&Flags::parse()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("models: {error:#}");
                ExitCode::FAILURE
            }
        }
    }

    fn run(&self, flags: &Flags) -> anyhow::Result<()> {
        // The servers inherit it.
        net::raise_descriptor_limit().context("cannot raise the limit of open files")?;
        let contestants = self.asked_for(flags)?;
        let counter = Counter::find();
        let conditions = Conditions::new(flags, &self.messages, counter);
        print_line(&conditions.markdown())?;
        let mut cells = Vec::new();
        for cell in flags.cells(self) {
            let begin = Instant::now();
            let result = self.cell(cell, &contestants, flags, counter)?;
            print_line(&result.markdown())?;
            eprintln!("{cell}: {:.0} s", begin.elapsed().as_secs_f64());
            cells.push(result);
        }
        let results = Results { conditions, cells };
        if let Some(file) = &flags.json {
            results.write_json(file)?;
        }
        if let Some(file) = &flags.plot {
            results.plot(file)?;
        }
        ensure!(!results.has_failures(), "not all could be measured");
        Ok(())
    }

    fn asked_for(&self, flags: &Flags) -> anyhow::Result<Vec<&Contestant>> {
        let known: Vec<_> = self.contestants.iter().map(Contestant::name).collect();
        for name in &flags.models {
            let names = known.join(", ");
            ensure!(known.contains(&name.as_str()), "{name} is not one of {names}");
        }
        let is_asked_for =
            |one: &&Contestant| flags.models.is_empty() || flags.models.iter().any(|name| name == one.name());
        Ok(self.contestants.iter().filter(is_asked_for).collect())
    }

    /// All models in one cell, in turns. One that fails is told of, and the others go on: the whole takes too
    /// long to lose it.
    fn cell(
        &self,
        cell: Cell,
        contestants: &[&Contestant],
        flags: &Flags,
        counter: Option<Counter>,
    ) -> anyhow::Result<CellResult> {
        let able: Vec<_> = contestants
            .iter()
            .filter(|contestant| cell.connections <= contestant.most_connections)
            .map(|contestant| (contestant.name(), ServerCommand::known(&contestant.program)))
            .collect();
        let mut failed = BTreeSet::new();
        let rounds = alternate(&able, flags.rounds(), |(name, server)| {
            let figures = measure(server, &self.messages, cell, &flags.drive());
            note_failure(&figures, name, cell, &mut failed);
            Ok(figures)
        })?;
        let mut measured = Vec::new();
        for ((name, server), rounds) in able.iter().zip(rounds) {
            let counter = counter.filter(|_| !failed.contains(name));
            let calls = counter.and_then(|counter| self.calls(counter, server, cell, flags));
            measured.push((*name, rounds.into_iter().collect(), calls));
        }
        let names: Vec<_> = contestants.iter().map(|contestant| contestant.name()).collect();
        Ok(CellResult::new(cell, &names, measured, self.reference))
    }

    /// System calls for each message, where they can be counted.
    fn calls(&self, counter: Counter, server: &ServerCommand, cell: Cell, flags: &Flags) -> Option<f64> {
        (0..ATTEMPTS).find_map(|_| {
            let calls = count_calls(counter, server, &self.messages, cell, &flags.drive());
            calls
                .inspect_err(|error| eprintln!("{cell}: {}: {error:#}", server.name))
                .ok()
        })
    }
}

impl Contestant {
    fn name(&self) -> &'static str {
        self.program.name
    }
}

/// All rounds of one model, or why there are none; and its system calls for each message.
type Measured<'a> = (&'a str, anyhow::Result<Vec<Figures>>, Option<f64>);

/// Tells it at once, and only once.
fn note_failure(
    outcome: &anyhow::Result<Figures>,
    name: &'static str,
    cell: Cell,
    failed: &mut BTreeSet<&'static str>,
) {
    if let Err(error) = outcome
        && failed.insert(name)
    {
        eprintln!("{cell}: {name}: {error:#}");
    }
}
