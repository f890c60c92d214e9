//! A comparison before it is made: which servers, under which load, how often; and making it.

use anyhow::Context;
use directory::redis::RedisSettings;
use harness::RunningServer;

use super::beside::Beside;
use super::calls::Counter;
use super::comparison::{Comparison, Named, Outcome};
use super::costs::{self, Costs};
use super::measured::Figures;
use super::rounds::alternate;
use crate::command::conditions::Conditions;
use crate::command::flags::{ComparedLoad, DriveFlags};
use crate::command::load::Load;
use crate::engine::Drive;
use crate::engine::line::Way;
use crate::interrupt;
use crate::room_load::Wire;
use crate::server::{FIRST_LINE, ServerCommand, WEB_LINE};

/// How a comparison is made.
#[derive(Debug, Clone, Copy)]
pub(super) struct How {
    pub(super) rounds: u32,
    /// Look at what each message costs the servers.
    pub(super) costs: bool,
    /// Endless loops beside it.
    pub(super) beside_loops: usize,
    /// A server that does something wrong has no figures; else it is the end.
    pub(super) goes_on: bool,
}

/// A comparison that has not been made yet.
pub(super) struct Planned {
    contestants: Vec<Contestant>,
    load: Load,
    drive: DriveFlags,
    how: How,
}

/// What can be measured, or is known from a run before.
pub(super) trait Measurement {
    /// What comes of it.
    type Result: Told;

    /// What is measured, in one line.
    fn heading(&self) -> String;

    /// True where these are its figures.
    fn is_done_by(&self, done: &Self::Result) -> bool;

    /// Measures all rounds, or fewer where a signal comes.
    ///
    /// # Errors
    /// When a server does something wrong, and that is the end; when a signal comes before the first round is over.
    fn measure(&self) -> anyhow::Result<Self::Result>;
}

/// What has come of a measurement.
pub(super) trait Told {
    /// For people.
    fn table(&self) -> String;

    /// False where a signal came before all rounds were done.
    fn is_whole(&self) -> bool;
}

/// A server of the comparison.
pub(super) struct Contestant {
    command: ServerCommand,
    /// In a load that has several: that of the server's own command, or else that of the load.
    wire: Option<Wire>,
    pub(super) named: Named,
    /// More connections at the same time are against its nature.
    most_connections: usize,
    /// How it is spoken to: as its own command asks for.
    way: Way,
    /// Where it is one of many.
    directory: Option<RedisSettings>,
}

impl Planned {
    /// Of these servers under this load.
    ///
    /// # Errors
    /// When the load is too large for so many open files; when a codec or a broker is not known.
    pub(super) fn new(
        commands: Vec<ServerCommand>,
        load: ComparedLoad,
        how: How,
        limit: Option<u64>,
    ) -> anyhow::Result<Self> {
        let (load, drive) = match load {
            ComparedLoad::Echo(flags) => (Load::echo(&flags.load), flags.drive),
            ComparedLoad::Calc(flags) => (Load::calc(&flags.load), flags.drive),
            ComparedLoad::Chat(flags) => (Load::chat(&flags.load), flags.drive),
        };
        load.fits(&drive, limit)?;
        let contestant = |command| Contestant::new(command, &load, &drive);
        let contestants = commands
            .into_iter()
            .map(contestant)
            .collect::<anyhow::Result<_>>()?;
        Ok(Self {
            contestants,
            load,
            drive,
            how,
        })
    }

    /// The same, with what is against the nature of some servers: more than so many connections, each by its name.
    pub(super) fn with_most_connections(mut self, most: impl Fn(&str) -> Option<usize>) -> Self {
        for contestant in &mut self.contestants {
            contestant.most_connections = most(&contestant.named.name).unwrap_or(usize::MAX);
        }
        self
    }

    pub(super) fn conditions(&self) -> Conditions {
        Conditions {
            beside_loops: self.how.beside_loops,
            ..self.load.conditions(&self.drive)
        }
    }

    pub(super) fn contestants(&self) -> &[Contestant] {
        &self.contestants
    }

    /// The names of all servers.
    pub(super) fn names(&self) -> String {
        let names = self.contestants.iter().map(|one| one.named.name.as_str());
        names.collect::<Vec<_>>().join(", ")
    }

    /// What the load is, and how many clients it has.
    pub(super) fn clients(&self) -> String {
        self.load.clients()
    }

    /// How often each message that is sent comes back.
    pub(super) fn copies(&self) -> usize {
        self.load.copies()
    }

    pub(super) fn rounds(&self) -> u32 {
        self.how.rounds
    }

    /// How a server is driven.
    pub(super) fn drive(&self) -> Drive {
        self.drive.drive(false, None)
    }

    /// What `each` says of these in all rounds, or in fewer where a signal comes.
    ///
    /// # Errors
    /// The first of `each`; when a signal comes before the first round is over.
    pub(super) fn measure_rounds<T>(
        &self,
        contestants: &[T],
        each: impl Fn(&T) -> anyhow::Result<Option<anyhow::Result<Figures>>>,
    ) -> anyhow::Result<Vec<Vec<anyhow::Result<Figures>>>> {
        let _beside = Beside::start(self.how.beside_loops)?;
        let rounds = alternate(contestants, self.how.rounds, each)?;
        if rounds.iter().all(Vec::is_empty) {
            interrupt::check("no round was over")?;
        }
        Ok(rounds)
    }

