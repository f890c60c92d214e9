//! Starting a server, and its end.

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;
use std::{env, fmt, fs, thread};

use anyhow::{Context, anyhow, bail, ensure};
use command_line::ProcessGroup;

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
    /// The flag for a free port, at a server that cannot choose one.
    pub(crate) port_flag: Option<&'static str>,
    /// Where it says so.
    pub(crate) output: Output,
    /// What it says; its address follows, where it has chosen that.
    pub(crate) words: &'static str,
    /// The lines among which this one must be.
    pub(crate) lines: usize,
}

/// Standard output or standard error.
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

/// Bytes of a line of a server's output at most. What is longer is taken for several lines: one without an end must
/// not fill the memory.
const LARGEST_LINE: u64 = 16 * 1024;

/// How long the last line of a server that has been ended may take.
const LAST_WORDS: Duration = Duration::from_secs(1);

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

/// A server that listens. Dropping it ends it.
pub(crate) struct RunningServer {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    processes: ProcessGroup,
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
        let mut address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        if let Some(flag) = startup.port_flag {
            address = free_address()?;
            command.arg(flag).arg(address.port().to_string());
        }
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut processes = ProcessGroup::start(&mut command)?;
        let pipes = Pipes::take(&mut processes, startup.output)?;
        let other = last_line(pipes.other);
        let behind = match await_words(pipes.output, startup, patience) {
            Ok(behind) => behind,
            Err(error) => {
                drop(processes);
                return Err(with_reason(error, &other));
            }
        };
        if startup.port_flag.is_none() {
            let word = behind.split_whitespace().next().unwrap_or_default();
            address = word
                .parse()
                .with_context(|| format!("`{word}` is not an address"))?;
        }
        Ok(RunningServer { address, processes })
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

/// What a server says, and where else it says something.
struct Pipes {
    output: Lines,
    other: Lines,
}

impl Pipes {
    fn take(processes: &mut ProcessGroup, output: Output) -> anyhow::Result<Self> {
        let stdout: Box<dyn Read + Send> = Box::new(processes.stdout.take().context("no output")?);
        let stderr: Box<dyn Read + Send> = Box::new(processes.stderr.take().context("no standard error")?);
        let (output, other) = match output {
            Output::Standard => (stdout, stderr),
            Output::Error => (stderr, stdout),
        };
        Ok(Self {
            output: BufReader::new(output),
            other: BufReader::new(other),
        })
    }
}

/// Waits for the line that says that the server listens, and returns what stands behind the words.
fn await_words(mut output: Lines, startup: Startup, patience: Duration) -> anyhow::Result<String> {
    let (tell, told) = channel();
    thread::spawn(move || {
        // Nobody listens any more where it took too long.
        let _ = tell.send(find_words(&mut output, startup));
        // What it says later is thrown away, but read: a full pipe would stop it.
        io::copy(&mut output, &mut io::sink())
    });
    let words = startup.words.trim();
    match told.recv_timeout(patience) {
        Ok(found) => found,
        Err(RecvTimeoutError::Timeout) => bail!("it has not said `{words}` within {patience:?}"),
        Err(RecvTimeoutError::Disconnected) => bail!("its output has ended without it"),
    }
}

fn find_words(output: &mut Lines, startup: Startup) -> anyhow::Result<String> {
    let mut last = String::new();
    for _ in 0..startup.lines {
        let Some(line) = next_line(output)? else {
            break;
        };
        if let Some((_, behind)) = line.split_once(startup.words) {
            return Ok(behind.to_owned());
        }
        line.trim().clone_into(&mut last);
    }
    bail!(
        "`{}` is not in its first lines, of which the last is {last:?}",
        startup.words.trim()
    )
}

/// The next line, or as much of it as a line may have; `None` at the end.
fn next_line(output: &mut Lines) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    output.by_ref().take(LARGEST_LINE).read_until(b'\n', &mut line)?;
    Ok((!line.is_empty()).then(|| String::from_utf8_lossy(&line).into_owned()))
}

/// Reads to the end, and tells the last line then.
fn last_line(mut pipe: Lines) -> Receiver<String> {
    let (tell, told) = channel();
    thread::spawn(move || {
        let mut last = String::new();
        while let Ok(Some(line)) = next_line(&mut pipe) {
            line.trim().clone_into(&mut last);
        }
        // Nobody wants to know it where all was well.
        let _ = tell.send(last);
    });
    told
}

/// Why a server has not started, with its own last words about it.
fn with_reason(error: anyhow::Error, last_line: &Receiver<String>) -> anyhow::Error {
    match last_line.recv_timeout(LAST_WORDS) {
        Ok(line) if !line.is_empty() => anyhow!("{error:#}; it said: {line}"),
        _ => error,
    }
}

impl RunningServer {
    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.processes.id()
    }

    /// Memory that it has now, in KiB (`VmRSS`, proc_pid_status(5)).
    pub(crate) fn resident_kib(&self) -> anyhow::Result<u64> {
        let path = format!("/proc/{}/status", self.id());
        let status = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().next());
        number
            .and_then(|number| number.parse().ok())
            .with_context(|| format!("no VmRSS in {path}"))
    }
}
