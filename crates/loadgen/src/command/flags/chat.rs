//! The flags of `loadgen chat`: rooms, members, senders, codec, broker.

use clap::{Args, ValueEnum};
use protocol::Codec;

use super::values::{MOST_CONNECTIONS, at_most_a_crowd, crowd, in_flight};
use crate::room_load::Wire;
use crate::server::ServerCommand;

#[derive(Debug, Args)]
pub(crate) struct ChatFlags {
    /// Rooms at the same time.
    #[arg(long, value_name = "COUNT", default_value = "1", value_parser = crowd)]
    pub(crate) rooms: usize,
    /// Members of each room.
    #[arg(long, value_name = "COUNT", default_value = "2", value_parser = crowd)]
    pub(crate) members: usize,
    /// Members of each room that talk. Messages are counted where they are sent, deliveries at all members.
    #[arg(long, value_name = "COUNT", default_value = "1", value_parser = crowd)]
    pub(crate) senders: usize,
    /// More members of each room, which never read: what do they cost the others, and are they cut off?
    #[arg(long, value_name = "COUNT", default_value = "0", value_parser = at_most_a_crowd)]
    pub(crate) stalled: usize,
    /// Messages on the way from each sender, in a closed loop.
    #[arg(long, value_name = "COUNT", default_value = "1", value_parser = in_flight, conflicts_with = "rate")]
    pub(crate) in_flight: usize,
    /// How the bodies of packets are written: binary, msgpack or protobuf [default: binary]. In a comparison it is
    /// not needed for a server whose own command has `--codec CODEC`: that is the codec of its load.
    #[arg(long, value_name = "CODEC", conflicts_with = "peer")]
    pub(crate) codec: Option<Codec>,
    /// Speak the wire of a message broker: a channel for each room. In a comparison, commands whose program is
    /// called redis-server or nats-server are spoken to in their own wire without it.
    #[arg(long, value_enum)]
    pub(crate) peer: Option<Peer>,
}

/// A message broker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Peer {
    /// Publish and subscribe of Redis.
    Redis,
    /// NATS.
    Nats,
}

impl Peer {
    pub(crate) fn wire(self) -> Wire {
        match self {
            Self::Redis => Wire::Redis,
            Self::Nats => Wire::Nats,
        }
    }
}

impl ChatFlags {
    /// The wire that is asked for.
    pub(crate) fn wire(&self) -> Option<Wire> {
        self.peer.map(Peer::wire).or(self.codec.map(Wire::Chat))
    }

    /// What is asked for must not contradict what the servers are told.
    pub(super) fn check_servers(&self, commands: &[ServerCommand]) -> Result<(), String> {
        let mut brokers = 0;
        for command in commands {
            match Wire::of(command).map_err(|error| format!("{error:#}"))? {
                Some(Wire::Redis | Wire::Nats) => brokers += 1,
                own @ Some(Wire::Chat(codec)) if self.wire().is_some_and(|wire| Some(wire) != own) => {
                    let name = &command.name;
                    return Err(format!(
                        "{name} is started with --codec {codec}, which contradicts the flags after `--`"
                    ));
                }
                _ => {}
            }
        }
        if self.codec.is_some() && brokers == commands.len() {
            return Err("--codec is for chat servers, and there are only message brokers".to_owned());
        }
        Ok(())
    }

    pub(super) fn check(&self) -> Result<(), String> {
        if self.senders > self.members {
            return Err(format!(
                "--senders {} are among --members {}",
                self.senders, self.members
            ));
        }
        if self.rooms * (self.members + self.stalled) > MOST_CONNECTIONS {
            let stalled = match self.stalled {
                0 => String::new(),
                count => format!(" and --stalled {count}"),
            };
            return Err(format!(
                "--rooms {} of --members {}{stalled} are more than {MOST_CONNECTIONS} connections",
                self.rooms, self.members
            ));
        }
        Ok(())
    }
}
