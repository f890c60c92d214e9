//! Single lines, where nobody may be reading any more.

use std::io::{self, Write};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use anyhow::Context;
use text::printable;

/// How long a program waits at its end for somebody to read its last line.
const LAST_PATIENCE: Duration = Duration::from_secs(1);

/// Prints a line to standard output, as `println!` does, but without its panic.
///
/// # Errors
/// When it cannot be written: the disk is full, or whoever read has gone.
pub fn print_line(line: &str) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{line}")
        .and_then(|()| stdout.flush())
        .context("cannot print")
}

/// Prints a line to standard error before the program ends, or lines: those that point at a place have several.
/// They may quote what somebody else has sent, so they are made printable. Where that is a pipe that is full and
/// nobody reads, the program ends without them.
pub(crate) fn last_line(line: &str) {
    let line: String = line
        .split('\n')
        .map(|line| printable(line.as_bytes()) + "\n")
        .collect();
    let (done, is_done) = channel();
    let writer = thread::spawn(move || {
        let _ = io::stderr().write_all(line.as_bytes());
        let _ = done.send(());
    });
    if is_done.recv_timeout(LAST_PATIENCE).is_ok() {
        let _ = writer.join();
    }
}
