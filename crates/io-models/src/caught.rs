//! Turns a panic of a thread into an error of the server, since a server that goes on without one of its threads only
//! looks alive.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use net::panic_text;

/// What this returns, or the text of its panic as an error.
///
/// # Errors
/// Its own, and its panic.
pub(crate) fn caught(serve: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    // Nobody uses what it has left behind: the process ends.
    catch_unwind(AssertUnwindSafe(serve)).unwrap_or_else(|panic| {
        let text = panic_text(panic.as_ref());
        Err(io::Error::other(format!("a thread panicked: {text}")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_with_its_text() {
        let error = caught(|| panic!("no more {}", "places")).expect_err("it panicked");
        assert_eq!(error.to_string(), "a thread panicked: no more places");
        assert!(caught(|| Ok(())).is_ok());
    }
}
