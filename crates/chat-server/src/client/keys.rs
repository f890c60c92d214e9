//! What the keys do that do not just edit the line.

use std::io;
use std::sync::Arc;

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

use crate::history::History;

/// What Ctrl-C and Ctrl-D type.
const QUIT: &str = "/quit";

/// The editor of typed lines.
pub(crate) type LineEditor = Editor<Recall, DefaultHistory>;

/// An old line on its way into the editor.
type Recalled = Arc<Mutex<Option<String>>>;

/// Enter, the arrows up and down, Ctrl-C and Ctrl-D.
#[derive(Clone)]
pub(crate) struct Keys {
    typed: Sender<io::Result<String>>,
    history: Arc<Mutex<History>>,
    recalled: Recalled,
}

impl Keys {
    /// Gives the editor its keys. Entered lines go to `typed`; `started` hears of it when the prompt is
    /// there.
    pub(crate) fn bind(editor: &mut LineEditor, typed: Sender<io::Result<String>>, started: Sender<()>) {
        let keys = Self {
            typed,
            history: Arc::default(),
            recalled: Arc::default(),
        };
        let recalled = Arc::clone(&keys.recalled);
        editor.set_helper(Some(Recall { recalled, started }));
        let plain = [KeyCode::Enter, KeyCode::Up, KeyCode::Down].map(|code| KeyEvent(code, Modifiers::NONE));
        for key in plain.into_iter().chain("JMPNCD".chars().map(KeyEvent::ctrl)) {
            editor.bind_sequence(key, EventHandler::Conditional(Box::new(keys.clone())));
        }
        // These wait for another key, and nothing is shown meanwhile.
        for key in "QVX]".chars().map(KeyEvent::ctrl) {
            editor.bind_sequence(key, Cmd::Noop);
        }
    }

    fn enter(&self, line: &str) -> Cmd {
        self.history.lock().add(line);
        self.type_line(line);
        Cmd::Kill(Movement::WholeBuffer)
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

    /// Nobody takes the line when the conversation is over: then the editor is about to end too.
    fn type_line(&self, line: &str) {
        let _ = self.typed.send(Ok(line.to_owned()));
    }
}

impl ConditionalEventHandler for Keys {
    /// `None` leaves the key to the editor.
    fn handle(&self, event: &Event, _: RepeatCount, _: bool, editor: &EventContext<'_>) -> Option<Cmd> {
        let KeyEvent(code, modifiers) = event.get(0)?;
        let line = editor.line();
        match (code, *modifiers == Modifiers::CTRL) {
            (KeyCode::Enter, _) | (KeyCode::Char('J' | 'M'), true) => Some(self.enter(line)),
            (KeyCode::Up, _) | (KeyCode::Char('P'), true) => {
                let older = self.history.lock().older(line);
                Some(self.recall(older))
            }
            (KeyCode::Down, _) | (KeyCode::Char('N'), true) => {
                let newer = self.history.lock().newer();
                Some(self.recall(newer))
            }
            (KeyCode::Char('D'), true) if !line.is_empty() => None,
            (KeyCode::Char('C' | 'D'), true) => {
                self.type_line(QUIT);
                Some(Cmd::Noop)
            }
            _ => None,
        }
    }
}

/// Puts an old line into the editor, and says when the editor has begun.
pub(crate) struct Recall {
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
    type Hint = String;

    /// The editor asks whenever it draws the line; only the first time counts.
    fn hint(&self, _: &str, _: usize, _: &Context<'_>) -> Option<String> {
        let _ = self.started.try_send(());
        None
    }
}

impl Helper for Recall {}
impl Highlighter for Recall {}
impl Validator for Recall {}
