//! Starts a server, and waits until it listens.

use std::io::Read;
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use command_line::ProcessGroup;
use harness::lines::each_line;

use super::places::{LISTENING, Places, listening_at, places, says_listening};

/// Between two looks at what has no way to tell.
pub(super) const PAUSE: Duration = Duration::from_millis(5);

/// How long a server is given to say that it listens, before its port is tried: a server for one client would
/// take the trial for that.
const WORD: Duration = Duration::from_millis(500);

/// How long a trial of a port may take.
const TRIAL: Duration = Duration::from_secs(1);

/// How many lines may wait for somebody to look at them: a server may print whatever it wants.
const MOST_LINES: usize = 64;

/// Starts a server, and waits until it says that it listens, or answers at `wanted`.
pub(super) fn start(
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

/// The lines of a program.
fn lines_of(output: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, lines) = sync_channel(MOST_LINES);
    // Nobody listens any more once it is known where the server does.
    each_line(output, move |line| drop(sender.send(line)));
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
