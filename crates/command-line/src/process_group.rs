//! A command and all that it starts: one group of processes. It ends as a whole, and with the program that started it,
//! however that ends: see [`guard`].
//!
//! The program of a command is often not the server: a shell, a script, an interpreter that starts another one.
//! Whoever ends only that leaves the server behind, and its port taken.

use std::io;
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio, exit};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use net::{NetError, Shutdown};

use crate::guard::{self, Told};

/// Exit code of a program that its user has interrupted: 128 + SIGINT (bash(1), "EXIT STATUS").
const INTERRUPTED: i32 = 130;

/// How long to wait until a group that was killed is gone. It may stay in the table of processes for longer.
const LAST_MOMENT: Duration = Duration::from_millis(200);

/// Between two looks at a group.
const PAUSE: Duration = Duration::from_millis(5);

/// The leaders of all groups. A signal is the business of the whole process, so these are too.
static LEADERS: Mutex<Vec<Child>> = Mutex::new(Vec::new());

/// Whether this program watches for signals.
static IS_WATCHING: Mutex<bool> = Mutex::new(false);

/// Set when all groups have been ended for good.
static IS_OVER: AtomicBool = AtomicBool::new(false);

/// A command that runs. Dropping it ends it, and all that it has started; so do Ctrl-C, SIGTERM and SIGHUP,
/// which end this program as well, with exit code 130. On Unix so does a SIGKILL of a program that [`run`](crate::run)
/// has started.
///
/// ```no_run
/// use std::process::{Command, Stdio};
/// use command_line::ProcessGroup;
///
/// let mut command = Command::new("echo-server");
/// let mut server = ProcessGroup::start(command.stdout(Stdio::piped()))?;
/// let output = server.stdout.take();
/// # anyhow::Ok(())
/// ```
#[derive(Debug)]
pub struct ProcessGroup {
    /// Its standard output, where that is a pipe.
    pub stdout: Option<ChildStdout>,
    /// Its standard error, where that is a pipe.
    pub stderr: Option<ChildStderr>,
    id: u32,
}

impl ProcessGroup {
    /// Starts a command. It has no standard input: its group is not the one that the terminal listens to.
    /// From the first call on the program watches for signals.
    ///
    /// # Errors
    /// When it cannot be started; when the program watches for signals already, in another way.
    pub fn start(command: &mut Command) -> io::Result<Self> {
        watch_for_signals().map_err(io::Error::other)?;
        command.stdin(Stdio::null());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        // Locked until it is among them: a signal must not come between.
        let mut leaders = lock(&LEADERS);
        if IS_OVER.load(Ordering::SeqCst) {
            return Err(io::Error::new(io::ErrorKind::Interrupted, "interrupted"));
        }
        guard::prepare();
        let mut leader = command.spawn()?;
        let group = Self {
            stdout: leader.stdout.take(),
            stderr: leader.stderr.take(),
            id: leader.id(),
        };
        guard::tell(Told::Started(leader.id()));
        leaders.push(leader);
        Ok(group)
    }

    /// For a program that watches for signals itself: from now on they do not end it, and no group either. It calls
    /// [`end_all`](Self::end_all).
    pub fn leave_signals_to_program() {
        *lock(&IS_WATCHING) = true;
    }

    /// Ends all groups, and lets no other be started.
    pub fn end_all() {
        let mut leaders = lock(&LEADERS);
        IS_OVER.store(true, Ordering::SeqCst);
        leaders.iter_mut().for_each(end);
    }

    /// The number of the process that was started, and of its group.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.id
    }

    /// How the process that was started has ended, if it has.
    #[must_use]
    pub fn ended(&self) -> Option<ExitStatus> {
        let mut leaders = lock(&LEADERS);
        let leader = leaders.iter_mut().find(|leader| leader.id() == self.id)?;
        leader.try_wait().ok().flatten()
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        let mut leaders = lock(&LEADERS);
        let Some(index) = leaders.iter().position(|leader| leader.id() == self.id) else {
            return;
        };
        let mut leader = leaders.swap_remove(index);
        end(&mut leader);
        guard::tell(Told::Ended(leader.id()));
        drop(leaders);
        // Whoever is started next may want the same port. The others of the group are not ours to wait for.
        let deadline = Instant::now() + LAST_MOMENT;
        while is_group(&leader) && Instant::now() < deadline {
            thread::sleep(PAUSE);
        }
    }
}

