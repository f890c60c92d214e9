//! Unix: a program with a terminal instead of pipes, as a person has it.

use std::fs::File;
use std::io::Write;
use std::process::Stdio;

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{
    LocalModes, OptionalActions, Termios, tcgetattr, tcgetwinsize, tcsetattr, tcsetwinsize,
};

use super::output::Output;
use super::process::Signal;
use super::{Process, Program, eventually};

/// A program that another test starts at this moment must not hold the terminal open, nor have a descriptor more: where the
/// system can open it so.
#[cfg(target_os = "linux")]
const NOT_FOR_OTHERS: OpenptFlags = OpenptFlags::CLOEXEC;
#[cfg(not(target_os = "linux"))]
const NOT_FOR_OTHERS: OpenptFlags = OpenptFlags::empty();

/// A program at a terminal, and who sits in front of it.
pub(crate) struct Terminal {
    pub(crate) process: Process,
    /// What stands on the screen: what was typed, and what the program printed, errors too.
    pub(crate) screen: Output,
    keyboard: File,
    before: Termios,
}

impl Terminal {
    pub(crate) fn start(program: Program) -> Self {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | NOT_FOR_OTHERS).expect("a terminal");
        grantpt(&ours).and_then(|()| unlockpt(&ours)).expect("a terminal");
        let name = ptsname(&ours, Vec::new()).expect("its name");
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let theirs = File::from(rustix::fs::open(name, flags, Mode::empty()).expect("its other side"));
        let keyboard = File::from(ours);
        let screen = Output::collect(keyboard.try_clone().expect("a live terminal"));
        let before = tcgetattr(&keyboard).expect("a live terminal");
        let end = || Stdio::from(theirs.try_clone().expect("a live terminal"));
        Self {
            process: Process::new(program.spawn(end(), end(), end())),
            screen,
            keyboard,
            before,
        }
    }

    /// A shell that leaves the terminal to its programs, as dash does, and starts them as jobs.
    #[cfg(target_os = "linux")]
    pub(crate) fn start_shell() -> Self {
        let shell = Program::new("setsid").args(&["--ctty", "dash", "-i"]);
        let terminal = Self::start(shell.env("PS1", "$ ").env("ENV", ""));
        terminal.screen.wait_for_text("$ ");
        terminal
    }

    /// What a command prints, in a shell that waits for one. It must be one line.
    #[cfg(target_os = "linux")]
    #[track_caller]
    pub(crate) fn output_of(&mut self, command: &str) -> String {
        let mark = format!("answer-{}-", self.screen.bytes().len());
        // The mark is not in what is typed.
        let (one, other) = mark.split_at(3);
        self.type_text(&format!("echo \"{one}\"\"{other}$({command})\"\r"));
        let line = self.screen.wait_for_line(&mark);
        line.split_once(&mark).expect("the mark").1.to_owned()
    }

    /// Presses a key that only an editor takes for what it means, as Ctrl-C and Ctrl-D. Between two lines the terminal has the
    /// modes of a shell and would take it for itself.
    #[track_caller]
    pub(crate) fn press(&mut self, key: &str) {
        eventually("the line is edited", || !self.shows_what_is_typed());
        self.type_text(key);
    }

    /// Types this; a line ends with `\n`, and Ctrl-D is `\x04`.
    pub(crate) fn type_text(&mut self, text: &str) {
        self.keyboard.write_all(text.as_bytes()).expect("a live terminal");
    }

    /// Pastes this, as a terminal does that has been asked to mark what is pasted.
    pub(crate) fn paste(&mut self, text: &str) {
        self.type_text(&format!("\x1b[200~{text}\x1b[201~"));
    }

    /// Its window is made so many columns wide.
    pub(crate) fn resize(&self, columns: u16) {
        let mut size = tcgetwinsize(&self.keyboard).expect("a live terminal");
        size.ws_col = columns;
        tcsetwinsize(&self.keyboard, size).expect("a live terminal");
    }

    /// What a shell does when a program has been stopped and goes on: gives the terminal modes of its own.
    pub(crate) fn let_it_show_what_is_typed(&self) {
        let mut modes = self.modes();
        modes.local_modes |= LocalModes::ECHO | LocalModes::ICANON;
        tcsetattr(&self.keyboard, OptionalActions::Now, &modes).expect("a live terminal");
    }

    /// False while a program reads single keys and draws what is typed by itself.
    pub(crate) fn shows_what_is_typed(&self) -> bool {
        self.modes().local_modes.contains(LocalModes::ECHO)
    }

    /// Whether it has the modes that it had before the program.
    #[track_caller]
    pub(crate) fn expect_order(&self) {
        assert_eq!(format!("{:?}", self.modes()), format!("{:?}", self.before));
    }

    fn modes(&self) -> Termios {
        tcgetattr(&self.keyboard).expect("a live terminal")
    }
}

/// Whatever ends a program at a prompt, the terminal is in order then. `start` waits for the prompt.
#[track_caller]
pub(crate) fn ends_in_order(start: impl Fn() -> Terminal) {
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::QUIT, 131)] {
        let mut terminal = start();
        terminal.type_text("half a 줄");
        terminal.screen.wait_for_text("half a 줄");
        assert!(!terminal.shows_what_is_typed());
        terminal.process.signal(signal);
        assert_eq!(terminal.process.wait().code(), Some(code), "{signal:?}");
        terminal.expect_order();
        terminal.screen.wait_for_end();
        let screen = terminal.screen.text();
        assert!(screen.ends_with("half a 줄\x1b[?2004l\r\n"), "{screen:?}");
    }
}

/// Ctrl-Z, and the signal that it sends, leave the shell a terminal in order; `fg` gives the editor its own again, and
/// the line, which is `abyz` then. `command` starts the program, which is ready when `ready` is on the screen.
#[cfg(target_os = "linux")]
#[track_caller]
pub(crate) fn stops_in_order(command: &str, ready: &str) -> Terminal {
    let mut shell = Terminal::start_shell();
    let before = shell.output_of("stty -g");
    shell.type_text(&format!("dash -c 'echo pro\"\"cess $$; exec {command}'\r"));
    let process = shell.screen.wait_for_line("process ");
    shell.screen.wait_for_texts(&["process ", ready, "> "]);
    for (way, typed) in [("key", "ab"), ("signal", "yz")] {
        eventually("the line is edited", || !shell.shows_what_is_typed());
        shell.type_text(typed);
        shell.screen.wait_for_text(typed);
        let stops = shell.screen.count("Stopped");
        match way {
            "key" => shell.type_text("\x1a"),
            _ => signal_to(&process, Signal::TSTP),
        }
        eventually("it has stopped", || shell.screen.count("Stopped") > stops);
        assert_eq!(shell.output_of("stty -g"), before, "after a stop by a {way}");
        shell.type_text("fg\r");
    }
    eventually("the line is edited again", || !shell.shows_what_is_typed());
    shell
}

/// To the process whose number stands at the end of this line.
#[cfg(target_os = "linux")]
#[track_caller]
fn signal_to(line: &str, signal: Signal) {
    use rustix::process::{Pid, kill_process};
    let number = line
        .split_whitespace()
        .last()
        .and_then(|number| number.parse().ok());
    let process = number.and_then(Pid::from_raw).expect("the number of a process");
    kill_process(process, signal).expect("a live process");
}
