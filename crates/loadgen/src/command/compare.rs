//! `loadgen compare`: several servers in turns, each started again for every round.

use anyhow::{Context, anyhow};
use command_line::print_line;
use figures::check_file;

use super::comparison::{Comparison, Figures, Named};
use super::flags::{CompareFlags, ComparedLoad, DriveFlags};
use super::load::Load;
use super::suite;
use crate::bench::rounds::alternate_until;
use crate::engine::Drive;
use crate::interrupt;
use crate::room_load::Wire;
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
    if let Some(cells) = &flags.cells {
        return suite::run(cells, flags, limit);
    }
    if let Some(path) = &flags.output.plot {
        check_file(path)?;
    }
    let load = flags.load().map_err(|problem| anyhow!(problem))?;
    let comparison = Planned::new(flags.commands()?, load, flags.rounds, limit)?.measure()?;
    let text = match flags.output.json {
        true => serde_json::to_string(&comparison)?,
        false => comparison.table(),
    };
    print_line(&text)?;
    if let Some(path) = &flags.output.plot {
        comparison.plot(path)?;
    }
    if !comparison.is_whole() {
        interrupt::check(FIGURES_SO_FAR)?;
    }
    Ok(())
}

/// What is told behind figures that are not all that were asked for.
pub(super) const FIGURES_SO_FAR: &str = "these are the figures so far";

/// A comparison that has not been made yet.
pub(super) struct Planned {
    contestants: Vec<Contestant>,
    servers: Vec<Named>,
    load: Load,
    drive: DriveFlags,
    rounds: u32,
}

impl Planned {
    /// Of these servers under this load.
    ///
    /// # Errors
    /// When the load is too large for so many open files; when a codec or a broker is not known.
    pub(super) fn new(
        commands: Vec<ServerCommand>,
        load: ComparedLoad,
        rounds: u32,
        limit: Option<u64>,
    ) -> anyhow::Result<Self> {
        let (load, drive) = match load {
            ComparedLoad::Echo(flags) => (Load::echo(&flags.load), flags.drive),
            ComparedLoad::Calc(flags) => (Load::calc(&flags.load), flags.drive),
            ComparedLoad::Chat(flags) => (Load::chat(&flags.load), flags.drive),
        };
        load.fits(&drive, limit)?;
        let contestants = contestants(commands, &load)?;
        let servers = contestants
            .iter()
            .map(Contestant::named)
            .collect::<anyhow::Result<_>>()?;
        Ok(Self {
            contestants,
            servers,
            load,
            drive,
            rounds,
        })
    }

    /// True where these are its figures.
    pub(super) fn is_done_by(&self, done: &Comparison) -> bool {
        done.is_of(&self.load.conditions(&self.drive), &self.servers, self.rounds)
    }

    /// What is measured, in one line.
    pub(super) fn heading(&self) -> String {
        let names: Vec<_> = self.servers.iter().map(|server| server.name.as_str()).collect();
        format!("{}: {}", names.join(", "), self.load.heading(&self.drive))
    }

    /// How often each message that is sent comes back.
    pub(super) fn copies(&self) -> usize {
        self.load.copies()
    }

    /// Measures all rounds, or fewer where a signal comes.
    ///
    /// # Errors
    /// When a server does something wrong; when a signal comes before the first round is over.
    pub(super) fn measure(&self) -> anyhow::Result<Comparison> {
        let conditions = self.load.conditions(&self.drive);
        let drive = self.drive.drive(false, None);
        let figures = alternate_until(&self.contestants, self.rounds, |contestant| {
            let measured = contestant.measure(&self.load, &drive);
            if interrupt::is_requested() {
                return Ok(None);
            }
            measured
                .with_context(|| contestant.command.name.clone())
                .map(Some)
        })?;
        if figures.iter().all(Vec::is_empty) {
            interrupt::check("no round was over")?;
        }
        let servers = self.servers.iter().cloned().zip(figures);
        Comparison::new(conditions, self.rounds, servers.collect())
    }
}

fn contestants(commands: Vec<ServerCommand>, load: &Load) -> anyhow::Result<Vec<Contestant>> {
    let contestant = |command| {
        let wire = match load {
            Load::Rooms { wire, .. } => Some(Wire::of(&command)?.unwrap_or(*wire)),
            Load::Requests { .. } => None,
        };
        Ok(Contestant { command, wire })
    };
    commands.into_iter().map(contestant).collect()
}

impl Contestant {
    fn measure(&self, load: &Load, drive: &Drive) -> anyhow::Result<Figures> {
        let startup = self.wire.map_or(FIRST_LINE, |wire| wire.dialect().startup());
        let mut drive = drive.clone();
        let running = self.command.start_as(startup, drive.patience)?;
        drive.pid = cfg!(target_os = "linux").then(|| running.id());
        Figures::new(load.run(running.address, self.wire, &drive)?)
    }

    /// Only brokers are known to tell their version and nothing else.
    fn named(&self) -> anyhow::Result<Named> {
        let version = match self.wire {
            Some(Wire::Redis | Wire::Nats) => self.command.version()?,
            _ => None,
        };
        Ok(Named {
            name: self.command.name.clone(),
            command: self.command.to_string(),
            version,
        })
    }
}
