//! Linux: programs on a system that gives them little, or in a container.

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use super::{Process, Program, eventually};

/// With each number of threads, from the first on, a server says in one line that they are too few, or it serves;
/// what it does then is up to `serves`. Gives it a free port by these flags.
#[track_caller]
pub(crate) fn starts_or_says_why_not(path: &str, flags: &[&str], serves: impl FnOnce(Process)) {
    const MOST: u32 = 64;
    for threads in 1..MOST {
        let Some(program) = Program::with_threads(path, threads) else {
            return;
        };
        let mut process = program.args(flags).start();
        eventually("it ends, or serves", || {
            !process.is_running() || !process.stdout.lines().is_empty()
        });
        if process.is_running() {
            return serves(process);
        }
        let finished = process.finish();
        let line = finished.expect_failure(1);
        assert!(line.contains("thread"), "{threads}: {line}");
        assert!(finished.stdout.is_empty(), "{threads}: {}", finished.text());
    }
    panic!("{MOST} threads are too few");
}

impl Program {
    /// One that may have so many threads, its first included. None, with a word, where a test cannot have that: the
    /// system counts the threads of a user, so it takes a user of its own, and a test that may become one.
    pub(crate) fn with_threads(path: &str, count: u32) -> Option<Self> {
        static USERS: AtomicU32 = AtomicU32::new(0);
        let number = USERS.fetch_add(1, Ordering::Relaxed);
        let user = 1_000_000 + std::process::id() * 64 + number % 64;
        let become_user = ["--reuid", &user.to_string(), "--clear-groups"];
        let is_allowed = succeeds(Command::new("setpriv").args(become_user).arg("true"));
        if !is_allowed {
            eprintln!("skipped: only root can become another user");
        }
        let limit = format!("--nproc={count}");
        let program = || {
            Self::new("setpriv")
                .args(&become_user)
                .args(&["prlimit", &limit, path])
        };
        is_allowed.then(program)
    }

    /// One that is the first process of a container; the process that is started waits for it. None, with a word,
    /// where a test may not make one.
    pub(crate) fn as_first_process(path: &str) -> Option<Self> {
        let container = ["--user", "--map-root-user", "--pid", "--fork"];
        let is_allowed = succeeds(Command::new("unshare").args(container).arg("true"));
        if !is_allowed {
            eprintln!("skipped: no process namespaces here");
        }
        is_allowed.then(|| Self::new("unshare").args(&container).args(&[path]))
    }
}

fn succeeds(command: &mut Command) -> bool {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}
