//! The wires of the servers that are compared: what a member sends, and what comes.

mod chat;
pub(crate) mod dialect;
mod lines;
mod nats;
mod redis;

use anyhow::Context;
use protocol::Codec;

use crate::server::ServerCommand;
use dialect::Dialect;

/// How a server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wire {
    /// The chat of this project, with bodies in a codec: one room each.
    Chat(Codec),
    /// Redis: a channel for each room.
    Redis,
    /// NATS: a subject for each room.
    Nats,
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
