//! What a conversation has to do with its user: a screen that shows lines, and what is typed.

use std::io;
use std::time::Instant;

use crossbeam_channel::Receiver;

use crate::game::View;
use crate::line::Line;

/// Where lines are shown.
pub(crate) trait Screen {
    /// An error ends the conversation: the line cannot be printed, or nobody is there who could do better.
    fn show(&mut self, line: &Line) -> anyhow::Result<()>;

    /// Takes the names of those in the room, whenever they are others.
    fn company(&mut self, _names: &[String]) {}

    /// How wide it is. A pipe has no width.
    fn columns(&self) -> usize {
        usize::MAX
    }

    /// What a game may know of it now.
    fn view(&self) -> View {
        View {
            now: Instant::now(),
            columns: self.columns(),
        }
    }
}

/// What comes from the keyboard.
#[derive(Debug)]
pub(crate) enum Input {
    /// What was entered: one line, or several that were pasted.
    Lines(Vec<String>),
    /// For the screen: it answers a key.
    Show(Line),
    /// To end at once, whatever waits to be sent.
    Quit,
}

/// Where lines come from. It ends when its sender is dropped.
pub(crate) type Typed = Receiver<io::Result<Input>>;

/// How typed lines follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    /// As they are typed, by a person, who ends it.
    Person,
    /// The next one when the last one is answered, so that a script does the same every time.
    Script,
}
