//! The server under examination: one that is running already, or one that is started for it.

use std::borrow::Cow;
use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

use crate::stage::Settings;

/// What our servers say when they listen, behind the name of a service where they have several.
const LISTENING: &str = "listening on ";

/// How long a server may take to listen.
const START: Duration = Duration::from_secs(10);

/// How long a server is given to say that it listens, before its port is tried: a server for one client would
/// take the trial for that.
const WORD: Duration = Duration::from_millis(500);

/// Between two looks at what has no way to tell.
const PAUSE: Duration = Duration::from_millis(5);

/// Another service of the same server says so this soon behind the first.
const NEXT_SERVICE: Duration = Duration::from_millis(100);

/// A server.
#[derive(Debug)]
pub struct Server {
    started: Option<Started>,
    places: Places,
}

/// One that was started here. Dropping it ends it.
#[derive(Debug)]
struct Started {
    command: Vec<String>,
    wanted: SocketAddr,
    with_log: bool,
    child: Child,
    was_used: bool,
}

/// Where it listens.
#[derive(Debug, Clone, Copy)]
struct Places {
    address: SocketAddr,
    sessions: Option<SocketAddr>,
    udp: Option<SocketAddr>,
}

impl Places {
    fn only(address: SocketAddr) -> Self {
        Self {
            address,
            sessions: None,
            udp: None,
        }
    }
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
        let (child, places) = start(command, wanted, with_log)?;
        let started = Started {
            command: command.to_vec(),
            wanted,
            with_log,
            child,
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

    /// Starts it again if it has ended.
    pub(crate) fn restart_if_ended(&mut self) -> anyhow::Result<()> {
        match self.started.as_mut().map(|started| started.child.try_wait()) {
            Some(Ok(Some(_))) => self.restart(),
            _ => Ok(()),
        }
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

    /// Starts it anew, if it was started here.
    pub(crate) fn restart(&mut self) -> anyhow::Result<()> {
        if let Some(started) = &mut self.started {
            started.end();
            started.was_used = false;
            (started.child, self.places) = start(&started.command, started.wanted, started.with_log)
                .context("the server does not start a second time (SO_REUSEADDR lets it have its port again at once)")?;
        }
        Ok(())
    }
}

impl Started {
    fn end(&mut self) {
        // Its clients have gone, so there is no need to ask politely.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        self.end();
    }
}

fn start(command: &[String], wanted: SocketAddr, with_log: bool) -> anyhow::Result<(Child, Places)> {
    let (program, arguments) = command.split_first().context("no command")?;
    let errors = if with_log { Stdio::inherit() } else { Stdio::null() };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(errors)
        .spawn()
        .with_context(|| format!("cannot start {program}"))?;
    let output = child.stdout.take().context("no output")?;
    match await_listening(&mut child, &lines_of(output), wanted) {
        Ok(places) => Ok((child, places)),
        Err(error) => {
            let _ = child.kill();
            let _ = child.wait();
            Err(error.context(format!("{program} does not listen")))
        }
    }
}

/// The lines of a program, read by a thread to the end: a full pipe would stop it.
fn lines_of(output: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, lines) = channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    lines
}

fn await_listening(
    child: &mut Child,
    lines: &Receiver<String>,
    wanted: SocketAddr,
) -> anyhow::Result<Places> {
    let started = Instant::now();
    while started.elapsed() < START {
        match lines.recv_timeout(PAUSE) {
            Ok(line) if line.contains(LISTENING) => return places(&line, lines, wanted),
            Ok(_) | Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => thread::sleep(PAUSE),
        }
        if let Some(status) = child.try_wait()? {
            bail!("it has ended: {status}");
        }
        if started.elapsed() > WORD && wanted.port() != 0 && TcpStream::connect(wanted).is_ok() {
            return Ok(Places::only(wanted));
        }
    }
    bail!("it neither says `{LISTENING}ADDRESS:PORT` nor answers at {wanted}")
}

/// What the line says, and those behind it where a server has several services.
fn places(line: &str, lines: &Receiver<String>, wanted: SocketAddr) -> anyhow::Result<Places> {
    let (service, address) = listening_at(line, wanted)?;
    let mut places = Places::only(address);
    if service.is_empty() {
        return Ok(places);
    }
    places.set(&service, address);
    while let Ok(line) = lines.recv_timeout(NEXT_SERVICE) {
        if line.contains(LISTENING) {
            let (service, address) = listening_at(&line, wanted)?;
            places.set(&service, address);
        }
    }
    Ok(places)
}

impl Places {
    fn set(&mut self, service: &str, address: SocketAddr) {
        match service {
            "sessions" => self.sessions = Some(address),
            "udp" => self.udp = Some(address),
            _ => self.address = address,
        }
    }
}

/// The name of the service, and its address: that of the line, but an address that can be connected to.
fn listening_at(line: &str, wanted: SocketAddr) -> anyhow::Result<(String, SocketAddr)> {
    let (service, address) = line.split_once(LISTENING).context("no address")?;
    let address = address.split_whitespace().next().unwrap_or_default();
    let mut address: SocketAddr = address
        .parse()
        .with_context(|| format!("`{line}` names no address"))?;
    ensure!(address.port() != 0, "`{line}` names no port");
    if address.ip().is_unspecified() {
        address.set_ip(wanted.ip());
    }
    Ok((service.trim().to_lowercase(), address))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places_of(lines: &[&str]) -> Places {
        let (sender, receiver) = channel();
        for line in &lines[1..] {
            sender.send((*line).to_owned()).unwrap();
        }
        places(lines[0], &receiver, "127.0.0.1:7".parse().unwrap()).unwrap()
    }

    #[test]
    fn a_server_says_where_it_listens() {
        assert_eq!(places_of(&["listening on 127.0.0.1:4000"]).address.port(), 4000);
        let anywhere = places_of(&["listening on 0.0.0.0:4000"]);
        assert_eq!(anywhere.address, "127.0.0.1:4000".parse().unwrap());
    }

    #[test]
    fn services_are_told_apart_by_their_names() {
        let places = places_of(&[
            "daytime listening on 127.0.0.1:1",
            "sessions listening on 127.0.0.1:2",
            "udp listening on 127.0.0.1:3",
        ]);
        let ports =
            [Some(places.address), places.sessions, places.udp].map(|place| place.map(|place| place.port()));
        assert_eq!(ports, [Some(1), Some(2), Some(3)]);
    }
}
