//! The wires of the servers that are compared: what a member sends, and what comes.
//!
//! Message and delivery are the same on all of them, a head, 49 bytes, and a tail, so that the hot path
//! ([`Inbox`](super::inbox::Inbox)) compares bytes and knows no wire. What comes besides is told in
//! [`Note`]s, and so is a delivery whose head is written in another way than ours, where a wire allows that.

mod chat;
mod nats;
mod redis;

use anyhow::Context;
use protocol::Codec;

use super::message::Message;
use crate::engine::failure::Failure;
use crate::server::{ServerCommand, Startup};

/// How a server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// The chat of this project, with bodies in a codec: one room each.
    Chat(Codec),
    /// Redis: a channel for each room.
    Redis,
    /// NATS: a subject for each room.
    Nats,
}

/// What a kind of server wants to hear, and says.
pub(crate) trait Dialect: Sync {
    /// How it is started.
    fn startup(&self) -> Startup;

    /// What the member of this number among all sends when it has connected, to enter its room.
    fn entering(&self, room: usize, member: usize) -> anyhow::Result<Vec<u8>>;

    /// What stands around the messages of a room whose senders have these unique ids.
    fn frame(&self, room: usize, unique_ids: &[u64]) -> anyhow::Result<Frame>;

    /// Reads what is not a delivery; `None` when its rest has not come yet. Anything unexpected is an error.
    fn note(&self, bytes: &[u8]) -> Result<Option<Note>, Failure>;
}

/// What stands around a message.
#[derive(Debug)]
pub(crate) struct Frame {
    /// In front of one that is sent.
    pub(crate) sent_head: Vec<u8>,
    /// In front of one that comes, for each sender. An id may take more bytes than another.
    pub(crate) delivered_heads: Vec<Vec<u8>>,
    /// So many first bytes of them tell a delivery from all else, and are the same in all heads of one length.
    pub(crate) marker: usize,
    /// Behind it, both ways.
    pub(crate) tail: &'static [u8],
}

/// Something that came, and is no delivery byte by byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Note {
    /// Its bytes.
    pub(crate) size: usize,
    /// What it says.
    pub(crate) says: Says,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Says {
    /// The member is in its room, under a unique id where the server gives one: 1 for the first.
    Entered(Option<u64>),
    /// Another one has entered after this member.
    Newcomer,
    /// A delivery after all, written in another way: the sender's unique id and the message.
    Delivery(u64, Message),
    /// Wants this answer.
    Ping(&'static [u8]),
    /// Nothing that matters here.
    Nothing,
}

impl Wire {
    /// The wire that a server's own command tells: brokers go by the names of their programs, and a chat server is
    /// told its codec.
    ///
    /// # Errors
    /// When no codec has the name that the server is told.
    pub(crate) fn of(command: &ServerCommand) -> anyhow::Result<Option<Self>> {
        match command.file_name() {
            Some("redis-server") => return Ok(Some(Self::Redis)),
            Some("nats-server") => return Ok(Some(Self::Nats)),
            _ => {}
        }
        let codec = command.value_of("--codec").map(str::parse).transpose();
        Ok(codec.with_context(|| command.name.clone())?.map(Self::Chat))
    }

    pub(crate) fn dialect(self) -> &'static dyn Dialect {
        match self {
            Self::Chat(codec) => chat::Chat::in_codec(codec),
            Self::Redis => &redis::Redis,
            Self::Nats => &nats::Nats,
        }
    }
}

/// Bytes of a line at most: the longest that a broker says is what NATS tells of itself and its cluster. It must fit
/// into the buffer of a read, with room for what comes behind it.
const LARGEST_LINE: usize = 16 * 1024;

/// Bytes up to the end of the line that starts them; `None` when its end has not come yet.
fn line_size(bytes: &[u8]) -> Result<Option<usize>, Failure> {
    let within = &bytes[..bytes.len().min(LARGEST_LINE)];
    match within.windows(2).position(|pair| pair == b"\r\n") {
        Some(end) => Ok(Some(end + 2)),
        None if within.len() < LARGEST_LINE => Ok(None),
        None => {
            let begin = within[..50].escape_ascii();
            let detail = format!("a line of {LARGEST_LINE} bytes has no end: \"{begin}...\"");
            Err(Failure::wrong_bytes(detail))
        }
    }
}

/// Something that a server of this kind does not say here.
fn unexpected(bytes: &[u8]) -> Failure {
    let begin = &bytes[..bytes.len().min(100)];
    Failure::wrong_bytes(format_args!("unexpected \"{}\"", begin.escape_ascii()))
}
