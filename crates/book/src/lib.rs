//! Checks the book and the README: every listing exists, every link leads somewhere, and every command that
//! is shown does what is shown. `tests/solutions.rs` solves the exercises that `examine` judges, and `tests/programs.rs`
//! checks which programs `cargo install` installs. `tests/circles.rs` looks at the code instead: it keeps circles of files
//! out of the crates, and `tests/architecture.rs` holds the page about the architecture against the manifests.
//!
//! How to write a page that can be checked:
//!
//! - A listing is a fence of the kind ` ```rust `, ` ```python ` or ` ```js ` with nothing in it but
//!   `{{#include file:anchor}}`.
//! - A fence of the kind ` ```console ` is a transcript. Its commands are run, in the order of the page and
//!   in a scratch directory, and their output is compared with the page.
//! - Everything else, such as a session in which somebody types, is a fence of the kind ` ```text `.
//!
//! What the lines of a transcript mean:
//!
//! | line | meaning |
//! |---|---|
//! | `$ command` | a command, typed into the one bash of the page |
//! | `$` | the prompt is back: the server has ended |
//! | `^C` | Ctrl-C in the server's terminal |
//! | `...` | lines, or the rest of a line, are left out here |
//! | any other | output: of the command above it in the fence; of the server, where there is none |
//!
//! Each command waits until the one before is done, each line of the server until it has come: a page never fails
//! because a machine is slow. So it must not pass by being fast either. Where something has to come first, a page
//! waits for it: for a line of the server in a fence of its own, with `head -c 7 <&3` for bytes, with
//! `tail -f bob.txt | sed '/hello/q'` for a line in a file, with `docs/until-stuck` for a server that hangs in a write. `sleep` and `timeout`
//! stand only where time is the subject, as in "no reply within a second".
//!
//! A command that prints `listening on ...`, or `NAME listening on ...` for each of its services, is a server. It
//! runs in the background, one at a time, and ends with the page, if not before. A page without one may let others
//! listen on port 18080, which becomes a free one. What its output is compared with, and what must not vary, is in
//! [`mask`]; how the commands of a page reach the server of the test is in [`program`].
#![forbid(unsafe_code)]

pub mod addresses;
pub mod markdown;
pub mod mask;
pub mod page;
pub mod program;
#[cfg(unix)]
mod run;
#[cfg(unix)]
mod server;
#[cfg(unix)]
mod shell;
pub mod transcript;

#[cfg(unix)]
pub use run::{Outcome, run};
