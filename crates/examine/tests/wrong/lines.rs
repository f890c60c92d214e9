//! The echo of lines, and what can be wrong with it.

use std::io::{self, ErrorKind, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{has_finished, keep_open, read_some, serve, serve_all};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mistake {
    OnlyOneLine,
    OnlyTheFirstLineOfARead,
    OneReadIsOneLine,
    ForgetsTheRestOfARead,
    EndsAtAFailedWrite,
    ClosesTheWrongClient,
    IgnoresHalfClose,
    DropsTheLastReply,
    DecodesText,
    TrimsBothEnds,
    TrimsTheEnd,
    TrimsCarriageReturns,
    FixedBuffer,
    LargeBuffer,
    WritesOnce,
    EmptyLineIsTheEnd,
    OneClientAtATime,
    EndsWithTheFirstClient,
}

pub(crate) fn start(mistake: Option<Mistake>) -> SocketAddr {
    let talk = move |client: &TcpStream| talk(client, mistake);
    match mistake {
        Some(Mistake::OneClientAtATime) => serve_all(move |client| drop(talk(&client))),
        Some(Mistake::EndsWithTheFirstClient) => {
            let served = AtomicBool::new(false);
            serve_all(move |client| {
                if !served.swap(true, Ordering::Relaxed) {
                    let _ = talk(&client);
                }
            })
        }
        Some(Mistake::EndsAtAFailedWrite) => {
            let has_ended = Arc::new(AtomicBool::new(false));
            serve(move |client| {
                if !has_ended.load(Ordering::Relaxed)
                    && talk(&client).is_err_and(|error| is_of_a_write(&error))
                {
                    has_ended.store(true, Ordering::Relaxed);
                }
                Ok(())
            })
        }
        Some(Mistake::ClosesTheWrongClient) => {
            let open = Arc::new(Mutex::new(Vec::new()));
            serve(move |client| {
                lock(&open).push(client.try_clone()?);
                let outcome = talk(&client);
                if outcome.is_err() {
                    let _ = lock(&open).remove(0).shutdown(Shutdown::Both);
                } else {
                    lock(&open).retain(|one| one.peer_addr().ok() != client.peer_addr().ok());
                }
                outcome
            })
        }
        _ => serve(move |client| talk(&client)),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A read cannot fail like this.
fn is_of_a_write(error: &io::Error) -> bool {
    error.kind() == ErrorKind::WriteZero
}

fn talk(mut client: &TcpStream, mistake: Option<Mistake>) -> io::Result<()> {
    let is = |one| mistake == Some(one);
    let mut begun = Vec::new();
    let mut has_answered = false;
    loop {
        let piece = read_some(client)?;
        if piece.is_empty() {
            break;
        }
        if is(Mistake::OneReadIsOneLine) && piece.len() < 100 && !piece.ends_with(b"\n") {
            return Ok(());
        }
        begun.extend(piece);
        let begun_before = begun.len();
        while let Some(end) = begun.iter().position(|byte| *byte == b'\n') {
            let line: Vec<_> = begun.drain(..=end).collect();
            if is(Mistake::EmptyLineIsTheEnd) && line == b"\n" {
                return Ok(());
            }
            if is(Mistake::DropsTheLastReply) && begun.is_empty() && has_finished(client) {
                return Ok(());
            }
            if is(Mistake::EndsAtAFailedWrite) && !has_answered {
                // Whoever wants to go goes now.
                has_finished(client);
            }
            let written = match mistake {
                Some(Mistake::WritesOnce) => write_once(client, &line),
                _ => client.write_all(&echo(line, mistake)),
            };
            written.map_err(|_| io::Error::from(ErrorKind::WriteZero))?;
            has_answered = true;
            if is(Mistake::OnlyOneLine) {
                return Ok(());
            }
            if is(Mistake::OnlyTheFirstLineOfARead) {
                begun.clear();
            }
        }
        if is(Mistake::ForgetsTheRestOfARead) && begun.len() < begun_before {
            begun.clear();
        }
    }
    if is(Mistake::IgnoresHalfClose) {
        keep_open();
    }
    Ok(())
}

/// What the system takes now, as a program does that never waits, and never looks how much that was.
fn write_once(mut client: &TcpStream, line: &[u8]) -> io::Result<()> {
    client.set_nonblocking(true)?;
    let written = client.write(line);
    client.set_nonblocking(false)?;
    written.map(drop)
}

fn echo(line: Vec<u8>, mistake: Option<Mistake>) -> Vec<u8> {
    match mistake {
        Some(Mistake::DecodesText) => String::from_utf8_lossy(&line).into_owned().into_bytes(),
        Some(Mistake::TrimsBothEnds) => [line.trim_ascii(), b"\n"].concat(),
        Some(Mistake::TrimsTheEnd) => [line.trim_ascii_end(), b"\n"].concat(),
        Some(Mistake::TrimsCarriageReturns) => match line.strip_suffix(b"\r\n") {
            Some(text) => [text, b"\n"].concat(),
            None => line,
        },
        Some(Mistake::FixedBuffer) => line[..line.len().min(1_024)].to_vec(),
        Some(Mistake::LargeBuffer) => line[..line.len().min(64 * 1_024)].to_vec(),
        _ => line,
    }
}
