//! The server under examination: one that is running already, or one that is started for it.

use std::borrow::Cow;
use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use command_line::ProcessGroup;
use net::{Family, NetAddress};

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
const NEXT_SERVICE: Duration = Duration::from_millis(250);

/// How long a trial of a port may take.
const TRIAL: Duration = Duration::from_secs(1);

/// A process that crashes needs this long to be gone, while its connections are closed already.
const CRASH: Duration = Duration::from_millis(200);

/// What is kept of a line, and how many lines nobody has looked at: a server may print whatever it wants.
const LONGEST_LINE: u64 = 1_024;
const MOST_LINES: usize = 64;

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

/// Where it listens.
#[derive(Debug, Clone, Copy)]
struct Places {
    address: SocketAddr,
    sessions: Option<SocketAddr>,
    udp: Option<SocketAddr>,
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

    /// Starts it anew if it was started here and has ended. False where it does not listen before `end`.
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

fn start(
    command: &[String],
    wanted: SocketAddr,
    with_log: bool,
    time: Duration,
) -> anyhow::Result<(ProcessGroup, Places)> {
    let (program, arguments) = command.split_first().context("no command")?;
    let is_taken = answers(wanted);
    let mut command = Command::new(program);
    let errors = if with_log { Stdio::inherit() } else { Stdio::null() };
    command.args(arguments).stdout(Stdio::piped()).stderr(errors);
    let mut processes =
        ProcessGroup::start(&mut command).with_context(|| format!("cannot start {program}"))?;
    let lines = lines_of(processes.stdout.take().context("no pipe")?);
    let places = await_listening(&processes, &lines, wanted, is_taken, time)
        .with_context(|| format!("{program} does not listen"))?;
    Ok((processes, places))
}

/// Whether somebody listens there.
fn answers(address: SocketAddr) -> bool {
    address.port() != 0 && TcpStream::connect_timeout(&address, TRIAL).is_ok()
}

/// The lines of a program, read by a thread to the end: a full pipe would stop it.
fn lines_of(output: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, lines) = sync_channel(MOST_LINES);
    thread::spawn(move || {
        let mut output = BufReader::new(output);
        let mut line = Vec::new();
        while matches!(
            output.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line),
            Ok(1..)
        ) {
            // Nobody listens any more once it is known where the server does.
            let _ = sender.send(String::from_utf8_lossy(&line).trim_end().to_owned());
            line.clear();
        }
    });
    lines
}

fn await_listening(
    processes: &ProcessGroup,
    lines: &Receiver<String>,
    wanted: SocketAddr,
    is_taken: bool,
    time: Duration,
) -> anyhow::Result<Places> {
    let started = Instant::now();
    let mut strange = None;
    while started.elapsed() < time {
        match lines.recv_timeout(PAUSE) {
            Ok(line) => match listening_at(&line, wanted) {
                Some(told) => return Ok(places(told, lines, wanted)),
                None if says_listening(&line).is_some() => strange = Some(line),
                None => {}
            },
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => thread::sleep(PAUSE),
        }
        if let Some(status) = processes.ended() {
            bail!("it has ended: {status} (--with-log shows what it says to standard error)");
        }
        // Whoever listened there before it was started is somebody else.
        if started.elapsed() > WORD && !is_taken && answers(wanted) {
            return Ok(Places::only(wanted));
        }
    }
    match strange {
        Some(line) => bail!("it says `{line}`, where ADDRESS:PORT must follow, as in 127.0.0.1:4000"),
        None if is_taken => {
            bail!("it does not say `{LISTENING}ADDRESS:PORT`, and {wanted} is another server's")
        }
        None => {
            bail!("it neither says `{LISTENING}ADDRESS:PORT` (flush what you print) nor answers at {wanted}")
        }
    }
}

/// What the line says, and those behind it where a server has several services.
fn places((service, address): (String, SocketAddr), lines: &Receiver<String>, wanted: SocketAddr) -> Places {
    let mut places = Places::only(address);
    if service.is_empty() {
        return places;
    }
    places.set(&service, address);
    while let Ok(line) = lines.recv_timeout(NEXT_SERVICE) {
        if let Some((service, address)) = listening_at(&line, wanted) {
            places.set(&service, address);
        }
    }
    places
}

impl Places {
    fn only(address: SocketAddr) -> Self {
        Self {
            address,
            sessions: None,
            udp: None,
        }
    }

    fn set(&mut self, service: &str, address: SocketAddr) {
        match service {
            "daytime" => self.address = address,
            "sessions" => self.sessions = Some(address),
            "udp" => self.udp = Some(address),
            // The first of those that are not known has been taken already.
            _ => {}
        }
    }
}

/// What stands before and behind the words that it listens, in capitals or not.
fn says_listening(line: &str) -> Option<(&str, &str)> {
    let at = line.to_ascii_lowercase().find(LISTENING)?;
    Some((&line[..at], &line[at + LISTENING.len()..]))
}

/// The name of the service, and its address: that of the line, but an address that can be connected to.
fn listening_at(line: &str, wanted: SocketAddr) -> Option<(String, SocketAddr)> {
    let (service, rest) = says_listening(line)?;
    let word = rest.split_whitespace().next()?;
    let address: NetAddress = word.trim_end_matches(['.', ',', ';']).parse().ok()?;
    let mut address = address
        .resolve(Family::Any)
        .ok()?
        .into_iter()
        .min_by_key(SocketAddr::is_ipv6)?;
    if address.ip().is_unspecified() {
        address.set_ip(wanted.ip());
    }
    (address.port() != 0).then(|| (service.trim().to_lowercase(), address))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places_of(lines: &[&str]) -> Places {
        let (sender, receiver) = sync_channel(MOST_LINES);
        for line in &lines[1..] {
            sender.send((*line).to_owned()).unwrap();
        }
        drop(sender);
        let wanted = "127.0.0.1:7".parse().unwrap();
        places(listening_at(lines[0], wanted).unwrap(), &receiver, wanted)
    }

    #[test]
    fn a_server_says_where_it_listens() {
        assert_eq!(places_of(&["listening on 127.0.0.1:4000"]).address.port(), 4000);
        let anywhere = places_of(&["listening on 0.0.0.0:4000"]);
        assert_eq!(anywhere.address, "127.0.0.1:4000".parse().unwrap());
        let sentence = places_of(&["Listening on 127.0.0.1:4000, press Ctrl-C to end"]);
        assert_eq!(sentence.address.port(), 4000);
    }

    #[test]
    fn a_line_without_an_address_is_a_line_like_any_other() {
        let wanted = "127.0.0.1:7".parse().unwrap();
        for line in [
            "Server listening on port 4000",
            "listening on 4000",
            "listening on ",
            "hello",
        ] {
            assert_eq!(listening_at(line, wanted), None, "{line}");
        }
    }

    #[test]
    fn what_is_no_text_is_read_as_well() {
        let output: &[u8] = &[
            &b"\xff\xfe\n"[..],
            &[b'x'; 5_000],
            b"\nlistening on 127.0.0.1:4000\n",
        ]
        .concat();
        let lines: Vec<_> = lines_of(std::io::Cursor::new(output.to_vec())).iter().collect();
        assert_eq!(lines.last().unwrap(), "listening on 127.0.0.1:4000");
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