    /// One server in one round; `None` after a signal. Where it does something wrong that is told, or is the end.
    pub(super) fn round(
        &self,
        contestant: &Contestant,
        drive: &Drive,
        goes_on: bool,
    ) -> anyhow::Result<Option<anyhow::Result<Figures>>> {
        // What a message costs is asked in a closed loop.
        let with_costs = self.how.costs && drive.rate == self.drive.rate;
        let measured = contestant.measure(&self.load, drive, with_costs);
        if interrupt::is_requested() {
            return Ok(None);
        }
        match measured.with_context(|| contestant.named.name.clone()) {
            Err(error) if !goes_on => Err(error),
            measured => Ok(Some(measured)),
        }
    }
}

impl Measurement for Planned {
    type Result = Comparison;

    fn heading(&self) -> String {
        format!("{}: {}", self.names(), self.load.heading(&self.drive))
    }

    fn is_done_by(&self, done: &Comparison) -> bool {
        let servers = self.contestants.iter().map(|contestant| &contestant.named);
        done.is_of(&self.conditions(), servers, self.how.rounds)
    }

    fn measure(&self) -> anyhow::Result<Comparison> {
        let conditions = self.conditions();
        let drive = self.drive();
        let counter = self.how.costs.then(Counter::find).flatten();
        let able = |contestant: &&Contestant| self.load.connections() <= contestant.most_connections;
        let able: Vec<_> = self.contestants.iter().filter(able).collect();
        let rounds = self.measure_rounds(&able, |contestant| {
            self.round(contestant, &drive, self.how.goes_on)
        })?;
        let mut measured = able.into_iter().zip(rounds).peekable();
        let outcome = |contestant: &Contestant| {
            let own = measured.next_if(|(able, _)| std::ptr::eq(*able, contestant));
            let rounds: Option<anyhow::Result<Vec<_>>> = own.map(|(_, rounds)| rounds.into_iter().collect());
            let calls = counter
                .filter(|_| matches!(rounds, Some(Ok(_))))
                .and_then(|counter| contestant.calls(counter, &self.load, &drive));
            Outcome {
                named: contestant.named.clone(),
                rounds,
                calls,
            }
        };
        let outcomes = self.contestants.iter().map(outcome).collect();
        Comparison::new(conditions, self.how.rounds, outcomes, counter)
    }
}

impl Contestant {
    fn new(command: ServerCommand, load: &Load, drive: &DriveFlags) -> anyhow::Result<Self> {
        let wire = match load {
            Load::Rooms { wire, .. } => Some(Wire::of(&command)?.unwrap_or(*wire)),
            Load::Requests { .. } => None,
        };
        let named = Named {
            name: command.name.clone(),
            command: command.to_string(),
            // Only brokers are known to tell their version and nothing else.
            version: match wire {
                Some(Wire::Redis | Wire::Nats) => command.version()?,
                _ => None,
            },
        };
        let way = match () {
            () if command.has("--web") => Way::WebSocket,
            // A server that is started chooses its port at this address.
            () if command.has("--tls-certificate") => drive.way("127.0.0.1")?,
            () => Way::Plain,
        };
        Ok(Self {
            way,
            directory: directory_of(&command).with_context(|| command.name.clone())?,
            command,
            wire,
            named,
            most_connections: usize::MAX,
        })
    }

    fn start(&self, drive: &Drive) -> anyhow::Result<RunningServer> {
        let startup = match self.way {
            Way::WebSocket => WEB_LINE,
            _ => self.wire.map_or(FIRST_LINE, |wire| wire.dialect().startup()),
        };
        self.command.start_as(startup, drive.patience)
    }

    fn measure(&self, load: &Load, drive: &Drive, with_costs: bool) -> anyhow::Result<Figures> {
        let running = self.start(drive)?;
        let drive = &self.driven(drive);
        if with_costs {
            let (report, costs) = costs::measure(&running, load, self.wire, drive)?;
            return Figures::new(report, costs);
        }
        let mut drive = drive.clone();
        drive.pid = cfg!(target_os = "linux").then(|| running.id());
        let report = load.run(running.address, self.wire, &drive)?;
        let usage = report.usage;
        let costs = usage.map(|usage| Costs::of_usage(usage, report.all_messages));
        Figures::new(report, costs.unwrap_or_default())
    }

    /// How this one is driven.
    fn driven(&self, drive: &Drive) -> Drive {
        Drive {
            way: self.way.clone(),
            directory: self.directory.clone(),
            ..drive.clone()
        }
    }

    fn calls(&self, counter: Counter, load: &Load, drive: &Drive) -> Option<f64> {
        let drive = &self.driven(drive);
        costs::count_calls(counter, || self.start(drive), load, self.wire, drive)
    }
}

/// The directory that a server's own command names.
fn directory_of(command: &ServerCommand) -> anyhow::Result<Option<RedisSettings>> {
    let Some(url) = command.value_of("--directory") else {
        return Ok(None);
    };
    let settings = RedisSettings::new(url.parse()?);
    Ok(Some(match command.value_of("--directory-prefix") {
        Some(prefix) => RedisSettings {
            prefix: prefix.to_owned(),
            ..settings
        },
        None => settings,
    }))
}
