//! Several servers, each started anew in every round, in turns.

use anyhow::{Context, anyhow};
use command_line::print_line;

use super::comparison::{Comparison, Figures};
use super::flags::{CompareFlags, ComparedLoad, DriveFlags};
use super::load::Load;
use crate::bench::rounds::alternate;
use crate::drive::Drive;
use crate::fan_out::Wire;
use crate::server::{FIRST_LINE, ServerCommand};

/// A server of the comparison.
struct Contestant {
    command: ServerCommand,
    /// In a load that has several: that of the server's own command, or else that of the load.
    wire: Option<Wire>,
}

/// Compares, with so many open files at most, and tells of it. An error, too, when a server did something
/// wrong.
pub(super) fn run(flags: &CompareFlags, limit: Option<u64>) -> anyhow::Result<()> {
    let (load, drive) = match flags.load().map_err(|problem| anyhow!(problem))? {
        ComparedLoad::Echo(flags) => (Load::echo(&flags.load), flags.drive),
        ComparedLoad::Calc(flags) => (Load::calc(&flags.load), flags.drive),
        ComparedLoad::Chat(flags) => (Load::chat(&flags.load), flags.drive),
    };
    load.fits(&drive, limit)?;
    compare(flags, &drive, &load)
}

fn compare(flags: &CompareFlags, drive_flags: &DriveFlags, load: &Load) -> anyhow::Result<()> {
    let contestants = contestants(flags, load)?;
    let drive = drive_flags.drive(false, None);
    let figures = alternate(&contestants, flags.rounds, |contestant| {
        contestant
            .measure(load, &drive)
            .with_context(|| contestant.command.name.clone())
    })?;
    let names = contestants.into_iter().map(|contestant| contestant.command.name);
    let heading = load.heading(drive_flags);
    let comparison = Comparison::new(heading, flags.rounds, names.zip(figures).collect());
    let text = match flags.output.json {
        true => serde_json::to_string(&comparison)?,
        false => comparison.table(),
    };
    print_line(&text)?;
    match &flags.output.plot {
        Some(path) => comparison.plot(path),
        None => Ok(()),
    }
}

fn contestants(flags: &CompareFlags, load: &Load) -> anyhow::Result<Vec<Contestant>> {
    let contestant = |command| {
        let wire = match load {
            Load::Rooms { wire, .. } => Some(Wire::of(&command)?.unwrap_or(*wire)),
            Load::Requests { .. } => None,
        };
        Ok(Contestant { command, wire })
    };
    flags.commands()?.into_iter().map(contestant).collect()
}

impl Contestant {
    fn measure(&self, load: &Load, drive: &Drive) -> anyhow::Result<Figures> {
        let startup = self.wire.map_or(FIRST_LINE, |wire| wire.dialect().startup());
        let mut drive = drive.clone();
        let running = self.command.start_as(startup, drive.patience)?;
        drive.pid = cfg!(target_os = "linux").then(|| running.id());
        Figures::new(load.run(running.address, self.wire, &drive)?)
    }
}
