//! A person at a terminal: what others say appears above the line that is being typed.
//!
//! The line editor has a printer for that, which hands each line over to the editor's thread. Between two
//! lines of input it would print at once instead, past a line that still waits to be handed over. So there
//! is no "between" here: Enter gives the line to the conversation and empties the editor, which reads on
//! until the conversation is over.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use anyhow::{Context, anyhow};
use crossbeam_channel::{Sender, bounded, unbounded};
use rustyline::error::ReadlineError;
use rustyline::{CompletionType, Config, ExternalPrinter};

use crate::conversation::{Conversation, Pace, Screen, Typed};
use crate::keys::{Keys, LineEditor};
use crate::line::Line;

const PROMPT: &str = "> ";

/// Milliseconds after which an Escape is a key of its own, and not the beginning of an arrow.
const REST_OF_KEY: u16 = 500;

/// A line that leaves the screen as it is: one up, and down again.
const NOTHING: &str = "\x1b[A\n";

/// Sends what is typed until it is over.
pub(crate) fn talk(mut conversation: Conversation) -> anyhow::Result<()> {
    let (mut terminal, typed) = Terminal::open()?;
    let outcome = conversation.run(typed, Pace::Person, &mut terminal);
    outcome.and(terminal.close())
}

/// The screen, and the thread that reads the keyboard and draws the line that is being typed.
struct Terminal {
    printer: Box<dyn ExternalPrinter + Send>,
    keyboard: JoinHandle<Result<(), ReadlineError>>,
    /// False when the keyboard's thread has stopped reading.
    reading: Arc<AtomicBool>,
}

// ANCHOR: show
impl Screen for Terminal {
    fn show(&mut self, line: &Line) -> anyhow::Result<()> {
        self.printer.print(format!("{line}\n")).context("cannot print")
    }
}
// ANCHOR_END: show

impl Terminal {
    /// Starts to read lines, and returns when the prompt is there.
    fn open() -> anyhow::Result<(Self, Typed)> {
        let mut editor = LineEditor::with_config(config())?;
        let printer = editor.create_external_printer().map_err(|error| {
            anyhow!("this terminal cannot show messages above the line that is typed; is TERM right? {error}")
        })?;
        // Without a bound: the keyboard must not wait for the conversation, which may be waiting for the
        // keyboard's thread to draw.
        let (lines, typed) = unbounded();
        let (started, has_started) = bounded(1);
        Keys::bind(&mut editor, lines.clone(), started);
        let reading = Arc::new(AtomicBool::new(true));
        let keyboard = spawn_keyboard(editor, lines, Arc::clone(&reading))?;
        // Should the keyboard fail, the conversation ends with it.
        let _ = has_started.recv();
        #[cfg(unix)]
        resume::watch(Arc::clone(&reading)).context("cannot watch for the end of a stop")?;
        let terminal = Self {
            printer: Box::new(printer),
            keyboard,
            reading,
        };
        Ok((terminal, typed))
    }

    /// Gives the terminal back as it was, after the last line is shown.
    fn close(mut self) -> anyhow::Result<()> {
        if self.reading.load(Ordering::Acquire) {
            // The printer waits until the line before is taken. When it is through with two more, what was
            // to be seen has been drawn, since the editor takes a line when it has drawn the one before.
            for _ in 0..2 {
                self.printer.print(NOTHING.to_owned())?;
            }
            if !interrupt() {
                return Ok(());
            }
        }
        match self.keyboard.join() {
            Ok(outcome) => outcome.context("cannot read the keyboard"),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

fn config() -> Config {
    Config::builder()
        // Pasted lines are lines like others: each is a message.
        .bracketed_paste(false)
        // What there is to complete is put into the line at once, and not offered.
        .completion_type(CompletionType::List)
        // While the rest of a key is awaited, nothing is shown; so it is not awaited for ever.
        .keyseq_timeout(Some(REST_OF_KEY))
        .build()
}

/// Starts the thread that reads lines. `reading` becomes false when it stops.
fn spawn_keyboard(
    mut editor: LineEditor,
    lines: Sender<io::Result<String>>,
    reading: Arc<AtomicBool>,
) -> io::Result<JoinHandle<Result<(), ReadlineError>>> {
    let keyboard = thread::Builder::new().name("keyboard".to_owned());
    keyboard.spawn(move || {
        let outcome = read_lines(&mut editor, &lines);
        // Before the senders are dropped, at whose end the conversation ends.
        reading.store(false, Ordering::Release);
        outcome
    })
}

/// Reads until it is interrupted, or the terminal's window is closed.
fn read_lines(editor: &mut LineEditor, lines: &Sender<io::Result<String>>) -> Result<(), ReadlineError> {
    loop {
        let line = match editor.readline(PROMPT) {
            Ok(line) => line,
            Err(ReadlineError::Interrupted | ReadlineError::Eof) => return Ok(()),
            Err(error) => return Err(error),
        };
        if lines.send(Ok(line)).is_err() {
            return Ok(());
        }
    }
}

/// Ctrl-Z stops the process, and `fg` lets it go on.
#[cfg(unix)]
mod resume {
    use std::io::{self, stdin};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread::{self, JoinHandle};

    use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
    use signal_hook::consts::SIGCONT;
    use signal_hook::iterator::Signals;

    /// Whenever the process goes on, gives the terminal the modes that it has now, while the editor reads.
    ///
    /// The editor sets them itself, but behind a signal to the whole process, which may take effect only
    /// after that; then the shell puts its own modes over them.
    pub(super) fn watch(reading: Arc<AtomicBool>) -> io::Result<JoinHandle<()>> {
        let modes = tcgetattr(stdin())?;
        let mut signals = Signals::new([SIGCONT])?;
        thread::Builder::new().name("signals".to_owned()).spawn(move || {
            for _ in signals.forever() {
                if reading.load(Ordering::Acquire) {
                    // Where the terminal is gone, the keyboard's thread meets that as well.
                    let _ = tcsetattr(stdin(), OptionalActions::Drain, &modes);
                }
            }
        })
    }
}

/// Wakes the editor, which waits for a key: it takes SIGINT as it takes Ctrl-C, and leaves the terminal in
/// order. False where there is no such signal; there its thread ends with the process.
#[cfg(unix)]
fn interrupt() -> bool {
    use rustix::process::{Signal, getpid, kill_process};
    kill_process(getpid(), Signal::INT).is_ok()
}

#[cfg(not(unix))]
fn interrupt() -> bool {
    false
}
