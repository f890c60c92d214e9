//! The place of one game server in a directory, and its run there. What game it plays, and which directory that is, say
//! others.

use std::sync::{Arc, Once};
use std::thread;
use std::time::Duration;

use admin::{Health, Metrics};
use anyhow::Context;
use directory::{Counted, Directory, GameName, Load, NodeNumbers, NodeSettings, Nodes, Offer};
use net::{Shutdown, Summary};
use rooms::{Config, Counters, Game, Port};

use crate::advertise::Told;

/// What a server wants of a directory.
#[derive(Debug, Clone)]
pub struct PlaceSettings {
    /// What the server is called in the log.
    pub name: String,
    /// What it plays.
    pub game: GameName,
    /// Where clients find it.
    pub told: Told,
    /// How long its rooms stay its own when nothing is heard of it.
    pub lease: Duration,
    /// The slot that it wants; `None` for the first that is free.
    pub slot: Option<u32>,
    /// Whether it takes further slots whose lease has ended.
    pub takeover: bool,
}

/// A game server's place, which it has from now on. Where it is lost, the server goes on without those rooms, and takes
/// another as soon as there is one.
pub struct Place {
    name: String,
    game: GameName,
    directory: Counted,
    nodes: Arc<Nodes>,
}

impl Place {
    /// Takes a slot of its game for a server with this configuration.
    ///
    /// # Errors
    /// Why it has no slot.
    pub fn take(
        settings: PlaceSettings,
        config: &Config,
        directory: Arc<dyn Directory>,
    ) -> anyhow::Result<Self> {
        let (name, game) = (settings.name, settings.game);
        let directory = Counted::new(directory);
        let node_settings = NodeSettings {
            lease: settings.lease,
            wanted: settings.slot,
            load: load_of(Arc::clone(&config.counters)),
            takeover: settings.takeover,
            ..NodeSettings::default()
        };
        let offer = offer(game.clone(), settings.told, config);
        let nodes = Nodes::join(Arc::new(directory.clone()), offer, node_settings)
            .with_context(|| format!("{name} has no place in the directory"))?;
        Ok(Self {
            name,
            game,
            directory,
            nodes,
        })
    }

    /// Tells the numbers of its directory, and of its slots there.
    pub fn tell(&self, metrics: &Metrics) {
        metrics.add(self.directory.clone());
        metrics.add(NodeNumbers::new(&self.nodes));
    }

    /// Tells whether its directory answers, where that is another program.
    pub fn watch(&self, health: &Health) {
        let directory = self.directory.clone();
        health.watch("directory", move || !directory.is_away());
    }

    /// From now on each line of the log says which game and which slots this is: for a program that is one server.
    pub fn name_in_log(&self) {
        let (game, directory) = (self.game.clone(), self.directory.clone());
        command_line::label_log(move || {
            let slots: Vec<_> = directory
                .owners()
                .iter()
                .map(|owner| owner.slot.to_string())
                .collect();
            vec![("server", game.to_string()), ("slots", slots.join(","))]
        });
    }

    /// Serves until `shutdown` is requested. The place is given back at once then, while clients are still served:
    /// nobody is sent any more to a server that ends.
    ///
    /// # Errors
    /// Those of `game`, and of [`rooms::run_and_tell`].
    pub fn serve<G: Game>(
        self,
        ports: impl IntoIterator<Item = Port>,
        mut config: Config,
        game: impl FnOnce(Arc<Nodes>, &mut Config) -> anyhow::Result<G>,
        shutdown: &Shutdown,
        ready: impl FnOnce(),
    ) -> anyhow::Result<Summary> {
        config.first_room = self.nodes.first_room();
        config.first_unique_id = self.nodes.first_unique_id();
        let nodes = Arc::clone(&self.nodes);
        config.may_serve = Some(Arc::new(move || nodes.wait_until_sure()));
        let game = game(Arc::clone(&self.nodes), &mut config)?;
        let end = Arc::new(End::of(self.nodes));
        let early = Arc::clone(&end);
        shutdown.on_request(move || give_back_soon(early));
        let served = rooms::run_and_tell(ports, config, game, shutdown, ready);
        end.give_back();
        served.with_context(|| self.name.clone())
    }
}

/// The end of a place.
struct End {
    nodes: Arc<Nodes>,
    once: Once,
}

impl End {
    fn of(nodes: Arc<Nodes>) -> Self {
        let once = Once::new();
        Self { nodes, once }
    }

    /// Whoever comes second waits until it has been given back.
    fn give_back(&self) {
        self.once.call_once(|| self.nodes.leave());
    }
}

/// On a thread of its own: a directory that does not answer must not delay the end of the server.
fn give_back_soon(end: Arc<End>) {
    let here = Arc::clone(&end);
    let thread = thread::Builder::new().name("directory-end".to_owned());
    if thread.spawn(move || end.give_back()).is_err() {
        here.give_back();
    }
}

fn offer(game: GameName, told: Told, config: &Config) -> Offer {
    let small = |count| u32::try_from(count).unwrap_or(u32::MAX);
    Offer {
        game,
        address: told.address,
        by_codec: told.by_codec,
        web: told.web,
        rooms: small(config.rooms),
        room_size: small(config.room_size),
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
