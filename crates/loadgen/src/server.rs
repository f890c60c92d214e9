//! The servers that are measured: by name or as commands, where they are found, and how they are started.

use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use std::{env, fmt, io};

use anyhow::{Context, ensure};
use harness::{Announcement, Process, RunningServer};

use crate::bench::flags::PATIENCE;

/// A server that a benchmark knows by name.
#[derive(Debug, Clone)]
pub struct Program {
    /// The name, on the command line and in the table.
    pub name: &'static str,
    /// The file, or the name of a program that is installed.
    pub path: &'static str,
    /// Arguments that make it listen on a port of its choice, where it can choose one.
    pub arguments: &'static [&'static str],
}

/// How a server is told where to listen, and how it says that it does.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Startup {
    /// The flag for a free port, at a server that cannot choose one and say so.
    pub(crate) port_flag: Option<&'static str>,
    /// What it says.
    pub(crate) announcement: Announcement,
}

/// The servers of this workspace.
pub(crate) const FIRST_LINE: Startup = Startup {
    port_flag: None,
    announcement: Announcement::FIRST_LINE,
};

/// How a server is started.
#[derive(Debug, Clone)]
pub(crate) struct ServerCommand {
    /// Its name in the table.
    pub(crate) name: String,
    /// Which of the benchmark's programs it is, if any.
    pub(crate) known: Option<&'static str>,
    program: OsString,
    arguments: Vec<String>,
}

impl fmt::Display for ServerCommand {
    /// As somebody would type it. The folder of a program is left out: it is another one on another machine.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.file_name().unwrap_or_default())?;
        self.arguments.iter().try_for_each(|word| write!(f, " {word}"))
    }
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
            known: Some(program.name),
            program: program.path.into(),
            arguments: program.arguments.iter().map(ToString::to_string).collect(),
        }
    }

    /// `NAME=COMMAND`: words are separated by blanks, without quoting. The benchmark's own programs go by
    /// their names.
    pub(crate) fn parse(text: &str, programs: &[Program]) -> anyhow::Result<Self> {
        let (name, command) = text
            .split_once('=')
            .filter(|(name, _)| !name.is_empty())
            .with_context(|| format!("{text} is not NAME=COMMAND"))?;
        let mut words = command.split_whitespace();
        let first = words.next().with_context(|| format!("{text} has no command"))?;
        let mut server = match programs.iter().find(|program| program.name == first) {
            Some(program) => Self::known(program),
            None => Self {
                name: String::new(),
                known: None,
                program: first.into(),
                arguments: Vec::new(),
            },
        };
        name.clone_into(&mut server.name);
        server.arguments.extend(words.map(str::to_owned));
        Ok(server)
    }

    /// The name of its program, without the folder.
    pub(crate) fn file_name(&self) -> Option<&str> {
        Path::new(&self.program).file_name()?.to_str()
    }

    /// What it is told by this flag, as `--flag VALUE` or `--flag=VALUE`.
    pub(crate) fn value_of(&self, flag: &str) -> Option<&str> {
        let mut words = self.arguments.iter();
        loop {
            match words.next()?.strip_prefix(flag) {
                Some("") => return words.next().map(String::as_str),
                Some(rest) if rest.starts_with('=') => return Some(&rest[1..]),
                _ => {}
            }
        }
    }

    /// The version that an installed program tells, or `None` when it is not installed.
    pub(crate) fn version(&self) -> anyhow::Result<Option<String>> {
        let Some(path) = find(Path::new(&self.program)) else {
            return Ok(None);
        };
        let output = Command::new(&path)
            .arg("--version")
            .output()
            .with_context(|| format!("cannot start {}", path.display()))?;
        let text = String::from_utf8_lossy(&output.stdout);
        Ok(Some(text.lines().next().unwrap_or_default().to_owned()))
    }

    /// Starts a server of this workspace, and waits until it listens.
    pub(crate) fn start(&self) -> anyhow::Result<RunningServer> {
        self.start_as(FIRST_LINE, PATIENCE)
    }

    /// Starts it, and waits until it listens, but not longer than `patience`.
    pub(crate) fn start_as(&self, startup: Startup, patience: Duration) -> anyhow::Result<RunningServer> {
        self.try_start(startup, patience)
            .with_context(|| format!("cannot start {} ({})", self.name, self.program.display()))
    }

    fn try_start(&self, startup: Startup, patience: Duration) -> anyhow::Result<RunningServer> {
        let program = find(Path::new(&self.program)).context("no such program")?;
        let mut command = Command::new(program);
        command.args(&self.arguments);
        let Some(flag) = startup.port_flag else {
            return RunningServer::start(&mut command, startup.announcement, patience);
        };
        let address = free_address()?;
        command.arg(flag).arg(address.port().to_string());
        RunningServer::start_at(address, &mut command, startup.announcement, patience)
    }
}

/// An address that was free a moment ago. Nobody reserves it, so another program may be faster; the server
/// then fails and says so.
fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}

/// A program in the directories where programs are. `/usr/sbin` is one where servers are, but it is not in
/// the `PATH` of every user.
fn find(program: &Path) -> Option<PathBuf> {
    if program.components().count() > 1 {
        return program.is_file().then(|| program.to_owned());
    }
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(["/usr/sbin".into()])
        .map(|directory| directory.join(program))
        .find(|file| file.is_file())
}

/// Memory that it has now, in KiB.
pub(crate) fn resident_kib(server: &RunningServer) -> anyhow::Result<u64> {
    Ok(Process::find(server.id())?.usage()?.resident_kib)
}
