//! A prompt for a program that asks and answers in turns: line editing, history, and a terminal in order.

use std::collections::VecDeque;

use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::DefaultHistory;
use rustyline::validate::Validator;
use rustyline::{
    Cmd, ConditionalEventHandler, Config, Context, Editor, Event, EventContext, EventHandler, Helper,
    RepeatCount,
};

use crate::guard::Guard;
use crate::keys::Keys;
use crate::note::{Note, Notes};

/// How a line editor is set up at every prompt. Pasted text comes between marks, so that it can be told from
/// what is typed; see [`Keys`].
pub fn config() -> rustyline::config::Builder {
    Config::builder().bracketed_paste(true)
}

/// Reads lines from a person. Dropping it leaves the terminal as it was.
pub struct Prompt {
    editor: Editor<Drawing, DefaultHistory>,
    guard: Guard,
    /// Lines of a paste that have not been read.
    pasted: VecDeque<String>,
}

impl Prompt {
    /// From now on the terminal is as before when the program ends or is stopped.
    ///
    /// # Errors
    /// When standard input is no terminal, or signals cannot be watched.
    pub fn open() -> Result<Self, ReadlineError> {
        let guard = Guard::start()?;
        let notes = Notes::default();
        let mut editor = Editor::with_config(config().auto_add_history(false).build())?;
        editor.set_helper(Some(Drawing {
            guard: guard.clone(),
            notes: notes.clone(),
        }));
        let keys = AllKeys(Keys::new(guard.clone(), notes));
        editor.bind_sequence(Event::Any, EventHandler::Conditional(Box::new(keys)));
        Ok(Self {
            editor,
            guard,
            pasted: VecDeque::new(),
        })
    }

    /// The next line; `None` when the person has ended it, with Ctrl-D or Ctrl-C. Several lines that were
    /// pasted are read one by one.
    ///
    /// # Errors
    /// When the keyboard cannot be read.
    pub fn read(&mut self, prompt: &str) -> Result<Option<String>, ReadlineError> {
        if let Some(line) = self.pasted.pop_front() {
            return Ok(Some(line));
        }
        let Self { editor, guard, .. } = self;
        let text = match guard.edit(|| editor.readline(prompt)) {
            Ok(text) => text,
            Err(ReadlineError::Eof | ReadlineError::Interrupted) => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut lines = text.split('\n').map(ToOwned::to_owned);
        let first = lines.next().unwrap_or_default();
        self.pasted.extend(lines);
        for line in std::iter::once(&first).chain(&self.pasted) {
            self.editor.add_history_entry(line)?;
        }
        Ok(Some(first))
    }
}

impl std::fmt::Debug for Prompt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prompt")
            .field("pasted", &self.pasted)
            .finish_non_exhaustive()
    }
}

struct AllKeys(Keys);

impl ConditionalEventHandler for AllKeys {
    fn handle(&self, event: &Event, _: RepeatCount, _: bool, editor: &EventContext<'_>) -> Option<Cmd> {
        self.0.handle(*event.get(0)?, editor.line())
    }
}

/// Tells the guard when the line is drawn, and shows what there is to say.
struct Drawing {
    guard: Guard,
    notes: Notes,
}

impl Hinter for Drawing {
    type Hint = Note;

    fn hint(&self, _: &str, _: usize, _: &Context<'_>) -> Option<Note> {
        self.guard.drawn();
        self.notes.current()
    }
}

impl Completer for Drawing {
    type Candidate = String;
}

impl Helper for Drawing {}
impl Highlighter for Drawing {}
impl Validator for Drawing {}
