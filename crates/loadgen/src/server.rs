//! Starting a server, and its end.

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context, ensure};

/// A server that a benchmark knows by name.
#[derive(Debug, Clone)]
pub struct Program {
    /// The name, on the command line and in the table.
    pub name: &'static str,
    /// The file.
    pub path: &'static str,
    /// Arguments that make it listen on a port of its choice.
    pub arguments: &'static [&'static str],
}

/// How a server is started: it listens on a port of its choice and says so.
#[derive(Debug, Clone)]
pub(crate) struct ServerCommand {
    /// Its name in the table.
    pub(crate) name: String,
    program: OsString,
    arguments: Vec<String>,
}

/// A server that listens. Dropping it ends it.
pub(crate) struct RunningServer {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    child: Child,
    /// Kept open, or a server that prints once more would fail.
    stdout: BufReader<ChildStdout>,
}

/// Compiles a peer that is written in C.
///
/// # Errors
/// When there is no compiler, or it refuses.
pub fn compile(source: &str, program: &str) -> anyhow::Result<()> {
    let status = Command::new("cc")
        .args(["-O2", "-pthread", "-Wall", "-Wextra", "-o", program, source])
        .status()
        .context("cannot start the C compiler `cc`")?;
    ensure!(status.success(), "cannot compile {source}: {status}");
    Ok(())
}

impl ServerCommand {
    /// A server of the benchmark itself.
    pub(crate) fn known(program: &Program) -> Self {
        Self {
            name: program.name.to_owned(),
            program: program.path.into(),
            arguments: program.arguments.iter().map(ToString::to_string).collect(),
        }
    }

    /// `NAME=COMMAND`: words are separated by blanks, without quoting. The benchmark's own programs go by
    /// their names.
    pub(crate) fn parse(text: &str, programs: &[Program]) -> anyhow::Result<Self> {
        let (name, command) = text
            .split_once('=')
            .with_context(|| format!("{text} is not NAME=COMMAND"))?;
        let mut words = command.split_whitespace();
        let first = words.next().with_context(|| format!("{text} has no command"))?;
        let mut server = match programs.iter().find(|program| program.name == first) {
            Some(program) => Self::known(program),
            None => Self {
                name: String::new(),
                program: first.into(),
                arguments: Vec::new(),
            },
        };
        name.clone_into(&mut server.name);
        server.arguments.extend(words.map(str::to_owned));
        Ok(server)
    }

    /// Starts it, and waits until it listens.
    pub(crate) fn start(&self) -> anyhow::Result<RunningServer> {
        self.try_start()
            .with_context(|| format!("cannot start {} ({})", self.name, self.program.display()))
    }

    fn try_start(&self) -> anyhow::Result<RunningServer> {
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let stdout = child.stdout.take().context("no standard output")?;
        let mut server = RunningServer {
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            child,
            stdout: BufReader::new(stdout),
        };
        let mut line = String::new();
        server.stdout.read_line(&mut line)?;
        let (_, address) = line
            .split_once("listening on ")
            .with_context(|| format!("its first line is {:?}, not `listening on ADDRESS`", line.trim()))?;
        server.address = address.trim().parse().context("a strange address")?;
        Ok(server)
    }
}

impl RunningServer {
    /// Memory that it has now, in KiB (`VmRSS`, proc_pid_status(5)).
    pub(crate) fn resident_kib(&self) -> anyhow::Result<u64> {
        let path = format!("/proc/{}/status", self.child.id());
        let status = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().next());
        number
            .and_then(|number| number.parse().ok())
            .with_context(|| format!("no VmRSS in {path}"))
    }
}

impl Drop for RunningServer {
    fn drop(&mut self) {
        // Its clients have gone and nobody waits for its last words, so there is no need to ask politely.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
