//! What the servers of a fleet share, and their life together.

use std::mem;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use admin::{Health, Metrics};
use anyhow::Context;
use api_server::AccountFlags;
use baccarat_server::ledger::{Handle, Ledger};
use baccarat_server::{Baccarat, LAST_PAYOUTS, TableFlags, TableSettings, seed};
use chat_server::{Chat, open_log};
use command_line::Serving;
use directory::{Directory, GameName, Memory, Nodes};
use net::{Limits, Listener, NetAddress, Shutdown};
use protocol::Codec;
use protocol::message::baccarat::MESSAGES;
use room_log::{InDirectory, SqliteLog, Writer};
use room_server::{Place, PlaceSettings, RoomFlags, RoomNumbers, RoomPeople, Told, WebGame, lease, secured};
use rooms::{Config, Counters, Game, Port};
use tls::{Speaks, TlsServer, TlsServerFlags};
use tracing::warn;

use crate::pages::Pages;
use crate::ports::{Name, Sockets};
use crate::together::{Life, Summaries, live_together};

/// How game servers are reached.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Game servers")]
struct PlaceFlags {
    /// How the bodies of packets are written at all game servers: binary, msgpack or protobuf.
    #[arg(long, value_name = "CODEC", default_value_t)]
    codec: Codec,
    /// How long a game server keeps its rooms when nothing is heard of it; it reports at a third of that.
    #[arg(long, value_name = "DURATION", default_value = "6s", value_parser = lease)]
    lease: Duration,
    /// Keep the last 1,000 messages of each chat room in this SQLite file, so that they outlive the fleet: nobody sees a
    /// message before it is stored. What is said at tables of baccarat is not kept.
    #[arg(long, value_name = "FILE")]
    durable: Option<PathBuf>,
}

/// How the servers of a fleet work, wherever they listen.
#[derive(Debug, Clone, clap::Args)]
pub struct FleetFlags {
    #[command(flatten)]
    accounts: AccountFlags,
    #[command(flatten)]
    place: PlaceFlags,
    #[command(flatten)]
    rooms: RoomFlags,
    #[command(flatten)]
    tables: TableFlags,
    #[command(flatten)]
    tls: TlsServerFlags,
}

impl FleetFlags {
    /// Finds flags that do not go together.
    ///
    /// # Errors
    /// What is wrong, in one sentence.
    pub fn check(&self) -> Result<(), String> {
        self.tables.settings().map(drop)
    }

    /// Says in the log what is gone when the fleet ends.
    pub fn warn_of_memory(&self) {
        if self.accounts.are_in_memory() {
            warn!("no --database: all accounts are gone when the fleet ends");
        }
        if self.tables.are_chips_in_memory() {
            warn!("no --ledger: all chips are gone when the fleet ends");
        }
    }

    /// Opens the accounts and the ledger, or makes them.
    ///
    /// # Errors
    /// Why a file cannot be used.
    pub fn open(&self) -> anyhow::Result<Fleet> {
        baccarat_server::prepare()?;
        Ok(Fleet {
            accounts: self.accounts.open()?,
            ledger: self.tables.open_ledger(None).context("--ledger")?,
            table: self.tables.settings().map_err(anyhow::Error::msg)?,
            log: self.place.durable.as_deref().map(open_log).transpose()?,
            place: self.place.clone(),
            rooms: self.rooms.clone(),
            tls: self.tls.open()?,
        })
    }
}

/// A fleet that can be run, once.
pub struct Fleet {
    accounts: api_server::Settings,
    ledger: Ledger,
    table: TableSettings,
    log: Option<SqliteLog>,
    place: PlaceFlags,
    rooms: RoomFlags,
    tls: Option<Arc<TlsServer>>,
}

