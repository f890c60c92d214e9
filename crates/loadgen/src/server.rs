//! The servers that are measured: by name or as commands, where they are found, and how they are started.

use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use std::{fmt, io};

use anyhow::Context;
use harness::{Announcement, RunningServer, find_program};

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

/// The same, at their ports for browsers. That line stands among those of the other ports.
pub(crate) const WEB_LINE: Startup = Startup {
    port_flag: None,
    announcement: Announcement {
        words: "web listening on ",
        lines: 8,
        ..Announcement::FIRST_LINE
    },
};

/// How a server is started.
#[derive(Debug, Clone)]
pub(crate) struct ServerCommand {
    /// Its name in the table.
    pub(crate) name: String,
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

impl ServerCommand {
    /// `NAME=COMMAND`: words are separated by blanks, without quoting.
    pub(crate) fn parse(text: &str) -> anyhow::Result<Self> {
        let (name, command) = text
            .split_once('=')
            .filter(|(name, _)| !name.is_empty())
            .with_context(|| format!("{text} is not NAME=COMMAND"))?;
        let mut words = command.split_whitespace();
        let program = words.next().with_context(|| format!("{text} has no command"))?;
        Ok(Self {
            name: name.to_owned(),
            program: program.into(),
            arguments: words.map(str::to_owned).collect(),
        })
    }

    /// The same, but this is the file of its program.
    pub(crate) fn with_program(self, program: PathBuf) -> Self {
        let program = program.into();
        Self { program, ..self }
    }

    /// What must be installed for it.
    pub(crate) fn needs(&self) -> String {
        self.program.to_string_lossy().into_owned()
    }

    /// True where there is such a program.
    pub(crate) fn is_installed(&self) -> bool {
        find_program(Path::new(&self.program)).is_some()
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

    /// True where it is told this flag, with or without a value.
    pub(crate) fn has(&self, flag: &str) -> bool {
        let is_flag = |word: &String| {
            word.strip_prefix(flag)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
        };
        self.arguments.iter().any(is_flag)
    }

    /// The version that an installed program tells, or `None` when it is not installed.
    pub(crate) fn version(&self) -> anyhow::Result<Option<String>> {
        let Some(path) = find_program(Path::new(&self.program)) else {
            return Ok(None);
        };
        let output = Command::new(&path)
            .arg("--version")
            .output()
            .with_context(|| format!("cannot start {}", path.display()))?;
        let text = String::from_utf8_lossy(&output.stdout);
        Ok(Some(text.lines().next().unwrap_or_default().to_owned()))
    }

    /// Starts it, and waits until it listens, but not longer than `patience`.
    pub(crate) fn start_as(&self, startup: Startup, patience: Duration) -> anyhow::Result<RunningServer> {
        self.try_start(startup, patience)
            .with_context(|| format!("cannot start {} ({})", self.name, self.program.display()))
    }

    fn try_start(&self, startup: Startup, patience: Duration) -> anyhow::Result<RunningServer> {
        let program = find_program(Path::new(&self.program)).context("no such program")?;
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
