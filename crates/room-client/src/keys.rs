//! The keys of the chat's prompt that do more than edit the line: Tab, Enter, Ctrl-R and their like.

use std::io;
use std::sync::Arc;

use ::terminal::{Guard, Note, Notes};
use crossbeam_channel::Sender;
use parking_lot::Mutex;
use rustyline::completion::Completer;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::DefaultHistory;
use rustyline::line_buffer::LineBuffer;
use rustyline::validate::Validator;
use rustyline::{
    Changeset, Cmd, ConditionalEventHandler, Context, Editor, Event, EventContext, EventHandler, Helper,
    KeyCode, KeyEvent, Modifiers, Movement, RepeatCount,
};

use crate::complete::{Completion, complete};
use crate::game::Vocabulary;
use crate::history::History;
use crate::line::Line;
use crate::parts::too_long;
use crate::screen::Input;

/// The editor of typed lines.
pub(crate) type LineEditor = Editor<Recall, DefaultHistory>;

/// An old line on its way into the editor.
type Recalled = Arc<Mutex<Option<String>>>;

/// The names of those in the room, as they are typed.
pub(crate) type Company = Arc<Mutex<Vec<String>>>;

/// What Tab completes.
pub(crate) struct Known {
    pub(crate) vocabulary: Vocabulary,
    pub(crate) company: Company,
}

/// Enter, Tab, the arrows up and down, Ctrl-R, Ctrl-C and Ctrl-D, and what is the same at every prompt.
pub(crate) struct Keys {
    shared: ::terminal::Keys,
    typed: Sender<io::Result<Input>>,
    history: Mutex<History>,
    known: Known,
    recalled: Recalled,
}

impl Keys {
    /// Gives the editor its keys. What is entered goes to `typed`; `started` hears of it when the prompt is
    /// there.
    pub(crate) fn bind(
        editor: &mut LineEditor,
        guard: Guard,
        known: Known,
        typed: Sender<io::Result<Input>>,
        started: Sender<()>,
    ) {
        let (notes, recalled) = (Notes::default(), Recalled::default());
        editor.set_helper(Some(Recall {
            guard: guard.clone(),
            notes: notes.clone(),
            recalled: Arc::clone(&recalled),
            started,
        }));
        let keys = Self {
            shared: ::terminal::Keys::new(guard, notes),
            typed,
            history: Mutex::default(),
            known,
            recalled,
        };
        editor.bind_sequence(Event::Any, EventHandler::Conditional(Box::new(keys)));
    }

    /// Takes what is in the editor: one line, or several that were pasted.
    fn enter(&self, text: &str) -> Cmd {
        let lines: Vec<_> = text.split('\n').map(ToOwned::to_owned).collect();
        lines.iter().for_each(|line| self.history.lock().add(line));
        self.tell(Input::Lines(lines));
        Cmd::Kill(Movement::WholeBuffer)
    }

    /// Only at the end of the line. The editor's own completion would wait for a second Tab, and nothing could
    /// be shown meanwhile.
    fn complete(&self, line: &str, position: usize) -> Cmd {
        if position < line.len() {
            return Cmd::Noop;
        }
        match complete(line, &self.known.company.lock(), &self.known.vocabulary) {
            Completion::None => Cmd::Noop,
            Completion::Line(line) => self.recall(Some(line)),
            Completion::Choice(words) => {
                self.tell(Input::Show(Line::Notice(words.join("  "))));
                Cmd::Noop
            }
        }
    }

    /// The editor knows one command that puts a text in place of its line and itself behind it: completion.
    fn recall(&self, line: Option<String>) -> Cmd {
        match line {
            Some(line) => {
                *self.recalled.lock() = Some(line);
                Cmd::Complete
            }
            None => Cmd::Noop,
        }
    }

    /// Nobody takes it when the conversation is over: then the editor is about to end too.
    fn tell(&self, input: Input) {
        let _ = self.typed.send(Ok(input));
    }
}

impl ConditionalEventHandler for Keys {
    /// `None` leaves the key to the editor.
    fn handle(&self, event: &Event, _: RepeatCount, _: bool, editor: &EventContext<'_>) -> Option<Cmd> {
        let KeyEvent(code, modifiers) = *event.get(0)?;
        let line = editor.line();
        if let Some(command) = self.shared.handle(KeyEvent(code, modifiers), line) {
            return Some(command);
        }
        Some(match (code, modifiers == Modifiers::CTRL) {
            (KeyCode::Enter, _) | (KeyCode::Char('J' | 'M'), true) => self.enter(line),
            (KeyCode::Tab, _) | (KeyCode::Char('I'), true) => self.complete(line, editor.pos()),
            (KeyCode::Up, _) | (KeyCode::Char('P'), true) => self.recall(self.history.lock().older(line)),
            (KeyCode::Down, _) | (KeyCode::Char('N'), true) => self.recall(self.history.lock().newer()),
            // The editor's own search shows nothing of others until it is over.
            (KeyCode::Char('R'), true) => self.recall(self.history.lock().search(line)),
            (KeyCode::Char('D'), true) if !line.is_empty() => return None,
            (KeyCode::Char('C' | 'D'), true) => {
                self.tell(Input::Quit);
                Cmd::Noop
            }
            // These wait for another key, and nothing is shown meanwhile.
            (KeyCode::Char('Q' | 'V' | 'X' | ']'), true) => Cmd::Noop,
            _ => return None,
        })
    }
}

/// Puts a line into the editor, says when the editor has begun, and shows what there is to say to the person.
pub(crate) struct Recall {
    guard: Guard,
    notes: Notes,
    recalled: Recalled,
    started: Sender<()>,
}

impl Completer for Recall {
    type Candidate = String;

    fn complete(&self, _: &str, _: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        Ok((0, self.recalled.lock().take().into_iter().collect()))
    }

    fn update(&self, line: &mut LineBuffer, _: usize, recalled: &str, changes: &mut Changeset) {
        line.update(recalled, recalled.len(), changes);
    }
}

impl Hinter for Recall {
    type Hint = Note;

    /// The editor asks whenever it draws the line; only the first time counts for the start.
    fn hint(&self, line: &str, _: usize, _: &Context<'_>) -> Option<Note> {
        self.guard.drawn();
        let _ = self.started.try_send(());
        self.notes.current().or_else(|| Some(Note::new(&too_long(line)?)))
    }
}

impl Helper for Recall {}
impl Highlighter for Recall {}
impl Validator for Recall {}