impl Fleet {
    /// Serves until `shutdown` is requested, and writes down the last payouts. Each server has an equal share of the
    /// connections. `ready` is called when all can serve.
    ///
    /// # Errors
    /// What has kept a server from its work: where one ends, all do. What the ledger could not store.
    pub fn run(
        self,
        sockets: Sockets,
        batch_scheduling: bool,
        serving: Serving<'_>,
    ) -> anyhow::Result<Summaries> {
        let (servers, shutdown) = (sockets.servers(), serving.shutdown);
        self.tls.iter().try_for_each(TlsServer::reload_on_hangup)?;
        let mut fleet = Running {
            directory: Arc::new(Memory::new()),
            ledger: self.ledger.handle(),
            table: self.table,
            log: self.log,
            place: self.place,
            web: Pages::of(&sockets, self.tls.is_some())?,
            advertise: sockets.advertise.clone(),
            rooms: self.rooms,
            tls: self.tls,
            limits: Limits {
                max_connections: serving.limits.max_connections.map(|most| share(most, servers)),
                ..serving.limits
            },
            batch_scheduling,
            metrics: serving.metrics,
            health: serving.health,
            watched: Vec::new(),
            shutdown,
        };
        let served = fleet
            .lives(sockets, self.accounts)
            .and_then(|lives| live_together(lives, shutdown, serving.ready));
        let closed = self
            .ledger
            .close(LAST_PAYOUTS)
            .context("the ledger is not complete");
        served.and_then(|summaries| closed.map(|()| summaries))
    }
}

/// Everybody can be served, if it is only one by one.
fn share(most: usize, servers: usize) -> usize {
    (most / servers).max(1)
}

/// What all servers get.
struct Running<'a> {
    directory: Arc<dyn Directory>,
    ledger: Handle,
    table: TableSettings,
    /// Of all chat rooms, whichever server has them.
    log: Option<SqliteLog>,
    place: PlaceFlags,
    advertise: Option<String>,
    web: Pages,
    rooms: RoomFlags,
    tls: Option<Arc<TlsServer>>,
    limits: Limits,
    batch_scheduling: bool,
    metrics: Metrics,
    health: Health,
    /// The game servers so far, for the lines of status.
    watched: Vec<(Option<String>, Arc<Counters>)>,
    shutdown: &'a Shutdown,
}

/// A server's name and its life.
type Named<'a> = (String, Life<'a>);

