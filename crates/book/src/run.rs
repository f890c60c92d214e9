//! Runs the transcripts of a page.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use harness::connections::has_connections;

use crate::addresses::Addresses;
use crate::mask;
use crate::page::{Page, root};
use crate::program::{Prepared, Programs, missing_tools};
use crate::server::Server;
use crate::shell::{Shell, bash};
use crate::transcript::{Action, Event, events, listening};

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
    shell: Shell,
    server: Option<Server>,
    /// Those of the last server.
    addresses: Addresses,
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
        let first_server = events.iter().find(|event| event.starts_server());
        Ok(Self {
            programs: Programs::of_this_build()?,
            folder: folder.to_owned(),
            shell: Shell::start(folder)?,
            server: None,
            addresses: match first_server {
                Some(event) => Addresses::of(event),
                None => Addresses::of_others(free_address()?),
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
        let shown = Addresses::of(event);
        let prepared = self.prepare(command, &shown.clone().to_be_chosen())?;
        loop {
            let mut bash = bash(&self.folder);
            let variables = prepared.variables.iter().cloned();
            bash.args(["-c", &prepared.text]).envs(variables);
            let server = self.server.insert(Server::start(bash)?);
            self.addresses = server.listening_on(&shown)?;
            // A past connection of this port would be a stranger on the page, where `ss` shows it.
            if !self.addresses.real_ports().any(has_connections) {
                break;
            }
        }
        let others = event.expected.iter().filter(|line| listening(line).is_none());
        self.expect(&others.cloned().collect::<Vec<_>>())
    }

    fn run_command(&mut self, command: &str, expected: &[String]) -> Result<()> {
        // So that `echo $?` tells the status of a server too.
        let text = format!("(exit {}); {command}", self.status);
        let prepared = self.prepare(&text, &self.addresses)?;
        let (output, status) = self.shell.run(&prepared)?;
        self.status = status;
        let output = self.addresses.as_shown(&output);
        let output: Vec<_> = output.lines().map(str::to_owned).collect();
        if !mask::matches(expected, &output, &self.addresses.shown_ports()) {
            bail!(
                "{command}\nshould print\n{}but printed\n{}",
                indented(expected),
                indented(&output)
            );
        }
        Ok(())
    }

    /// The command for the server at these addresses.
    fn prepare(&self, command: &str, addresses: &Addresses) -> Result<Prepared> {
        self.programs.prepare(&addresses.in_command(command), addresses)
    }

    fn expect(&mut self, lines: &[String]) -> Result<()> {
        let server = self.running()?;
        lines.iter().try_for_each(|line| server.expect(line))
    }

    fn running(&mut self) -> Result<&mut Server> {
        self.server.as_mut().context("no server runs")
    }
}

impl Event {
    fn command(&self) -> Option<&str> {
        match &self.action {
            Action::Command(command) => Some(command),
            _ => None,
        }
    }
}

/// Where nobody listened a moment ago.
fn free_address() -> Result<String> {
    loop {
        let listener = TcpListener::bind("127.0.0.1:0").context("no free port")?;
        let address = listener.local_addr()?;
        if !has_connections(address.port()) {
            return Ok(address.to_string());
        }
    }
}

fn indented(lines: &[String]) -> String {
    lines.iter().map(|line| format!("    {line}\n")).collect()
}
