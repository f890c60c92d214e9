//! A command and all that it starts: one group of processes, which ends as a whole.
//!
//! The program of a command is often not the server: a shell, a script, an interpreter that starts another one.
//! Whoever ends only that leaves the server behind, and its port taken.

use std::io;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use net::{NetError, Shutdown};

/// Exit code of a program that its user has interrupted: 128 + SIGINT (bash(1), "EXIT STATUS").
const INTERRUPTED: i32 = 130;

/// A process that crashes needs this long to be gone, while its connections are closed already.
const CRASH: Duration = Duration::from_millis(200);

/// How long to wait until a group that was killed is gone. It may stay in the table of processes for longer.
const LAST_MOMENT: Duration = Duration::from_millis(200);

/// Between two looks at a process.
const PAUSE: Duration = Duration::from_millis(5);

/// The leaders of all groups that run. A signal does not see the variables of `main`.
static RUNNING: Mutex<Vec<u32>> = Mutex::new(Vec::new());

/// A command that runs. Dropping it ends it, and all that it has started.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
}

impl Process {
    /// Starts it. The pipe is its standard output; `with_log` lets its standard error through.
    pub(crate) fn start(mut command: Command, with_log: bool) -> io::Result<(Self, ChildStdout)> {
        let errors = if with_log { Stdio::inherit() } else { Stdio::null() };
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(errors);
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        // Locked until its number is in the list: a signal must not come between.
        let mut running = running();
        let mut child = command.spawn()?;
        running.push(child.id());
        let output = child.stdout.take();
        drop(running);
        let process = Self { child };
        output
            .map(|output| (process, output))
            .ok_or_else(|| io::Error::other("no pipe"))
    }

    /// How it has ended, if it has.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// How it has ended, if it has, or is about to.
    pub(crate) fn ends_now(&mut self) -> Option<ExitStatus> {
        let deadline = Instant::now() + CRASH;
        while Instant::now() < deadline {
            if let ended @ Some(_) = self.ended() {
                return ended;
            }
            thread::sleep(PAUSE);
        }
        None
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Its clients have gone, so there is no need to ask politely. What it has started may outlive it.
        let id = self.child.id();
        kill_group(id);
        let _ = self.child.kill();
        let _ = self.child.wait();
        running().retain(|leader| *leader != id);
        // Whoever is started next may want the same port. The others of the group are not ours to wait for.
        let deadline = Instant::now() + LAST_MOMENT;
        while is_group(id) && Instant::now() < deadline {
            thread::sleep(PAUSE);
        }
    }
}

/// From now on Ctrl-C and SIGTERM end all that was started here, and then this program.
///
/// # Errors
/// When the program watches for signals already.
pub fn end_with_this_program() -> Result<(), NetError> {
    Shutdown::on_signals()?.on_request(|| {
        // Locked for ever: nothing new is started any more.
        let running = running();
        running.iter().copied().for_each(kill_group);
        std::process::exit(INTERRUPTED);
    });
    Ok(())
}

fn running() -> MutexGuard<'static, Vec<u32>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(unix)]
fn group(leader: u32) -> Option<rustix::process::Pid> {
    rustix::process::Pid::from_raw(leader.try_into().ok()?)
}

#[cfg(unix)]
fn kill_group(leader: u32) {
    use rustix::process::{Signal, kill_process_group};
    if let Some(group) = group(leader) {
        // It fails where nobody of the group is left.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

/// Whether anybody of the group is left.
#[cfg(unix)]
fn is_group(leader: u32) -> bool {
    group(leader).is_some_and(|group| rustix::process::test_kill_process_group(group).is_ok())
}

/// Elsewhere the process itself is all that can be ended.
#[cfg(not(unix))]
fn kill_group(_leader: u32) {}

#[cfg(not(unix))]
fn is_group(_leader: u32) -> bool {
    false
}
