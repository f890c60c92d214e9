//! Runs the transcripts of a page.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::symlink;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::mask;
use crate::page::{Page, root};
use crate::program::{Prepared, Programs, missing_tools};
use crate::server::Server;
use crate::transcript::{Action, Event, events};

/// Seconds that a command may take; the same as `timeout` of coreutils understands it.
const LONGEST_COMMAND: &str = "60";

/// What became of a page.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// As many commands were run, and did what the page says.
    Ran(usize),
    /// These tools are missing on this machine, so nothing was run.
    Skipped(Vec<&'static str>),
}

/// What is known while a page is run.
struct Session {
    programs: Programs,
    folder: PathBuf,
    server: Option<Server>,
    /// The server's address: as the page has it, and the real one of the last server.
    shown: String,
    real: String,
    /// What `echo $?` says.
    status: i32,
}

/// Runs all transcripts of a page in `folder`, which is emptied first.
///
/// # Errors
/// Where something is not as the page says.
pub fn run(page: &Page, folder: &Path) -> Result<Outcome> {
    let events = events(page);
    let missing = missing_tools(events.iter().filter_map(Event::command));
    if !missing.is_empty() {
        return Ok(Outcome::Skipped(missing));
    }
    let mut session = Session::new(folder, &events)?;
    for event in &events {
        session.play(event).with_context(|| page.at(event.line))?;
    }
    Ok(Outcome::Ran(events.iter().filter_map(Event::command).count()))
}

impl Session {
    fn new(folder: &Path, events: &[Event]) -> Result<Self> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder)?;
        // Commands are typed in the folder of the project: what they read there is here too.
        symlink(root().join("docs").canonicalize()?, folder.join("docs"))?;
        let listening = events.iter().filter_map(Event::listening_on).next();
        Ok(Self {
            programs: Programs::of_this_build()?,
            folder: folder.to_owned(),
            server: None,
            shown: listening.unwrap_or("127.0.0.1:18080").to_owned(),
            real: match listening {
                // Nobody listens there, which is what a client before the first server has to meet.
                Some(_) => "127.0.0.1:1".to_owned(),
                // A page whose servers are all somebody else's, such as `nc -l 127.0.0.1 18080`.
                None => free_address()?,
            },
            status: 0,
        })
    }

    fn play(&mut self, event: &Event) -> Result<()> {
        match &event.action {
            Action::Command(command) if event.starts_server() => self.start_server(command, event),
            Action::Command(command) => self.run_command(command, &event.expected),
            Action::Wait => self.expect(&event.expected),
            Action::Interrupt => {
                self.running()?.interrupt()?;
                self.expect(&event.expected)
            }
            Action::ServerEnds => {
                self.status = self.server.take().context("no server runs")?.wait()?;
                Ok(())
            }
        }
    }

    fn start_server(&mut self, command: &str, event: &Event) -> Result<()> {
        ensure!(
            self.server.is_none(),
            "the server before this one still runs: show how it ends"
        );
        let prepared = self.prepare(command, "127.0.0.1:0")?;
        let server = self.server.insert(Server::start(self.bash("bash", &prepared))?);
        self.real = server.listening_on(&self.shown)?;
        let others = event
            .expected
            .iter()
            .filter(|line| !line.starts_with("listening on "));
        self.expect(&others.cloned().collect::<Vec<_>>())
    }

    fn run_command(&mut self, command: &str, expected: &[String]) -> Result<()> {
        // So that `echo $?` tells the status of the command before, as in one shell.
        let text = format!("(exit {}); {command}", self.status);
        let prepared = self.prepare(&text, &self.real)?;
        // A file and no pipe: what goes on in the background keeps it open, and nobody has to wait for that.
        let file = self.folder.join(".output");
        let output = fs::File::create(&file)?;
        let mut shell = self.bash("timeout", &prepared);
        shell
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output);
        self.status = status_code(shell.status().context("cannot start bash")?);
        let output = String::from_utf8_lossy(&fs::read(&file)?).replace(&self.real, &self.shown);
        let output: Vec<_> = output.lines().map(str::to_owned).collect();
        if !mask::matches(expected, &output, self.port()) {
            bail!(
                "{command}\nshould print\n{}but printed\n{}",
                indented(expected),
                indented(&output)
            );
        }
        Ok(())
    }

    /// The command for the server at `address`.
    fn prepare(&self, command: &str, address: &str) -> Result<Prepared> {
        let (_, port) = address.split_once(':').context("an address has a port")?;
        self.programs
            .prepare(&command.replace(self.port(), port), address)
    }

    fn bash(&self, program: &str, prepared: &Prepared) -> Command {
        let mut command = Command::new("env");
        // A test that was itself started in the background has Ctrl-C switched off for all that it starts.
        command.arg("--default-signal=INT");
        if program == "timeout" {
            command.args(["timeout", LONGEST_COMMAND]);
        }
        command
            .args(["bash", "-c", &prepared.text])
            .current_dir(&self.folder);
        command.envs(prepared.variables.iter().cloned());
        command.env("LC_ALL", "C.UTF-8").env_remove("RUST_BACKTRACE");
        command
    }

    fn expect(&mut self, lines: &[String]) -> Result<()> {
        let port = self.port().to_owned();
        let server = self.running()?;
        lines.iter().try_for_each(|line| server.expect(line, &port))
    }

    fn running(&mut self) -> Result<&mut Server> {
        self.server.as_mut().context("no server runs")
    }

    /// The server's port, as the page has it.
    fn port(&self) -> &str {
        self.shown.split_once(':').map_or("", |(_, port)| port)
    }
}

impl Event {
    fn command(&self) -> Option<&str> {
        match &self.action {
            Action::Command(command) => Some(command),
            _ => None,
        }
    }

    fn listening_on(&self) -> Option<&str> {
        let mut lines = self.expected.iter();
        lines.find_map(|line| line.strip_prefix("listening on "))
    }
}

/// Where nobody listened a moment ago.
fn free_address() -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").context("no free port")?;
    Ok(listener.local_addr()?.to_string())
}

/// As a shell has it: 128 and the number of the signal, where one has ended the process.
pub(crate) fn status_code(status: ExitStatus) -> i32 {
    let by_signal = || 128 + status.signal().unwrap_or_default();
    status.code().unwrap_or_else(by_signal)
}

fn indented(lines: &[String]) -> String {
    lines.iter().map(|line| format!("    {line}\n")).collect()
}
