//! Prints lines to standard output, where the reader may have gone.

use std::io::Write;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use anyhow::Context;
use parking_lot::Mutex;
use text::printable;

use crate::streams::{stderr, stderr_takes_bytes, stdout};

/// How long a program waits at its end for somebody to read its last line, where that line cannot be written. A
/// machine that is busy with something else gets as long as it takes.
pub(crate) const LAST_PATIENCE: Duration = Duration::from_secs(1);

/// Prints a line to standard output, as `println!` does, but without its panic, and waits where it does not block.
///
/// # Errors
/// When it cannot be written: the disk is full, or whoever read has gone.
pub fn print_line(line: &str) -> anyhow::Result<()> {
    print_text(&format!("{line}\n"))
}

/// The same for text with its line breaks.
///
/// # Errors
/// Those of [`print_line`].
pub(crate) fn print_text(text: &str) -> anyhow::Result<()> {
    let mut stdout = stdout();
    stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
        .context("cannot print")
}

/// Prints a line to standard error before the program ends, or lines: those that point at a place have several.
/// They may quote what somebody else has sent, so they are made printable.
pub(crate) fn last_line(line: &str) {
    let line: String = line
        .split('\n')
        .map(|line| printable(line.as_bytes()) + "\n")
        .collect();
    last_words(move || line);
}

/// Prints what is said when standard error is free. Where that is a pipe that is full and nobody reads, the
/// program ends without it; but where the system has no thread for that, it waits.
pub(crate) fn last_words(text: impl FnOnce() -> String + Send + 'static) {
    let (done, is_done) = channel();
    // What a thread that cannot be started has been given is lost, so it is given a share.
    let text = Arc::new(Mutex::new(Some(text)));
    let of_thread = Arc::clone(&text);
    let started = thread::Builder::new().spawn(move || {
        say(&of_thread);
        let _ = done.send(());
    });
    match started {
        Ok(writer) => {
            while is_done.recv_timeout(LAST_PATIENCE) == Err(RecvTimeoutError::Timeout) {
                if !stderr_takes_bytes() {
                    return;
                }
            }
            let _ = writer.join();
        }
        Err(_) => say(&text),
    }
}

fn say(text: &Mutex<Option<impl FnOnce() -> String>>) {
    let mut stderr = stderr();
    if let Some(text) = text.lock().take() {
        let _ = stderr.write_all(text().as_bytes());
    }
}
