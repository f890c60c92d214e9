//! Decides whether a stream gets colours: a terminal, and no `NO_COLOR`.

use std::env;
use std::io::IsTerminal;

/// Whether colours may be printed there.
///
/// On a terminal only, and not on one that has none (`TERM=dumb`), nor for a person who wants none: `NO_COLOR`, when
/// it is set and not empty (<https://no-color.org>).
#[must_use]
pub fn are_colours_welcome(stream: &impl IsTerminal) -> bool {
    let is_wanted = env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let is_possible = env::var_os("TERM").is_none_or(|term| term != "dumb");
    is_wanted && is_possible && stream.is_terminal()
}