/// Nobody waits for last words, so there is no need to ask politely. What it has started may have outlived it.
fn end(leader: &mut Child) {
    kill_group(leader);
    let _ = leader.kill();
    let _ = leader.wait();
}

/// Ctrl-C goes to the group of this program, in which the others are not.
fn watch_for_signals() -> Result<(), NetError> {
    let mut is_watching = lock(&IS_WATCHING);
    if !*is_watching {
        Shutdown::on_signals()?.on_request(|| {
            ProcessGroup::end_all();
            exit(INTERRUPTED);
        });
        *is_watching = true;
    }
    Ok(())
}

/// A panic elsewhere leaves both as good as they were.
fn lock<T>(mutex: &'static Mutex<T>) -> MutexGuard<'static, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(unix)]
fn kill_group(leader: &Child) {
    guard::kill_group(rustix::process::Pid::from_child(leader));
}

/// Whether anybody of the group is left.
#[cfg(unix)]
fn is_group(leader: &Child) -> bool {
    use rustix::process::{Pid, test_kill_process_group};
    test_kill_process_group(Pid::from_child(leader)).is_ok()
}

/// Elsewhere the process itself is all that can be ended.
#[cfg(not(unix))]
fn kill_group(_leader: &Child) {}

#[cfg(not(unix))]
fn is_group(_leader: &Child) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::{BufRead, BufReader, Read};
    use std::panic::catch_unwind;
    use std::sync::mpsc::channel;

    use super::*;

    /// How long anything may take on a busy machine.
    const PATIENCE: Duration = Duration::from_secs(10);

    /// A server that a script has started, and that has the standard output of the script.
    const SERVER: &str = "sleep 60 & echo started";

    type Output = BufReader<ChildStdout>;

    /// A script, which has said a line.
    fn script(text: &str) -> (ProcessGroup, Output) {
        let mut command = Command::new("sh");
        command.args(["-c", text]).stdout(Stdio::piped());
        let mut group = ProcessGroup::start(&mut command).unwrap();
        let mut output = BufReader::new(group.stdout.take().unwrap());
        output.read_line(&mut String::new()).unwrap();
        (group, output)
    }

    /// Nobody has the pipe any more, so nobody is left.
    #[track_caller]
    fn all_have_ended(mut output: Output) {
        let (tell, told) = channel();
        thread::spawn(move || tell.send(output.read_to_end(&mut Vec::new())));
        let end = told.recv_timeout(PATIENCE).expect("a process is left behind");
        assert_eq!(end.unwrap(), 0);
    }

    #[test]
    fn what_a_script_has_started_ends_with_it() {
        let (group, output) = script(&format!("{SERVER}; wait"));
        assert_eq!(group.ended(), None);
        drop(group);
        all_have_ended(output);
    }

    #[test]
    fn what_a_script_leaves_behind_ends_too() {
        let (group, output) = script(&format!("{SERVER}; exit 3"));
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            match group.ended() {
                Some(status) => break status,
                None => assert!(Instant::now() < deadline, "the script goes on"),
            }
            thread::yield_now();
        };
        assert_eq!(status.code(), Some(3));
        drop(group);
        all_have_ended(output);
    }

    #[test]
    fn a_panic_leaves_nothing_behind() {
        let (group, output) = script(&format!("{SERVER}; wait"));
        let outcome = catch_unwind(move || {
            let _group = group;
            panic!("a mistake");
        });
        assert!(outcome.is_err());
        all_have_ended(output);
    }

    #[test]
    fn each_group_ends_alone() {
        let (first, first_output) = script(&format!("{SERVER}; wait"));
        let (second, second_output) = script(&format!("{SERVER}; wait"));
        drop(first);
        all_have_ended(first_output);
        assert_eq!(second.ended(), None);
        drop(second);
        all_have_ended(second_output);
    }
}
