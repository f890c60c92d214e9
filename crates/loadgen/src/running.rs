//! The servers that were started and run: none of them is left behind, not even by Ctrl-C.

use std::process::{Child, Command, exit};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use anyhow::Context;

/// Exit code of a program that its user has interrupted: 128 + SIGINT (bash(1), "EXIT STATUS").
const EXIT_CODE: i32 = 130;

/// All of them. A signal is the business of the whole process, so these are too.
static RUNNING: Mutex<Vec<Child>> = Mutex::new(Vec::new());

/// Starts a server, and lets `begin` take its pipes.
///
/// # Errors
/// When it cannot be started, or `begin` fails; it has ended then.
pub(crate) fn start<T>(
    command: &mut Command,
    begin: impl FnOnce(&mut Child) -> anyhow::Result<T>,
) -> anyhow::Result<(u32, T)> {
    watch_for_signals()?;
    // A server may be a script that starts the real one: they are one group, and end together.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    // Held meanwhile, so that no signal comes between the start and the list.
    let mut running = running();
    let mut child = command.spawn()?;
    let id = child.id();
    let begun = begin(&mut child);
    running.push(child);
    drop(running);
    match begun {
        Ok(begun) => Ok((id, begun)),
        Err(error) => {
            end(id);
            Err(error)
        }
    }
}

/// Ends the server with this process id.
pub(crate) fn end(id: u32) {
    let mut running = running();
    if let Some(index) = running.iter().position(|child| child.id() == id) {
        kill(running.swap_remove(index));
    }
}

/// Its clients have gone and nobody waits for its last words, so there is no need to ask politely.
fn kill(mut child: Child) {
    #[cfg(unix)]
    let _ = rustix::process::kill_process_group(
        rustix::process::Pid::from_child(&child),
        rustix::process::Signal::KILL,
    );
    let _ = child.kill();
    let _ = child.wait();
}

/// Ctrl-C goes to the group of this program, in which the servers are not.
fn watch_for_signals() -> anyhow::Result<()> {
    static WATCH: Once = Once::new();
    let mut outcome = Ok(());
    WATCH.call_once(|| {
        outcome = ctrlc::set_handler(|| {
            // Kept, so that no other one is started.
            let mut running = running();
            running.drain(..).for_each(kill);
            exit(EXIT_CODE);
        });
    });
    outcome.context("cannot watch for Ctrl-C")
}

fn running() -> MutexGuard<'static, Vec<Child>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}
