//! Sends standard input through a connection and prints what comes back: one thread sends, the other prints, so that a
//! file of any size passes.
//!
//! With one thread, a long input would stop half-way: the server waits until its replies are read, and the
//! client until its lines are taken.

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};

use anyhow::{Context, anyhow, bail, ensure};
use net::{Duplex, NetError};

use crate::Lines;
use crate::streams::{stdin, stdout};

/// Bytes that one read takes at most, from the pipe or from the server.
const BUFFER: usize = 64 * 1024;

/// What the lines of standard input are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// Any bytes, none of which is left out.
    Bytes,
    /// A text, which may have a byte order mark in front.
    Text,
}

/// What the sending thread tells the printing one.
#[derive(Default)]
struct Progress {
    /// Requests sent, or about to be.
    sent: AtomicU64,
    /// All of standard input is sent, so that the server's end of the connection is no surprise.
    complete: AtomicBool,
}

/// Sends all lines of standard input and prints all replies, as a filter does.
///
/// `ask` gets a line without its line break and appends the request to what is sent. `show` gets what one
/// read has brought, appends what is to be printed, and counts the replies in it; it gets nothing at the
/// end, and then says what is missing of a reply that has begun. There is one reply to each request.
///
/// # Errors
/// Those of `ask` and a line that is too long, after the replies to what was sent before; those of `show`; a connection that breaks,
/// or that the server closes before the last reply; no reply within the connection's read timeout.
pub fn pipe(
    connection: impl Duplex,
    input: Input,
    ask: impl FnMut(&[u8], &mut Vec<u8>) -> anyhow::Result<()> + Send + 'static,
    show: impl FnMut(&[u8], &mut Vec<u8>) -> anyhow::Result<u64>,
) -> anyhow::Result<()> {
    let connection = Arc::new(connection);
    let progress = Arc::new(Progress::default());
    let sender = spawn_sender(Arc::clone(&connection), input, ask, Arc::clone(&progress))?;
    let replies = print_all(&*connection, show, &progress)?;
    let complete = progress.complete.load(Ordering::Acquire);
    if complete {
        sender
            .join()
            .map_err(|_| anyhow!("the sending thread panicked"))??;
    }
    // Where the input is not complete, its thread may be waiting for more of it: it ends with the process.
    let sent = progress.sent.load(Ordering::Acquire);
    if replies < sent || !complete {
        bail!("the server closed the connection after {replies} of {sent} replies");
    }
    Ok(())
}

fn spawn_sender(
    connection: Arc<impl Duplex>,
    input: Input,
    ask: impl FnMut(&[u8], &mut Vec<u8>) -> anyhow::Result<()> + Send + 'static,
    progress: Arc<Progress>,
) -> io::Result<JoinHandle<anyhow::Result<()>>> {
    thread::Builder::new().name("sender".to_owned()).spawn(move || {
        let lines = Lines::new(stdin(), BUFFER);
        let outcome = send_all(lines, input, &*connection, ask, &progress.sent);
        progress.complete.store(true, Ordering::Release);
        // Also after an error: the replies to what was sent still come, and then the end.
        let _ = connection.shutdown_write();
        outcome
    })
}

// ANCHOR: send_all
/// Sends line by line, but all lines that are there in one write. What came before an error is sent.
fn send_all(
    mut lines: Lines<impl Read>,
    input: Input,
    connection: &impl Duplex,
    mut ask: impl FnMut(&[u8], &mut Vec<u8>) -> anyhow::Result<()>,
    sent: &AtomicU64,
) -> anyhow::Result<()> {
    let mut wire = Vec::new();
    let outcome = loop {
        let line = match input {
            Input::Bytes => lines.next_line(),
            Input::Text => lines.next_text(),
        };
        match line.context("cannot read standard input") {
            Ok(Some(line)) => {
                if let Err(error) = ask(line, &mut wire) {
                    break Err(error);
                }
            }
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
        // Counted before it is sent, so that no reply can overtake the count.
        sent.fetch_add(1, Ordering::Release);
        if wire.len() >= BUFFER || !lines.has_line() {
            connection.write_all(&wire)?;
            wire.clear();
        }
    };
    connection.write_all(&wire)?;
    outcome
}
// ANCHOR_END: send_all

/// Prints every reply until the server closes, and counts them.
fn print_all(
    connection: &impl Duplex,
    mut show: impl FnMut(&[u8], &mut Vec<u8>) -> anyhow::Result<u64>,
    progress: &Progress,
) -> anyhow::Result<u64> {
    let mut stdout = stdout();
    let mut buffer = vec![0; BUFFER];
    let mut text = Vec::new();
    let mut replies = 0;
    loop {
        let due = replies < progress.sent.load(Ordering::Acquire);
        let count = match connection.read(&mut buffer) {
            Ok(count) => count,
            // Nothing was due when the read began: standard input may only be slow. The next read has the
            // whole time for what was asked meanwhile.
            Err(NetError::TimedOut { .. }) if !due => continue,
            Err(error) => return Err(error).context("no reply"),
        };
        if count == 0 && due {
            return Ok(replies);
        }
        let shown = show(&buffer[..count], &mut text);
        stdout
            .write_all(&text)
            .and_then(|()| stdout.flush())
            .context("cannot print")?;
        text.clear();
        replies += shown?;
        if count == 0 {
            return Ok(replies);
        }
        let sent = progress.sent.load(Ordering::Acquire);
        ensure!(
            replies <= sent,
            "the server sent {replies} replies to {sent} requests"
        );
    }
}
