//! The processes of a run: a Redis with a folder of its own, an API server, and chat servers that keep what is said.

use std::fs;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, process, thread};

use anyhow::Context;
use harness::{Announcement, RunningServer, Stream, find_program};

use crate::api::Api;
use crate::outage::Target;

/// How long a program may take to start: on a busy machine, and with a Redis that reads its log again.
const PATIENCE: Duration = Duration::from_secs(30);

/// Between two attempts to start a server.
const NEXT_TRY: Duration = Duration::from_millis(200);

/// How long that goes on. A Redis that was killed in the end of a long run reads half an hour of its log again, and lets nobody
/// in until then.
const TRYING: Duration = Duration::from_secs(180);

/// How long a server keeps its rooms when nothing is heard of it: shorter than many outages, so that others take over.
const LEASE: &str = "1s";

/// What Redis prints when it has read its log and listens on its socket.
const REDIS: Announcement = Announcement {
    stream: Stream::Output,
    words: "ready to accept connections",
    lines: 100,
};

/// What does not go away: the folder, and the API server.
#[derive(Debug)]
pub(crate) struct Servers {
    folder: PathBuf,
    rooms: usize,
    api: Option<RunningServer>,
}

impl Servers {
    /// A new folder for Redis. Each chat server is to have so many rooms in each of its slots.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub(crate) fn new(rooms: usize) -> anyhow::Result<Self> {
        let folder = env::temp_dir().join(format!("chaos-{}", process::id()));
        fs::create_dir(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let api = None;
        Ok(Self { folder, rooms, api })
    }

    /// The API server, which is started here.
    ///
    /// # Errors
    /// Where it does not start.
    pub(crate) fn start_api(&mut self) -> anyhow::Result<Api> {
        let mut command =
            Command::new(find_program(Path::new("api-server")).context("no program api-server")?);
        command.args([
            "--bind",
            "127.0.0.1:0",
            "--hash-wait",
            "60s",
            "--token-time",
            "1d",
        ]);
        let command = command.env("API_SERVER_DIRECTORY", self.directory());
        let server = RunningServer::start(command, Announcement::FIRST_LINE, PATIENCE);
        let api = self.api.insert(server.context("cannot start api-server")?);
        Ok(Api::new(api.address))
    }

    /// Starts one of those that can be away, on what it has left. A chat server needs Redis, which may be away for longer than
    /// one start takes.
    ///
    /// # Errors
    /// Where it does not start, however often that is tried.
    pub(crate) fn start_patiently(&self, target: Target) -> anyhow::Result<RunningServer> {
        let deadline = Instant::now() + TRYING;
        loop {
            let outcome = self.start(target);
            if outcome.is_ok() || Instant::now() >= deadline {
                return outcome;
            }
            thread::sleep(NEXT_TRY);
        }
    }

    fn start(&self, target: Target) -> anyhow::Result<RunningServer> {
        match target {
            Target::Redis => self.start_redis().context("cannot start redis-server"),
            Target::Server(_) => self.start_chat().context("cannot start chat-server"),
        }
    }

    fn start_redis(&self) -> anyhow::Result<RunningServer> {
        let socket = self.socket();
        // What was killed leaves its name.
        fs::remove_file(&socket).or_else(|error| match error.kind() {
            ErrorKind::NotFound => Ok(()),
            _ => Err(error),
        })?;
        let mut command =
            Command::new(find_program(Path::new("redis-server")).context("it is not installed")?);
        command.args([
            "--port",
            "0",
            "--save",
            "",
            "--appendonly",
            "yes",
            "--appendfsync",
            "always",
        ]);
        command
            .arg("--unixsocket")
            .arg(&socket)
            .arg("--dir")
            .arg(&self.folder);
        // It listens at a path.
        let nowhere = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
        RunningServer::start_at(nowhere, &mut command, REDIS, PATIENCE)
    }

    fn start_chat(&self) -> anyhow::Result<RunningServer> {
        let mut command = Command::new(find_program(Path::new("chat-server")).context("no such program")?);
        command.args([
            "--bind",
            "127.0.0.1:0",
            "--durable",
            "--takeover",
            "--lease",
            LEASE,
        ]);
        command
            .args(["--rate-limit", "0", "--rooms"])
            .arg(self.rooms.to_string());
        let command = command.env("CHAT_SERVER_DIRECTORY", self.directory());
        RunningServer::start(command, Announcement::FIRST_LINE, PATIENCE)
    }

    fn socket(&self) -> PathBuf {
        self.folder.join("r.sock")
    }

    fn directory(&self) -> String {
        format!("redis+unix://{}", self.socket().display())
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        drop(self.api.take());
        // Nobody needs it any more, and somebody may have removed it.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Stops all of it, until it is told to go on.
#[cfg(unix)]
pub(crate) fn stop(server: &RunningServer) -> anyhow::Result<()> {
    signal(server, rustix::process::Signal::STOP)
}

/// It goes on where it has stopped.
#[cfg(unix)]
pub(crate) fn go_on(server: &RunningServer) -> anyhow::Result<()> {
    signal(server, rustix::process::Signal::CONT)
}

#[cfg(unix)]
fn signal(server: &RunningServer, signal: rustix::process::Signal) -> anyhow::Result<()> {
    let id = rustix::process::Pid::from_raw(server.id().cast_signed()).context("a process with a number")?;
    rustix::process::kill_process_group(id, signal).context("cannot send a signal")
}

/// Elsewhere there is no such thing.
#[cfg(not(unix))]
pub(crate) fn stop(_server: &RunningServer) -> anyhow::Result<()> {
    anyhow::bail!("only a Unix system can stop a process")
}

/// Elsewhere there is no such thing.
#[cfg(not(unix))]
pub(crate) fn go_on(_server: &RunningServer) -> anyhow::Result<()> {
    anyhow::bail!("only a Unix system can stop a process")
}
