//! Opens the connections of a load: one after the other, in groups that are answered, or all at once.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};

use anyhow::{Context, ensure};

use super::connect::connect;
use super::messages::Messages;
use crate::engine::Drive;
use crate::engine::failure::{Failure, Failures, Kind};
use crate::engine::line::Line;

/// How the connections of a load are opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opening {
    /// Each when the one before it stands. What goes wrong is told in the report.
    OneByOne,
    /// In groups, each connection of which gets one answer: behind that, the server is accepting nobody any more. Where
    /// something goes wrong there is no load.
    Answered,
    /// Without waiting for any of them: those that the server has no place for must wait, or are refused.
    AtOnce,
}

/// Connections that are answered together: a server that takes long to accept is not asked for more than that, and one
/// that looks at all of them each time need not do so for each.
const GROUP: usize = 64;

/// Connections, and what went wrong on the way.
#[derive(Default)]
pub(super) struct Opened {
    pub(super) streams: Vec<Line<mio::net::TcpStream>>,
    pub(super) failures: Failures,
}

impl Opening {
    /// Opens so many.
    ///
    /// # Errors
    /// When none comes about.
    pub(super) fn open(
        self,
        address: SocketAddr,
        count: usize,
        messages: &Messages,
        drive: &Drive,
    ) -> anyhow::Result<Opened> {
        match self {
            Self::OneByOne => one_by_one(address, count, drive),
            Self::Answered => answered(address, count, messages, drive),
            Self::AtOnce => at_once(address, count),
        }
    }
}

fn one_by_one(address: SocketAddr, count: usize, drive: &Drive) -> anyhow::Result<Opened> {
    let mut opened = Opened::default();
    for number in 0..count {
        let connected = connect(address, &drive.way, drive.patience);
        match connected.and_then(non_blocking) {
            Ok(stream) => opened.streams.push(stream),
            // Where the first is turned away, so are the others.
            Err(failure) if opened.streams.is_empty() => {
                return Err(anyhow::Error::new(failure).context(address.to_string()));
            }
            Err(failure) if failure.kind == Kind::ConnectTimeout => {
                // Each of the others would take as long.
                let left = count - number - 1;
                let detail = format!("{failure}; {left} others were not tried");
                opened.failures.add(Failure::new(failure.kind, detail));
                break;
            }
            Err(failure) => opened.failures.add(failure),
        }
    }
    Ok(opened)
}

fn answered(address: SocketAddr, count: usize, messages: &Messages, drive: &Drive) -> anyhow::Result<Opened> {
    let mut opened = Opened::default();
    while opened.streams.len() < count {
        let size = (count - opened.streams.len()).min(GROUP);
        let group = group(address, size, messages, drive);
        let group = group.with_context(|| format!("with {} connections", opened.streams.len()))?;
        for stream in group {
            opened.streams.push(non_blocking(stream)?);
        }
    }
    Ok(opened)
}

/// So many connections that have had their answer.
fn group(
    address: SocketAddr,
    size: usize,
    messages: &Messages,
    drive: &Drive,
) -> anyhow::Result<Vec<Line<TcpStream>>> {
    let (request, expected) = ((messages.request)(0), (messages.reply)(0));
    let mut group = Vec::with_capacity(size);
    for _ in 0..size {
        let mut stream = connect(address, &drive.way, drive.patience)?;
        stream.write_all(&request)?;
        group.push(stream);
    }
    let mut reply = vec![0; expected.len()];
    for stream in &mut group {
        stream.read_exact(&mut reply).context("no answer")?;
        ensure!(reply == expected, "wrong bytes came back");
    }
    Ok(group)
}

fn at_once(address: SocketAddr, count: usize) -> anyhow::Result<Opened> {
    let mut opened = Opened::default();
    for _ in 0..count {
        match begin_to_connect(address) {
            Ok(stream) => opened.streams.push(Line::plain(stream)),
            Err(error) => opened.failures.add(Failure::connect(error)),
        }
    }
    ensure!(
        !opened.streams.is_empty(),
        "cannot begin a connection to {address}"
    );
    Ok(opened)
}

fn begin_to_connect(address: SocketAddr) -> io::Result<mio::net::TcpStream> {
    let stream = mio::net::TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

fn non_blocking(line: Line<TcpStream>) -> Result<Line<mio::net::TcpStream>, Failure> {
    line.non_blocking().map_err(Failure::connect)
}
