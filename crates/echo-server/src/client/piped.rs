//! A pipe on standard input: one thread sends, the other prints, so that a file of any size passes.
//!
//! With one thread, a long input would stop half-way: the server waits until its replies are read, and the
//! client until its lines are taken.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};

use anyhow::{anyhow, bail};
use net::{Connection, NetError};

use crate::framing::{Framing, Replies, print};

/// Bytes that one read takes at most, from the pipe or from the server.
const BUFFER: usize = 64 * 1024;

/// What the sending thread tells the printing one.
#[derive(Default)]
struct Progress {
    /// Lines sent, or about to be.
    sent: AtomicU64,
    /// All of standard input is sent, so that the server's end of the connection is no surprise.
    complete: AtomicBool,
}

/// Sends all lines of standard input and prints all replies.
pub(crate) fn talk(connection: Connection, framing: Framing) -> anyhow::Result<()> {
    let connection = Arc::new(connection);
    let progress = Arc::new(Progress::default());
    let sender = spawn_sender(Arc::clone(&connection), framing, Arc::clone(&progress))?;
    let replies = print_all(&connection, framing, &progress)?;
    if progress.complete.load(Ordering::Acquire) {
        sender
            .join()
            .map_err(|_| anyhow!("the sending thread panicked"))??;
    }
    // Where the input is not complete, its thread may be waiting for more of it: it ends with the process.
    let sent = progress.sent.load(Ordering::Acquire);
    if replies < sent || !progress.complete.load(Ordering::Acquire) {
        bail!("the server closed the connection after {replies} of {sent} replies");
    }
    Ok(())
}

fn spawn_sender(
    connection: Arc<Connection>,
    framing: Framing,
    progress: Arc<Progress>,
) -> io::Result<JoinHandle<anyhow::Result<()>>> {
    thread::Builder::new().name("sender".to_owned()).spawn(move || {
        let input = BufReader::with_capacity(BUFFER, io::stdin());
        let outcome = send_all(input, &connection, framing, &progress.sent);
        progress.complete.store(true, Ordering::Release);
        // Also after an error: the replies to what was sent still come, and then the end.
        let _ = connection.shutdown_write();
        outcome
    })
}

/// Sends line by line, but all lines that are there in one write.
fn send_all(
    mut input: BufReader<impl Read>,
    connection: &Connection,
    framing: Framing,
    sent: &AtomicU64,
) -> anyhow::Result<()> {
    let mut line = Vec::new();
    let mut wire = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        framing.encode(line.strip_suffix(b"\n").unwrap_or(&line), &mut wire)?;
        line.clear();
        // Counted before it is sent, so that no reply can overtake the count.
        sent.fetch_add(1, Ordering::Release);
        if wire.len() >= BUFFER || !input.buffer().contains(&b'\n') {
            connection.write_all(&wire)?;
            wire.clear();
        }
    }
    Ok(connection.write_all(&wire)?)
}

/// Prints every reply until the server closes, and counts them.
fn print_all(connection: &Connection, framing: Framing, progress: &Progress) -> anyhow::Result<u64> {
    let mut replies = Replies::new(framing);
    let mut buffer = vec![0; BUFFER];
    let mut printed = 0;
    loop {
        match connection.read(&mut buffer) {
            Ok(0) => return Ok(printed),
            Ok(count) => replies.take(&buffer[..count], |reply| {
                printed += 1;
                print(reply)
            })?,
            // Nothing was asked, so nothing is late: standard input is only slow.
            Err(NetError::TimedOut { .. }) if printed == progress.sent.load(Ordering::Acquire) => {}
            Err(error) => return Err(error.into()),
        }
    }
}
