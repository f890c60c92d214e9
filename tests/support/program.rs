//! Runs a program with arguments, and collects how it ended.

use std::env;
use std::ffi::OsStr;
use std::io::Write;
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdin, Command, Stdio};
use std::thread;

use super::{Finished, Process, Server};

/// The variables that a program gets of those that the tests have: where programs are, where files may be, and where a
/// measurement of what is covered goes. `NO_COLOR`, `COLUMNS` or `CHAT_SERVER_LOG` of whoever runs the tests must change
/// nothing.
const KEPT: [&str; 4] = ["HOME", "LLVM_PROFILE_FILE", "PATH", "TMPDIR"];

/// Closes what whoever started the tests has left open, which would be open in the program too: one that may have few
/// descriptors would have fewer.
const CLOSE_WHAT_WAS_INHERITED: &str = r#"
for descriptor in /dev/fd/*; do
    descriptor=${descriptor##*/}
    [ "$descriptor" -le 2 ] || eval "exec $descriptor>&-"
done
"#;

/// A program that has not been started.
pub(crate) struct Program {
    command: Command,
}

impl Program {
    /// `path` is the `env!("CARGO_BIN_EXE_...")` of a program.
    pub(crate) fn new(path: &str) -> Self {
        #[cfg(unix)]
        super::descriptors::take_all();
        let mut command = with_default_signals(path);
        let kept = KEPT.iter().filter_map(|name| Some((name, env::var_os(name)?)));
        command.env_clear().envs(kept).env("TERM", "xterm");
        // A program that prints a backtrace where one line was promised is caught here.
        command.env("RUST_BACKTRACE", "1");
        Self { command }
    }

    /// A program that may have fewer descriptors than others, by these arguments of `ulimit`.
    pub(crate) fn with_descriptors(path: &str, limits: &[&str]) -> Self {
        let mut script = CLOSE_WHAT_WAS_INHERITED.to_owned();
        for limit in limits {
            script += &format!("ulimit {limit} && ");
        }
        script += r#"exec "$@""#;
        Self::new("bash").args(&["-c", &script, "bash", path])
    }

    /// A program that may belong to another package.
    #[track_caller]
    pub(crate) fn of_this_build(name: &str) -> Self {
        Self::new(&Self::path_of_this_build(name))
    }

    /// A test is `target/debug/deps/NAME`, a program `target/debug/NAME`.
    #[track_caller]
    pub(crate) fn path_of_this_build(name: &str) -> String {
        let test = env::current_exe().expect("a test is a program");
        let folder = test.parent().and_then(Path::parent).expect("a folder");
        let path = folder.join(name);
        assert!(
            path.is_file(),
            "{name} is not built: run `cargo test --workspace`, or `cargo build` first"
        );
        path.to_str().expect("a path in UTF-8").to_owned()
    }

    pub(crate) fn args(mut self, arguments: &[&str]) -> Self {
        self.command.args(arguments);
        self
    }

    pub(crate) fn env(self, name: &str, value: &str) -> Self {
        self.env_bytes(name, OsStr::new(value))
    }

    /// Whatever bytes it has.
    pub(crate) fn env_bytes(mut self, name: &str, value: &OsStr) -> Self {
        self.command.env(name, value);
        self
    }

    /// Starts it with nothing to read.
    pub(crate) fn start(self) -> Process {
        self.start_with(Stdio::null())
    }

    /// Starts a server and waits for the line that says where it listens.
    #[track_caller]
    pub(crate) fn serve(self) -> Server {
        Server::new(self.start())
    }

    /// The same on a port that the system chooses.
    #[track_caller]
    pub(crate) fn serve_with(self, flags: &[&str]) -> Server {
        self.args(&["--bind", "127.0.0.1:0"]).args(flags).serve()
    }

    /// Gives it `input` to read, and waits until it ends.
    #[track_caller]
    pub(crate) fn run_with(self, input: &[u8]) -> Finished {
        let mut process = self.start_with(Stdio::piped());
        let mut pipe = process.take_input();
        let input = input.to_vec();
        // A program may end without reading everything.
        thread::spawn(move || drop(pipe.write_all(&input)));
        process.finish()
    }

    /// Waits until it ends; it has nothing to read.
    #[track_caller]
    pub(crate) fn run(self) -> Finished {
        self.run_with(b"")
    }

    /// Starts a server whose standard error is a pipe that nobody reads.
    #[track_caller]
    pub(crate) fn serve_with_unread_log(self) -> (Server, ChildStderr) {
        let mut child = self.spawn(Stdio::null(), Stdio::piped(), Stdio::piped());
        let unread = child.stderr.take().expect("standard error is a pipe");
        (Server::new(Process::new(child)), unread)
    }

    /// Starts it with an input that stays open, as long as somebody has the keyboard.
    pub(crate) fn start_with_keyboard(self) -> (Process, ChildStdin) {
        let mut process = self.start_with(Stdio::piped());
        let keyboard = process.take_input();
        (process, keyboard)
    }

    fn start_with(self, input: Stdio) -> Process {
        Process::new(self.spawn(input, Stdio::piped(), Stdio::piped()))
    }

    #[track_caller]
    pub(crate) fn spawn(mut self, input: Stdio, output: Stdio, errors: Stdio) -> Child {
        self.command.stdin(input).stdout(output).stderr(errors);
        let child = self.command.spawn();
        child.unwrap_or_else(|error| panic!("{:?}: {error}", self.command))
    }
}

/// A test that was itself started in the background, or by nohup(1), has signals switched off for all that it
/// starts.
fn with_default_signals(path: &str) -> Command {
    if cfg!(target_os = "linux") {
        let mut command = Command::new("env");
        command.args(["--default-signal=INT,HUP", path]);
        command
    } else {
        Command::new(path)
    }
}
