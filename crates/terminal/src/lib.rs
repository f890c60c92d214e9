//! A prompt with line editing, and a terminal that is as before when the program ends.
//!
//! While a line is edited, the terminal is raw: it hands over single keys and shows nothing itself. A program
//! that ends so leaves a shell in which nobody sees what is typed. The line editor puts the modes back when it
//! has a line; for all that comes between, a signal that ends or stops the program, there is [`Guard`].
//!
//! [`Prompt`] is all that a program needs that asks and answers in turns. A program that prints while its user
//! types puts [`Guard`], [`Keys`] and [`Notes`] into an editor of its own. A password is asked for by [`ask_unseen`].
#![forbid(unsafe_code)]

mod columns;
mod guard;
mod keys;
mod note;
mod paste;
mod prompt;
mod unseen;

pub use columns::columns;
pub use guard::{Guard, can_edit};
pub use keys::{Keys, LONGEST_INPUT};
pub use note::{Note, Notes};
pub use prompt::{Prompt, config};
pub use unseen::ask_unseen;
