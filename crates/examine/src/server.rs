//! The server under examination: one that is running already, or one that is started for it.

mod places;
mod startup;

use std::borrow::Cow;
use std::net::SocketAddr;
use std::process::ExitStatus;
use std::thread;
use std::time::{Duration, Instant};

use command_line::ProcessGroup;

use crate::settings::Settings;
use places::Places;
use startup::{PAUSE, start};

/// How long a server may take to listen.
const START: Duration = Duration::from_secs(10);

/// A process that crashes needs this long to be gone, while its connections are closed already.
const CRASH: Duration = Duration::from_millis(200);

/// A server.
#[derive(Debug)]
pub struct Server {
    started: Option<Started>,
    places: Places,
}

/// One that was started here.
#[derive(Debug)]
struct Started {
    command: Vec<String>,
    wanted: SocketAddr,
    with_log: bool,
    /// Not there between its end and the next check.
    processes: Option<ProcessGroup>,
    was_used: bool,
}

impl Server {
    /// A server that is running.
    #[must_use]
    pub fn running(address: SocketAddr) -> Self {
        Self {
            started: None,
            places: Places::only(address),
        }
    }

    /// Starts a server, and waits until it says that it listens, or answers at `wanted`. `with_log` lets its
    /// standard error through.
    ///
    /// # Errors
    /// When it cannot be started, ends at once, or does not listen in time.
    pub fn start(command: &[String], wanted: SocketAddr, with_log: bool) -> anyhow::Result<Self> {
        let (processes, places) = start(command, wanted, with_log, START)?;
        let started = Started {
            command: command.to_vec(),
            wanted,
            with_log,
            processes: Some(processes),
            was_used: false,
        };
        Ok(Self {
            started: Some(started),
            places,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.places.address
    }

    /// The settings, with the services that the server itself has told of.
    pub(crate) fn services<'a>(&self, settings: &'a Settings) -> Cow<'a, Settings> {
        if self.places.sessions.or(self.places.udp).is_none() {
            return Cow::Borrowed(settings);
        }
        let mut settings = settings.clone();
        settings.sessions = settings.sessions.or(self.places.sessions);
        settings.udp = settings.udp.or(self.places.udp);
        Cow::Owned(settings)
    }

    /// Whether it was started here, and has done a check since then.
    pub(crate) fn was_used(&self) -> bool {
        self.started.as_ref().is_some_and(|started| started.was_used)
    }

    /// It has done a check.
    pub(crate) fn set_used(&mut self) {
        if let Some(started) = &mut self.started {
            started.was_used = true;
        }
    }

    /// How it has ended in the check that it has just done, if it was started here and has.
    pub(crate) fn ended(&self) -> Option<ExitStatus> {
        let processes = self.started.as_ref()?.processes.as_ref()?;
        let deadline = Instant::now() + CRASH;
        while Instant::now() < deadline {
            if let ended @ Some(_) = processes.ended() {
                return ended;
            }
            thread::sleep(PAUSE);
        }
        None
    }

    /// Ends it, if it was started here.
    pub(crate) fn end(&mut self) {
        if let Some(started) = &mut self.started {
            started.processes = None;
        }
    }

    /// Starts it again if it was started here and has ended. False where it does not listen before `end`.
    pub(crate) fn is_there(&mut self, end: Instant) -> anyhow::Result<bool> {
        let Some(started) = &mut self.started else {
            return Ok(true);
        };
        if started
            .processes
            .as_ref()
            .is_some_and(|processes| processes.ended().is_none())
        {
            return Ok(true);
        }
        // What is left of its group may have the port.
        started.processes = None;
        let time = START.min(end.saturating_duration_since(Instant::now()));
        match start(&started.command, started.wanted, started.with_log, time) {
            Ok((processes, places)) => {
                (started.processes, self.places) = (Some(processes), places);
                started.was_used = false;
                Ok(true)
            }
            Err(_) if Instant::now() >= end => Ok(false),
            Err(error) => Err(error.context(
                "the server does not start a second time (SO_REUSEADDR lets it have its port again at once)",
            )),
        }
    }
}