impl<'a> Running<'a> {
    /// The lives of all servers, each with its name. The game servers have their slots already: whoever asks for a seat
    /// as soon as the API server answers gets one.
    fn lives(&mut self, sockets: Sockets, accounts: api_server::Settings) -> anyhow::Result<Vec<Named<'a>>> {
        let Sockets {
            api,
            chat,
            baccarat,
            web,
            ..
        } = sockets;
        let mut web = web.into_iter();
        let mut lives = vec![("api".to_owned(), self.api(api, accounts))];
        for (number, listeners) in (0..).zip(chat) {
            lives.push(self.chat(number, listeners, web.next())?);
        }
        for (number, listeners) in (0..).zip(baccarat) {
            lives.push(self.baccarat(number, listeners, web.next())?);
        }
        self.rooms.report_status(mem::take(&mut self.watched))?;
        Ok(lives)
    }

    fn api(&self, listeners: Vec<Listener>, settings: api_server::Settings) -> Life<'a> {
        let config = api_server::Config {
            limits: self.limits.clone(),
            // Its threads hash, and others must not wait for that: as when it runs alone.
            batch_scheduling: false,
            secure: self.tls.as_ref().map(|tls| tls.secure(Speaks::Http)),
            metrics: self.metrics.of_server("api"),
            health: self.health.clone(),
            settings,
            pages: self.web.callers(),
        };
        let (directory, shutdown) = (Arc::clone(&self.directory), self.shutdown);
        Box::new(move |ready| {
            api_server::run_and_tell(listeners, config, directory, shutdown, ready).context("api")
        })
    }

    fn chat(
        &mut self,
        number: u16,
        listeners: Vec<Listener>,
        web: Option<Vec<Listener>>,
    ) -> anyhow::Result<Named<'a>> {
        let config = self.rooms.config(self.limits.clone(), None);
        let name = Name { game: "chat", number };
        let log = self.log.clone();
        self.game(
            (name, chat_server::WEB),
            (listeners, web),
            config,
            move |nodes, config, metrics| {
                let chat = Chat::in_directory(Arc::clone(&nodes), config.limits.max_packet);
                match log {
                    Some(log) => durable(chat, log, nodes, metrics),
                    None => Ok(chat),
                }
            },
        )
    }

    fn baccarat(
        &mut self,
        number: u16,
        listeners: Vec<Listener>,
        web: Option<Vec<Listener>>,
    ) -> anyhow::Result<Named<'a>> {
        let config = self.rooms.config(self.limits.clone(), Some(&MESSAGES));
        let name = Name {
            game: "baccarat",
            number,
        };
        let (table, ledger) = (self.table.clone(), self.ledger.clone());
        self.game(
            (name, baccarat_server::WEB),
            (listeners, web),
            config,
            move |nodes, config, _| {
                Ok(Baccarat::new(table, ledger, config.limits.max_packet, seed).in_directory(nodes))
            },
        )
    }

    /// The life of a game server, which has its slot from now on.
    fn game<G: Game>(
        &mut self,
        (name, page): (Name, WebGame),
        (listeners, web): (Vec<Listener>, Option<Vec<Listener>>),
        mut config: Config,
        game: impl FnOnce(Arc<Nodes>, &Config, &Metrics) -> anyhow::Result<G> + Send + 'a,
    ) -> anyhow::Result<Named<'a>> {
        config.batch_scheduling = self.batch_scheduling;
        let (counters, shutdown) = (Arc::clone(&config.counters), self.shutdown);
        let metrics = self.metrics.of_server(&name.to_string());
        metrics.add(RoomNumbers::new(&counters));
        metrics.add_people(RoomPeople::new(&config.control));
        self.watched.push((Some(name.to_string()), counters));
        let settings = PlaceSettings {
            name: name.to_string(),
            game: GameName::new(name.game),
            told: Told {
                address: self.address_of(&listeners)?,
                // All its ports speak one codec.
                by_codec: Vec::new(),
                web: web.as_ref().map(|web| self.address_of(web)).transpose()?,
            },
            lease: self.place.lease,
            slot: None,
            takeover: false,
        };
        let place = Place::take(settings, &config, Arc::clone(&self.directory))?;
        place.tell(&metrics);
        let (codec, tls) = (self.place.codec, self.tls.clone());
        let web = self.web.ports(web.unwrap_or_default(), page, &config);
        let life = move |ready: &mut dyn FnMut()| {
            let ports = listeners.into_iter().map(|listener| Port::new(listener, codec));
            let ports = ports.chain(web);
            let ports = match &tls {
                Some(tls) => secured(ports, tls),
                None => ports.collect(),
            };
            let game = |nodes, config: &mut Config| game(nodes, config, &metrics);
            place.serve(ports, config, game, shutdown, ready)
        };
        Ok((name.to_string(), Box::new(life)))
    }

    /// What clients are told: of several addresses the first.
    fn address_of(&self, listeners: &[Listener]) -> anyhow::Result<String> {
        let first = listeners.first().context("a host has an address")?;
        let first = first.local_address()?;
        Ok(match &self.advertise {
            Some(host) => NetAddress::new(host, first.port()).to_string(),
            None => first.to_string(),
        })
    }
}

/// A chat whose messages are in this log. The directory is in memory, so its generations begin anew with each start.
fn durable(chat: Chat, log: SqliteLog, nodes: Arc<Nodes>, metrics: &Metrics) -> anyhow::Result<Chat> {
    let owner = InDirectory::new(nodes).above(log.owner().0);
    let writer = Writer::new(log, owner).context("--durable")?;
    chat.durable(writer, metrics)
        .context("no thread for the log of the rooms")
}
