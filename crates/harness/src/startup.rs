//! Starts a server, and waits until it says where it listens.

use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};
use command_line::ProcessGroup;

use crate::lines::each_line;

/// How many lines may wait for somebody to look at them: a server may print whatever it wants.
const MOST_LINES: usize = 64;

/// How long the last line of a server that has been ended may take.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// One of the two streams on which a program prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Output,
    /// Standard error.
    Errors,
}

/// How a server says that it listens.
#[derive(Debug, Clone, Copy)]
pub struct Announcement {
    /// Where it says so.
    pub stream: Stream,
    /// What it says. Its address follows, unless it has been told where to listen.
    pub words: &'static str,
    /// The lines among which this one must be.
    pub lines: usize,
}

impl Announcement {
    /// The servers of this workspace.
    pub const FIRST_LINE: Self = Self {
        stream: Stream::Output,
        words: "listening on ",
        lines: 1,
    };
}

/// A server that listens. Dropping it ends it, and all that it has started. What it prints is thrown away, but read.
#[derive(Debug)]
pub struct RunningServer {
    /// Where it listens.
    pub address: SocketAddr,
    processes: ProcessGroup,
}

/// A line that a program has printed.
#[derive(Debug)]
struct Line {
    stream: Stream,
    text: String,
}

impl RunningServer {
    /// Starts a server, and waits until it listens, but not longer than `patience`.
    ///
    /// ```no_run
    /// use std::process::Command;
    /// use std::time::Duration;
    /// use harness::{Announcement, RunningServer};
    ///
    /// let mut command = Command::new("echo-server");
    /// command.args(["--bind", "127.0.0.1:0"]);
    /// let server = RunningServer::start(&mut command, Announcement::FIRST_LINE, Duration::from_secs(10))?;
    /// println!("process {} listens on {}", server.id(), server.address);
    /// # anyhow::Ok(())
    /// ```
    ///
    /// # Errors
    /// When it cannot be started, ends, or says something else: with its last line about it.
    pub fn start(command: &mut Command, how: Announcement, patience: Duration) -> anyhow::Result<Self> {
        start(command, how, patience, |behind| {
            let word = behind.split_whitespace().next().unwrap_or_default();
            word.parse()
                .with_context(|| format!("`{word}` is not an address"))
        })
    }

    /// The same of a server that the command tells to listen there.
    ///
    /// # Errors
    /// Those of [`start`](Self::start).
    pub fn start_at(
        address: SocketAddr,
        command: &mut Command,
        how: Announcement,
        patience: Duration,
    ) -> anyhow::Result<Self> {
        start(command, how, patience, |_| Ok(address))
    }

    /// The number of its process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.processes.id()
    }
}

/// `address` reads what stands behind the words.
fn start(
    command: &mut Command,
    how: Announcement,
    patience: Duration,
    address: impl FnOnce(&str) -> anyhow::Result<SocketAddr>,
) -> anyhow::Result<RunningServer> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut processes = ProcessGroup::start(command)?;
    let lines = lines_of(&mut processes);
    let mut last = String::new();
    match await_words(&lines, how, patience, &mut last).and_then(|behind| address(&behind)) {
        Ok(address) => Ok(RunningServer { address, processes }),
        Err(error) => {
            drop(processes);
            Err(with_reason(error, &lines, how.stream, last))
        }
    }
}

/// The lines of both streams.
fn lines_of(processes: &mut ProcessGroup) -> Receiver<Line> {
    let (tell, told) = sync_channel(MOST_LINES);
    if let Some(output) = processes.stdout.take() {
        each_line(output, telling(Stream::Output, tell.clone()));
    }
    if let Some(errors) = processes.stderr.take() {
        each_line(errors, telling(Stream::Errors, tell));
    }
    told
}

fn telling(stream: Stream, tell: SyncSender<Line>) -> impl FnMut(String) + Send {
    // Nobody listens any more once it is known where the server does.
    move |text| drop(tell.send(Line { stream, text }))
}

/// Waits for the line that says that the server listens, and returns what stands behind the words. `last` becomes the
/// last line of the other stream.
fn await_words(
    lines: &Receiver<Line>,
    how: Announcement,
    patience: Duration,
    last: &mut String,
) -> anyhow::Result<String> {
    let deadline = Instant::now() + patience;
    let (words, mut said, mut count) = (how.words.trim(), String::new(), 0);
    while count < how.lines {
        match lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(line) if line.stream != how.stream => *last = line.text,
            Ok(line) => {
                if let Some((_, behind)) = line.text.split_once(how.words) {
                    return Ok(behind.to_owned());
                }
                (said, count) = (line.text, count + 1);
            }
            Err(RecvTimeoutError::Timeout) => bail!("it has not said `{words}` within {patience:?}"),
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    bail!("`{words}` is not in its first lines, of which the last is {said:?}")
}

/// Why a server has not started, with its own last words about it.
fn with_reason(
    error: anyhow::Error,
    lines: &Receiver<Line>,
    stream: Stream,
    mut last: String,
) -> anyhow::Error {
    let deadline = Instant::now() + LAST_WORDS;
    while let Ok(line) = lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        if line.stream != stream && !line.text.is_empty() {
            last = line.text;
        }
    }
    match last.is_empty() {
        true => error,
        false => anyhow!("{error:#}; it said: {last}"),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// How long anything may take on a busy machine.
    const PATIENCE: Duration = Duration::from_secs(60);

    fn started(script: &str, how: Announcement) -> anyhow::Result<RunningServer> {
        RunningServer::start(Command::new("sh").args(["-c", script]), how, PATIENCE)
    }

    #[track_caller]
    fn is_refused(script: &str, reason: &str) {
        let error = started(script, Announcement::FIRST_LINE).unwrap_err();
        assert_eq!(format!("{error:#}"), reason, "{script}");
    }

    #[test]
    fn the_address_stands_behind_the_words() {
        let server = started(
            "echo time listening on 127.0.0.1:7 now; exec sleep 60",
            Announcement::FIRST_LINE,
        );
        assert_eq!(server.unwrap().address, SocketAddr::from(([127, 0, 0, 1], 7)));
        let third_of_errors = Announcement {
            stream: Stream::Errors,
            words: "ready at ",
            lines: 3,
        };
        let script =
            "seq 100; for line in one two 'ready at 127.0.0.1:8'; do echo $line >&2; done; exec sleep 60";
        let server = started(script, third_of_errors).unwrap();
        assert_eq!(server.address.port(), 8);
    }

    #[test]
    fn a_server_that_has_been_told_where_to_listen_need_not_say_it() {
        let address = SocketAddr::from(([127, 0, 0, 1], 9));
        let mut command = Command::new("sh");
        command.args(["-c", "echo listening on nothing; exec sleep 60"]);
        let server = RunningServer::start_at(address, &mut command, Announcement::FIRST_LINE, PATIENCE);
        assert_eq!(server.unwrap().address, address);
    }

    #[test]
    fn why_a_server_has_not_started_is_told_in_its_own_words() {
        let missing = "`listening on` is not in its first lines, of which the last is";
        is_refused("exit 1", &format!("{missing} \"\""));
        is_refused("echo hello; exec sleep 60", &format!("{missing} \"hello\""));
        is_refused(
            "echo listening on port 7",
            "`port` is not an address: invalid socket address syntax",
        );
        let script = "echo starts >&2; echo cannot bind >&2; echo oh; exit 1";
        is_refused(script, &format!("{missing} \"oh\"; it said: cannot bind"));
    }
}
