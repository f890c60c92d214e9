//! The place of one game server in the directory, and its run there.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, ensure};
use command_line::duration;
use directory::{Directory, GameName, Load, Node, NodeSettings, Offer};
use net::{Listener, Shutdown, Summary};
use protocol::Codec;
use rooms::{Config, Counters, Game, Port};
use tracing::error;

use crate::ports::Name;

/// How game servers are reached.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Game servers")]
pub(crate) struct PlaceFlags {
    /// How the bodies of packets are written at all game servers: binary, msgpack or protobuf.
    #[arg(long, value_name = "CODEC", default_value_t)]
    codec: Codec,
    /// How long a game server keeps its rooms when nothing is heard of it; it reports at a third of that.
    #[arg(long, value_name = "DURATION", default_value = "6s", value_parser = lease)]
    lease: Duration,
}

/// A busy machine may be late by some tenths of a second.
fn lease(text: &str) -> Result<Duration, String> {
    const LEAST: Duration = Duration::from_millis(300);
    match duration(text)? {
        time if time < LEAST => Err(format!("{time:?} is too short: {LEAST:?} at least")),
        time => Ok(time),
    }
}

impl PlaceFlags {
    /// Takes a slot of its game for a server with these settings, which clients find at this address.
    pub(crate) fn take(
        &self,
        name: Name,
        address: String,
        config: &Config,
        directory: &Arc<dyn Directory>,
        shutdown: &Shutdown,
    ) -> anyhow::Result<Place> {
        let small = |count| u32::try_from(count).unwrap_or(u32::MAX);
        let offer = Offer {
            game: GameName::new(name.game),
            address,
            // All its ports speak one codec.
            by_codec: Vec::new(),
            web: None,
            rooms: small(config.rooms),
            room_size: small(config.room_size),
        };
        let is_lost = Arc::<AtomicBool>::default();
        let settings = NodeSettings {
            lease: self.lease,
            load: load_of(Arc::clone(&config.counters)),
            lost: end(name.to_string(), Arc::clone(&is_lost), shutdown.clone()),
            ..NodeSettings::default()
        };
        let node = Node::join(Arc::clone(directory), &offer, settings)
            .with_context(|| format!("{name} has no place in the directory"))?;
        Ok(Place {
            name: name.to_string(),
            node: Arc::new(node),
            is_lost,
            codec: self.codec,
        })
    }
}

/// A game server's place, which it has from now on.
pub(crate) struct Place {
    name: String,
    node: Arc<Node>,
    is_lost: Arc<AtomicBool>,
    codec: Codec,
}

impl Place {
    /// Serves until `shutdown` is requested, and gives the place back.
    pub(crate) fn serve<G: Game>(
        self,
        listeners: Vec<Listener>,
        mut config: Config,
        game: impl FnOnce(Arc<Node>, &Config) -> G,
        shutdown: &Shutdown,
        ready: impl FnOnce(),
    ) -> anyhow::Result<Summary> {
        config.first_room = self.node.first_room();
        let game = game(Arc::clone(&self.node), &config);
        let codec = self.codec;
        let ports = listeners.into_iter().map(|listener| Port { listener, codec });
        let served = rooms::run_and_tell(ports, config, game, shutdown, ready);
        self.node.leave();
        let summary = served.with_context(|| self.name.clone())?;
        // Nobody has asked for this end: whoever watches the process may start it again.
        ensure!(
            !self.is_lost.load(Ordering::Relaxed),
            "{} has lost its place in the directory: it was not heard of for too long",
            self.name
        );
        Ok(summary)
    }
}

fn load_of(counters: Arc<Counters>) -> Arc<dyn Fn() -> Load + Send + Sync> {
    Arc::new(move || {
        let counts = counters.read();
        let small = |count| u32::try_from(count).unwrap_or(u32::MAX);
        Load {
            users: small(counts.users),
            connections: small(counts.connections),
        }
    })
}

/// A server that has lost its slot would serve rooms that are another's.
fn end(name: String, is_lost: Arc<AtomicBool>, shutdown: Shutdown) -> Arc<dyn Fn() + Send + Sync> {
    Arc::new(move || {
        error!("{name} has lost its place in the directory, so the fleet ends");
        is_lost.store(true, Ordering::Relaxed);
        shutdown.request();
    })
}
