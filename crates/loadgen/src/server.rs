//! Starting a server, and its end.

use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead, BufReader, Read};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::{env, fs, thread};

use anyhow::{Context, bail, ensure};

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
    /// The flag for a free port, at a server that cannot choose one.
    pub(crate) port_flag: Option<&'static str>,
    /// Where it says so.
    pub(crate) output: Output,
    /// What it says; its address follows, where it has chosen that.
    pub(crate) words: &'static str,
    /// The lines among which this one must be.
    pub(crate) lines: usize,
}

/// Standard output or standard error. The other one is thrown away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Output {
    Standard,
    Error,
}

/// The servers of this workspace.
pub(crate) const FIRST_LINE: Startup = Startup {
    port_flag: None,
    output: Output::Standard,
    words: "listening on ",
    lines: 1,
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

/// A server that listens. Dropping it ends it.
pub(crate) struct RunningServer {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    child: Child,
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

    /// The program, as it was given.
    pub(crate) fn program(&self) -> &OsStr {
        &self.program
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
        self.start_as(FIRST_LINE)
    }

    /// Starts it, and waits until it listens.
    pub(crate) fn start_as(&self, startup: Startup) -> anyhow::Result<RunningServer> {
        self.try_start(startup)
            .with_context(|| format!("cannot start {} ({})", self.name, self.program.display()))
    }

    fn try_start(&self, startup: Startup) -> anyhow::Result<RunningServer> {
        let program = find(Path::new(&self.program)).context("no such program")?;
        let mut command = Command::new(program);
        command.args(&self.arguments).stdin(Stdio::null());
        let mut address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        if let Some(flag) = startup.port_flag {
            address = free_address()?;
            command.arg(flag).arg(address.port().to_string());
        }
        let (child, mut output) = spawn(&mut command, startup.output)?;
        let mut server = RunningServer { address, child };
        let behind = await_words(&mut output, startup)?;
        if startup.port_flag.is_none() {
            server.address = behind.trim().parse().context("a strange address")?;
        }
        // What it says later is thrown away, but read: a full pipe would stop it.
        thread::spawn(move || io::copy(&mut output, &mut io::sink()));
        Ok(server)
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

type Lines = BufReader<Box<dyn Read + Send>>;

fn spawn(command: &mut Command, output: Output) -> anyhow::Result<(Child, Lines)> {
    let (stdout, stderr) = match output {
        Output::Standard => (Stdio::piped(), Stdio::null()),
        Output::Error => (Stdio::null(), Stdio::piped()),
    };
    let mut child = command.stdout(stdout).stderr(stderr).spawn()?;
    let pipe: Option<Box<dyn Read + Send>> = match output {
        Output::Standard => child.stdout.take().map(|pipe| Box::new(pipe) as _),
        Output::Error => child.stderr.take().map(|pipe| Box::new(pipe) as _),
    };
    Ok((child, BufReader::new(pipe.context("no output")?)))
}

/// Reads the line that says that the server listens, and returns what stands behind the words.
fn await_words(output: &mut Lines, startup: Startup) -> anyhow::Result<String> {
    let mut line = String::new();
    for _ in 0..startup.lines {
        line.clear();
        output.read_line(&mut line)?;
        if let Some((_, behind)) = line.split_once(startup.words) {
            return Ok(behind.to_owned());
        }
    }
    bail!(
        "`{}` is not in its first lines; the last of them is {:?}",
        startup.words.trim(),
        line.trim()
    )
}

impl RunningServer {
    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

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
