//! The echo of lines, and what can be wrong with it.

use std::io::{self, Write};
use std::net::{SocketAddr, TcpStream};

use super::{has_finished, keep_open, read_some, serve, serve_all};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mistake {
    OnlyOneLine,
    OnlyTheFirstLineOfARead,
    OneReadIsOneLine,
    IgnoresHalfClose,
    DropsTheLastReply,
    DecodesText,
    FixedBuffer,
    EmptyLineIsTheEnd,
    OneClientAtATime,
    EndsWithTheFirstClient,
}

pub(crate) fn start(mistake: Option<Mistake>) -> SocketAddr {
    let talk = move |client: &TcpStream| talk(client, mistake);
    match mistake {
        Some(Mistake::OneClientAtATime) => serve_all(move |client| drop(talk(&client))),
        Some(Mistake::EndsWithTheFirstClient) => {
            let served = std::sync::atomic::AtomicBool::new(false);
            serve_all(move |client| {
                if !served.swap(true, std::sync::atomic::Ordering::Relaxed) {
                    let _ = talk(&client);
                }
            })
        }
        _ => serve(move |client| talk(&client)),
    }
}

fn talk(mut client: &TcpStream, mistake: Option<Mistake>) -> io::Result<()> {
    let is = |one| mistake == Some(one);
    let mut begun = Vec::new();
    loop {
        let piece = read_some(client)?;
        if piece.is_empty() {
            break;
        }
        if is(Mistake::OneReadIsOneLine) && piece.len() < 100 && !piece.ends_with(b"\n") {
            return Ok(());
        }
        begun.extend(piece);
        while let Some(end) = begun.iter().position(|byte| *byte == b'\n') {
            let line: Vec<_> = begun.drain(..=end).collect();
            if is(Mistake::EmptyLineIsTheEnd) && line == b"\n" {
                return Ok(());
            }
            if is(Mistake::DropsTheLastReply) && begun.is_empty() && has_finished(client) {
                return Ok(());
            }
            client.write_all(&echo(line, mistake))?;
            if is(Mistake::OnlyOneLine) {
                return Ok(());
            }
            if is(Mistake::OnlyTheFirstLineOfARead) {
                begun.clear();
            }
        }
    }
    if is(Mistake::IgnoresHalfClose) {
        keep_open();
    }
    Ok(())
}

fn echo(line: Vec<u8>, mistake: Option<Mistake>) -> Vec<u8> {
    match mistake {
        Some(Mistake::DecodesText) => String::from_utf8_lossy(&line).into_owned().into_bytes(),
        Some(Mistake::FixedBuffer) => line[..line.len().min(1_024)].to_vec(),
        _ => line,
    }
}
