//! Runs a client of rooms at a terminal: messages of others appear above the line that is being typed.
//!
//! The line editor has a printer for that, which hands each line over to the editor's thread. Between two
//! lines of input it would print at once instead, past a line that still waits to be handed over. So there
//! is no "between" here: Enter gives the line to the conversation and empties the editor, which reads on
//! until the conversation is over.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::{env, io};

use ::terminal::{Guard, can_edit, columns, config};
use anyhow::{Context, anyhow, ensure};
use crossbeam_channel::{bounded, unbounded};
use rustyline::error::ReadlineError;
use rustyline::{CompletionType, Config, ExternalPrinter};

use crate::conversation::Conversation;
use crate::game::Vocabulary;
use crate::keys::{Company, Keys, Known, LineEditor};
use crate::line::Line;
use crate::screen::{Pace, Screen, Typed};

const PROMPT: &str = "> ";

/// Milliseconds after which an Escape is a key of its own, and not the beginning of an arrow.
const REST_OF_KEY: u16 = 500;

/// A line that leaves the screen as it is: one up, and down again.
const NOTHING: &str = "\x1b[A\n";

/// Finds out whether this terminal will do, before anybody is told that somebody comes.
pub(crate) fn check(program: &str) -> anyhow::Result<()> {
    ensure!(
        can_edit(),
        "TERM is {:?}: such a terminal cannot show messages above the line that is typed; set TERM to what \
         yours is, or type into a pipe: cat | {program} ...",
        env::var("TERM").unwrap_or_default()
    );
    Ok(())
}

/// Sends what is typed until it is over. A terminal has one guard: `guard` is it where there is one already.
pub(crate) fn talk(mut conversation: Conversation, guard: Option<Guard>) -> anyhow::Result<()> {
    let (mut terminal, typed) = Terminal::open(conversation.vocabulary(), guard)?;
    let outcome = conversation.run(typed, Pace::Person, &mut terminal);
    outcome.and(terminal.close())
}

/// The screen, and the thread that reads the keyboard and draws the line that is being typed.
struct Terminal {
    printer: Box<dyn ExternalPrinter + Send>,
    keyboard: JoinHandle<Result<(), ReadlineError>>,
    /// False when the keyboard's thread has stopped reading.
    reading: Arc<AtomicBool>,
    /// Whose names Tab completes.
    company: Company,
    has_colours: bool,
    _order: Order,
}

/// Dropping it leaves the terminal in order, after a panic too: the thread that edits ends with the program then.
struct Order(Guard);

impl Drop for Order {
    fn drop(&mut self) {
        self.0.restore();
    }
}

// ANCHOR: show
impl Screen for Terminal {
    fn show(&mut self, line: &Line) -> anyhow::Result<()> {
        let text = match self.has_colours {
            true => line.in_colour(),
            false => line.to_string(),
        };
        self.printer.print(text + "\n").context("cannot print")
    }

    fn company(&mut self, names: &[String]) {
        names.clone_into(&mut self.company.lock());
    }

    fn columns(&self) -> usize {
        columns()
    }
}
// ANCHOR_END: show

impl Terminal {
    /// Starts to read lines, and returns when the prompt is there.
    fn open(vocabulary: Vocabulary, guard: Option<Guard>) -> anyhow::Result<(Self, Typed)> {
        let guard = guard.map_or_else(Guard::start, Ok);
        let guard = guard.context("cannot watch for signals")?;
        outlive_interrupts().context("cannot watch for signals")?;
        let mut editor = LineEditor::with_config(editor_config())?;
        let printer = editor.create_external_printer().map_err(|error| {
            anyhow!("this terminal cannot show messages above the line that is typed: {error}")
        })?;
        // Without a bound: the keyboard must not wait for the conversation, which may be waiting for the
        // keyboard's thread to draw.
        let (lines, typed) = unbounded();
        let (started, has_started) = bounded(1);
        let company = Company::default();
        let known = Known {
            vocabulary,
            company: Arc::clone(&company),
        };
        Keys::bind(&mut editor, guard.clone(), known, lines, started);
        let reading = Arc::new(AtomicBool::new(true));
        let keyboard = spawn_keyboard(editor, guard.clone(), Arc::clone(&reading))?;
        // Should the keyboard fail, the conversation ends with it.
        let _ = has_started.recv();
        let terminal = Self {
            printer: Box::new(printer),
            keyboard,
            reading,
            company,
            has_colours: command_line::are_colours_welcome(&io::stdout()),
            _order: Order(guard),
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

fn editor_config() -> Config {
    config()
        // What there is to complete is put into the line at once, and not offered.
        .completion_type(CompletionType::List)
        // While the rest of a key is awaited, nothing is shown; so it is not awaited for ever.
        .keyseq_timeout(Some(REST_OF_KEY))
        .build()
}

/// Starts the thread that reads keys until it is interrupted, or the terminal's window is closed. `reading`
/// becomes false when it stops. Lines do not come from here: see [`Keys`].
fn spawn_keyboard(
    mut editor: LineEditor,
    guard: Guard,
    reading: Arc<AtomicBool>,
) -> io::Result<JoinHandle<Result<(), ReadlineError>>> {
    let keyboard = thread::Builder::new().name("keyboard".to_owned());
    keyboard.spawn(move || {
        let outcome = guard.edit(|| editor.readline(PROMPT));
        // Before the editor is dropped, and with it the sender at whose end the conversation ends.
        reading.store(false, Ordering::Release);
        match outcome {
            Ok(_) | Err(ReadlineError::Interrupted | ReadlineError::Eof) => Ok(()),
            Err(error) => Err(error),
        }
    })
}

/// While the editor reads, it takes SIGINT. It may have ended at the moment at which it is interrupted, and the
/// program has something to say yet.
#[cfg(unix)]
fn outlive_interrupts() -> io::Result<()> {
    use signal_hook::{consts::SIGINT, flag::register};
    register(SIGINT, Arc::default()).map(drop)
}

#[cfg(not(unix))]
fn outlive_interrupts() -> io::Result<()> {
    Ok(())
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
