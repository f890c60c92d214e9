//! A server in the background, and the lines that it prints.

use std::collections::VecDeque;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use harness::lines::each_line;

use crate::addresses::Addresses;
use crate::mask::{self, is_about_this_machine};
use crate::transcript::listening;

/// How long a line, or the end, may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(600);

/// A server that was started by a page.
///
/// Its standard output and its standard error are two streams, so nobody knows in which order a terminal
/// shows them: a line must be the next one of either.
pub(crate) struct Server {
    process: Child,
    lines: Receiver<(usize, String)>,
    /// Lines that came and were not asked for yet, of each stream.
    came: [VecDeque<String>; 2],
    /// The page left lines of the stream out, up to the next that it shows.
    left_out: [bool; 2],
    addresses: Addresses,
}

impl Server {
    pub(crate) fn start(mut command: Command) -> Result<Self> {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut process = command.spawn().context("cannot start bash")?;
        let (sender, lines) = channel();
        let (stdout, stderr) = (process.stdout.take(), process.stderr.take());
        each_line(stdout.context("no standard output")?, telling(0, sender.clone()));
        each_line(stderr.context("no standard error")?, telling(1, sender));
        Ok(Self {
            process,
            lines,
            came: Default::default(),
            left_out: [false; 2],
            addresses: Addresses::default(),
        })
    }

    /// Waits until it says where it listens, service by service, and gives the addresses with the real ones.
    pub(crate) fn listening_on(&mut self, shown: &Addresses) -> Result<Addresses> {
        let mut addresses = shown.clone();
        for address in addresses.all_mut() {
            let is_it = |line: &str| listening(line).is_some_and(|(service, _)| service == address.service);
            let line = self.wait_for("listening on ...", |_, line| is_it(line))?;
            let (_, real) = listening(&line).context("no address")?;
            real.clone_into(&mut address.real);
        }
        self.addresses = addresses.clone();
        Ok(addresses)
    }

    /// Waits for a line of the page.
    pub(crate) fn expect(&mut self, expected: &str) -> Result<()> {
        if expected == "..." {
            self.left_out = [true; 2];
            return Ok(());
        }
        let addresses = self.addresses.clone();
        let ports = addresses.shown_ports();
        let fits = |_: usize, line: &str| mask::fits(expected, &addresses.as_shown(line), &ports);
        self.wait_for(expected, fits).map(drop)
    }

    fn wait_for(&mut self, wanted: &str, fits: impl Fn(usize, &str) -> bool) -> Result<String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            for stream in 0..2 {
                if let Some(line) = self.take(stream, &fits) {
                    return Ok(line);
                }
            }
            let left = deadline.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok((stream, line)) => self.came[stream].push_back(line),
                Err(_) => bail!("the server did not print\n    {wanted}\nbut\n{}", self.unseen()),
            }
        }
    }

    /// The next line of the stream, where it fits.
    fn take(&mut self, stream: usize, fits: impl Fn(usize, &str) -> bool) -> Option<String> {
        let lines = &mut self.came[stream];
        let position = lines.iter().position(|line| fits(stream, line))?;
        let mut before = lines.iter().take(position);
        if !self.left_out[stream] && !before.all(|line| is_about_this_machine(line)) {
            return None;
        }
        self.left_out[stream] = false;
        lines.drain(..position);
        lines.pop_front()
    }

    /// Presses Ctrl-C.
    pub(crate) fn interrupt(&self) -> Result<()> {
        let id = self.process.id().to_string();
        let status = Command::new("kill").args(["-INT", &id]).status()?;
        anyhow::ensure!(status.success(), "cannot send SIGINT to process {id}");
        Ok(())
    }

    /// Waits for its end; all that it printed must have been on the page. The status as `$?` has it.
    pub(crate) fn wait(mut self) -> Result<i32> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok((stream, line)) => self.came[stream].push_back(line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => bail!("the server did not end"),
            }
        }
        let status = self.process.wait()?;
        if (0..2).any(|stream| self.has_more_to_show(stream)) {
            bail!("the server printed more than the page shows:\n{}", self.unseen());
        }
        Ok(status_code(status))
    }

    fn has_more_to_show(&self, stream: usize) -> bool {
        let mut lines = self.came[stream].iter();
        !self.left_out[stream] && lines.any(|line| !is_about_this_machine(line))
    }

    fn unseen(&self) -> String {
        let lines = self.came.iter().flatten();
        let shown = lines.map(|line| format!("    {}\n", self.addresses.as_shown(line)));
        shown.collect()
    }
}

fn telling(stream: usize, sender: Sender<(usize, String)>) -> impl FnMut(String) {
    // Nobody listens any more when the page is done.
    move |line| drop(sender.send((stream, line)))
}

/// As a shell has it: 128 and the number of the signal, where one has ended the process.
fn status_code(status: ExitStatus) -> i32 {
    let by_signal = || 128 + status.signal().unwrap_or_default();
    status.code().unwrap_or_else(by_signal)
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
