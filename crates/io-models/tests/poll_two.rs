//! The program `poll-two`: both inputs at once, their ends, and the pipe that it makes.
#![cfg(unix)]
#![forbid(unsafe_code)]

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::sys::stat::Mode;
use nix::unistd::{Pid, mkfifo};

/// A running `poll-two`, and the lines it prints.
struct Program {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Program {
    fn start(pipe: &Path, keyboard: impl Into<Stdio>) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_poll-two"))
            .arg(pipe)
            .stdin(keyboard)
            .stdout(Stdio::piped())
            .spawn()
            .expect("starts");
        let lines = BufReader::new(process.stdout.take().expect("piped")).lines();
        let mut program = Self { process, lines };
        program.prints(&[&format!("waiting for the keyboard and {}", pipe.display())]);
        program
    }

    fn prints(&mut self, expected: &[&str]) {
        for line in expected {
            assert_eq!(self.lines.next().expect("a line").expect("text"), *line);
        }
    }

    /// The same in this round or in the next: after the end of the keyboard, the pipe is asked at once.
    fn prints_soon(&mut self, expected: &str) {
        let mut lines = self.lines.by_ref().map(|line| line.expect("text"));
        let line = lines.find(|line| line != "1 ready");
        assert_eq!(line.as_deref(), Some(expected));
    }

    fn ends(mut self) {
        assert!(self.lines.next().is_none(), "it prints nothing more");
        assert!(self.process.wait().expect("ends").success());
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It has ended, unless the test has failed.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A path for one test, at which nothing is.
fn path(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("poll-two-{name}"));
    let _ = fs::remove_file(&path);
    path
}

/// A pipe that somebody has open for writing; opened for both, since that waits for nobody.
fn open_pipe(path: &Path) -> File {
    mkfifo(path, Mode::S_IRWXU).expect("made");
    OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .expect("opens")
}

#[test]
fn both_are_ready_in_one_round() {
    let (pipe, keyboard) = (path("both"), path("both-keyboard"));
    fs::write(&keyboard, "typed\n").expect("written");
    let mut writer = open_pipe(&pipe);
    writer.write_all(b"sent\n").expect("written");

    let mut program = Program::start(&pipe, File::open(&keyboard).expect("opens"));
    program.prints(&["2 ready", r#"  keyboard: "typed\n""#, r#"  pipe: "sent\n""#]);
    program.prints(&["1 ready", "  keyboard: end"]);
    drop(writer);
    program.prints_soon("  pipe: end");
    program.ends();
    assert!(pipe.exists(), "it was there before");
}

#[test]
fn the_pipe_gets_another_writer() {
    let pipe = path("writers");
    let mut program = Program::start(&pipe, Stdio::piped());
    for text in ["one", "two"] {
        let mut writer = OpenOptions::new().write(true).open(&pipe).expect("opens");
        writer.write_all(text.as_bytes()).expect("written");
        program.prints(&["1 ready", &format!("  pipe: {text:?}")]);
        drop(writer);
        // Once: an end that is reported for ever would be printed for ever.
        program.prints(&["1 ready", "  pipe: end"]);
    }
    let mut keyboard = program.process.stdin.take().expect("piped");
    keyboard.write_all(b"bye").expect("written");
    program.prints(&["1 ready", r#"  keyboard: "bye""#]);
    drop(keyboard);
    program.prints(&["1 ready", "  keyboard: end", "  pipe: end"]);
    program.ends();
    assert!(!pipe.exists(), "it was made by the program");
}

#[test]
fn the_end_of_the_keyboard_is_not_that_of_the_pipe() {
    let pipe = path("keyboard");
    let mut writer = open_pipe(&pipe);
    let mut program = Program::start(&pipe, Stdio::null());
    program.prints(&["1 ready", "  keyboard: end"]);
    writer.write_all(b"still here").expect("written");
    program.prints_soon(r#"  pipe: "still here""#);
    drop(writer);
    program.prints_soon("  pipe: end");
    program.ends();
}

#[test]
fn a_signal_wakes_it_and_its_pipe_is_removed() {
    let pipe = path("signal");
    let program = Program::start(&pipe, Stdio::piped());
    let id = i32::try_from(program.process.id()).expect("an id");
    kill(Pid::from_raw(id), Signal::SIGTERM).expect("sent");
    program.ends();
    assert!(!pipe.exists(), "nothing is left behind");
}

#[test]
fn a_file_is_not_taken_for_a_pipe() {
    let file = path("file");
    fs::write(&file, "precious").expect("written");
    let output = Command::new(env!("CARGO_BIN_EXE_poll-two"))
        .arg(&file)
        .output()
        .expect("runs");
    assert_eq!(output.status.code(), Some(1));
    let expected = format!("poll-two: {} exists, and is not a named pipe\n", file.display());
    assert_eq!(String::from_utf8_lossy(&output.stderr), expected);
    assert_eq!(fs::read_to_string(&file).expect("still there"), "precious");
}
