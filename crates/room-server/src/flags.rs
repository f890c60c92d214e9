//! The flags that every room server has, and the run of a game with them.

use std::sync::Arc;
use std::time::Duration;

use admin::Metrics;
use anyhow::Context;
use command_line::{Listening, ServerFlags, Serving, Settings, duration, size};
use directory::{Directory, GameName, Nodes, RedisNumbers};
use net::{Limits, Summary};
use protocol::message::Table;
use rooms::{Config, Counters, Game, Port};
use tls::{TlsServer, TlsServerFlags};

use crate::advertise::{names, told};
use crate::directory_flags::DirectoryFlags;
use crate::numbers::RoomNumbers;
use crate::people::RoomPeople;
use crate::place::{Place, PlaceSettings};
use crate::ports::{PortFlags, Ports, listening, secured};
use crate::status::report_status;
use crate::trace::{TraceFormat, trace};
use crate::web_flags::WebGame;

/// The defaults of a room server that listens at `bind` where nobody says otherwise, for
/// [`ProgramFlags::DEFAULTS`](command_line::ProgramFlags::DEFAULTS): those of [`Config::default`], where they differ
/// from those of any other server.
#[must_use]
pub const fn defaults(bind: &'static str) -> [(&'static str, &'static str); 3] {
    [("bind", bind), ("rate_limit", "100"), ("send_buffer", "64KiB")]
}

/// The flags of a room server: where it listens, what it allows its clients, and how it plays.
#[derive(Debug, Clone, clap::Args)]
pub struct RoomServerFlags {
    #[command(flatten)]
    server: ServerFlags<PortFlags>,
    #[command(flatten)]
    rooms: RoomFlags,
    #[command(flatten)]
    tls: TlsServerFlags,
}

/// How the rooms of a server play, wherever it listens: its workers, its rooms, what a member may cost.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Rooms")]
pub struct RoomFlags {
    /// Workers: each answers the packets for its share of the rooms, one thread at a time.
    #[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    workers: u16,
    /// Rooms of this server, numbered from 0. Where a game has several servers, all must have the same number of rooms, and the
    /// next server's begin where these end.
    #[arg(long, value_name = "COUNT", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    rooms: u32,
    /// Members of one room.
    #[arg(long, value_name = "COUNT", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    room_size: u32,
    /// Time from the connection to the login; 0 for ever.
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = duration)]
    login_timeout: Duration,
    /// Bytes that may wait for a client that does not read; 0 without limit.
    #[arg(long, value_name = "SIZE", default_value = "256KiB", value_parser = size)]
    outbox_limit: usize,
    /// Take compressed packets (Snappy), and send bodies of more than SIZE bytes compressed, where that makes them
    /// smaller, to clients that have sent a compressed packet; 0 for bodies of any size. Without this flag, a
    /// compressed packet is refused with error 51.
    #[arg(long, value_name = "SIZE", value_parser = size)]
    compress_over: Option<usize>,
    /// For clients of the original codelab, which take only that: in the binary codec, ROOM_CHAT_RES and
    /// ROOM_LEAVE_RES say 0 for success in place of 1.
    #[arg(long)]
    classic_results: bool,
    /// Log a line of status this often, at the level info: 100ms at least, or 0 for never. SIGUSR1 asks for one at any
    /// time.
    #[arg(long, value_name = "DURATION", default_value = "0", value_parser = interval)]
    stats: Duration,
    /// Print each packet to standard error, as a line or byte by byte. What the rate limit drops has an x.
    #[arg(long, value_name = "FORMAT", num_args = 0..=1, require_equals = true,
          default_missing_value = "line", value_enum)]
    trace: Option<TraceFormat>,
}

impl RoomServerFlags {
    /// The life of a room server: listens, says so, plays until Ctrl-C or SIGTERM, and logs what it has done.
    ///
    /// `web` is the game as browsers have it, if the flags let them in. `game` gets the settings that the flags have made, and
    /// may change them. `messages` are the game's own, for the
    /// trace.
    ///
    /// # Errors
    /// When it cannot listen, or nobody can read where; when the system has no thread or descriptor to start with.
    pub fn serve<G: Game>(
        &self,
        settings: &Settings,
        web: WebGame,
        messages: Option<&'static Table>,
        game: impl FnOnce(&mut Config) -> G,
    ) -> anyhow::Result<()> {
        self.live(settings, web, messages, |ports, config, serving| {
            let ports = self.all_ports(ports, web, &config, Vec::new());
            run(ports, config, serving, |config| Ok(game(config)))
        })
    }

    /// The same for a server that may be one of many of this game, if `flags` name a directory: then `game` gets the place
    /// that the server has there. It may also add numbers of its own to what those see who watch the server. The place is
    /// given back when the server is told to end, before it drains.
    ///
    /// # Errors
    /// Those of [`serve`](Self::serve) and of `game`; when the directory does not answer, or has no place.
    pub fn serve_in<G: Game>(
        &self,
        settings: &Settings,
        flags: &DirectoryFlags,
        (name, web): (GameName, WebGame),
        messages: Option<&'static Table>,
        game: impl FnOnce(Option<Arc<Nodes>>, &mut Config, &Metrics) -> anyhow::Result<G>,
    ) -> anyhow::Result<()> {
        let Some(redis) = flags.redis.connect().context("--directory")? else {
            return self.live(settings, web, messages, |ports, config, serving| {
                let ports = self.all_ports(ports, web, &config, Vec::new());
                let metrics = serving.metrics.clone();
                run(ports, config, serving, |config| game(None, config, &metrics))
            });
        };
        let directory: Arc<dyn Directory> = Arc::new(redis.clone());
        self.live(settings, web, messages, |ports, config, serving| {
            serving.metrics.add(RedisNumbers::new(&redis));
            let (listens, web_listens) = listening(&ports)?;
            let told = told(&flags.advertise, &listens, web_listens.as_ref()).map_err(anyhow::Error::msg)?;
            let ports = self.all_ports(ports, web, &config, names(&flags.advertise));
            let wanted = PlaceSettings {
                name: name.to_string(),
                game: name,
                told,
                lease: flags.lease(),
                slot: flags.slot,
                takeover: flags.takeover,
            };
            let place = Place::take(wanted, &config, directory)?;
            place.tell(&serving.metrics);
            place.watch(&serving.health);
            place.name_in_log();
            let game = |nodes, config: &mut Config| game(Some(nodes), config, &serving.metrics);
            place.serve(ports, config, game, serving.shutdown, serving.ready)
        })
    }

    /// Finds flags that do not go together where the server is one of many.
    ///
    /// # Errors
    /// What is wrong, in one sentence.
    pub fn check_in(&self, flags: &DirectoryFlags, web: WebGame) -> Result<(), String> {
        flags.check()?;
        let addresses = &self.server.addresses;
        addresses.web.check()?;
        if !flags.redis.is_given() {
            return Ok(());
        }
        addresses.web.check_with_logins()?;
        told(
            &flags.advertise,
            &addresses.listens(),
            addresses.web.address(web).as_ref(),
        )
        .map(drop)
    }

    fn all_ports(&self, ports: Ports, web: WebGame, config: &Config, names: Vec<String>) -> Vec<Port> {
        let flags = &self.server.addresses.web;
        let for_browsers = flags.serve(ports.web, web, config, names);
        let all = ports.ports.into_iter().chain(for_browsers);
        match &ports.tls {
            Some(tls) => secured(all, tls),
            None => all.collect(),
        }
    }

    fn live(
        &self,
        settings: &Settings,
        web: WebGame,
        messages: Option<&'static Table>,
        run: impl FnOnce(Ports, Config, Serving<'_>) -> anyhow::Result<Summary>,
    ) -> anyhow::Result<()> {
        let tls = self.tls.open()?;
        let counters = Arc::<Counters>::default();
        self.rooms.report_status(vec![(None, Arc::clone(&counters))])?;
        let listen = |flags: &PortFlags, listening: &mut Listening| flags.listen(web, tls, listening);
        self.server.serve_at(settings, listen, |ports, serving| {
            ports.tls.iter().try_for_each(TlsServer::reload_on_hangup)?;
            serving.metrics.add(RoomNumbers::new(&counters));
            let mut config = self.rooms.config(serving.limits.clone(), messages);
            config.batch_scheduling = self.server.batch_scheduling;
            config.counters = counters;
            serving.metrics.add_people(RoomPeople::new(&config.control));
            run(ports, config, serving)
        })
    }
}

fn run<G: Game>(
    ports: Vec<Port>,
    mut config: Config,
    serving: Serving<'_>,
    game: impl FnOnce(&mut Config) -> anyhow::Result<G>,
) -> anyhow::Result<Summary> {
    let game = game(&mut config)?;
    let Serving { shutdown, ready, .. } = serving;
    Ok(rooms::run_and_tell(ports, config, game, shutdown, ready)?)
}

impl RoomFlags {
    /// The settings of a server with these rooms and limits. `messages` are the game's own, for the trace.
    #[must_use]
    pub fn config(&self, limits: Limits, messages: Option<&'static Table>) -> Config {
        // What a compressed packet may become at most; none is taken without compression.
        let decompressed = self.compress_over.map(|_| limits.max_packet);
        Config {
            limits,
            login_timeout: Some(self.login_timeout).filter(|time| !time.is_zero()),
            outbox_limit: Some(self.outbox_limit).filter(|bytes| *bytes > 0),
            rooms: self.rooms as usize,
            room_size: self.room_size as usize,
            workers: usize::from(self.workers),
            compress_over: self.compress_over,
            classic_results: self.classic_results,
            trace: self.trace.map(|format| trace(format, decompressed, messages)),
            ..Config::default()
        }
    }

    /// From now on logs the line of status of these servers, as often as the flags say, and at SIGUSR1. Each has a name
    /// where there are several.
    ///
    /// # Errors
    /// When a thread cannot be started, or the signal cannot be watched.
    pub fn report_status(&self, servers: Vec<(Option<String>, Arc<Counters>)>) -> anyhow::Result<()> {
        let interval = Some(self.stats).filter(|interval| !interval.is_zero());
        report_status(servers, interval)
            .map_err(anyhow::Error::from_boxed)
            .context("cannot report the status")
    }
}

/// Ten lines a second are more than anybody reads; a billion would be all that the server does.
fn interval(text: &str) -> Result<Duration, String> {
    const LEAST: Duration = Duration::from_millis(100);
    match duration(text)? {
        time if time.is_zero() || time >= LEAST => Ok(time),
        time => Err(format!(
            "{time:?} is too short: {LEAST:?} at least, or 0 for never"
        )),
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, FromArgMatches};

    use super::*;

    #[derive(clap::Parser)]
    struct Program {
        #[command(flatten)]
        server: RoomServerFlags,
    }

    /// A game that is started with `Config::default()` is as safe as a program with these flags.
    #[test]
    fn without_flags_the_settings_are_those_of_the_library() {
        let command =
            defaults("127.0.0.1:0")
                .into_iter()
                .fold(Program::command(), |command, (argument, default)| {
                    command.mut_arg(argument, |argument| argument.default_value(default))
                });
        let matches = command.get_matches_from(["program"]);
        let flags = Program::from_arg_matches(&matches).unwrap().server;
        let limits = flags.server.limits_as_given();
        let Config {
            limits,
            login_timeout,
            outbox_limit,
            rooms,
            rooms_at_start,
            first_room,
            first_unique_id,
            room_size,
            workers,
            compress_over,
            classic_results,
            batch_scheduling,
            may_serve,
            counters: _,
            control: _,
            trace,
        } = flags.rooms.config(limits, None);
        let library = Config::default();
        assert_eq!(limits, library.limits);
        assert_eq!(
            (login_timeout, outbox_limit),
            (library.login_timeout, library.outbox_limit)
        );
        assert_eq!(
            (rooms, room_size, workers),
            (library.rooms, library.room_size, library.workers)
        );
        assert_eq!(
            (rooms_at_start, first_room, first_unique_id),
            (
                library.rooms_at_start,
                library.first_room,
                library.first_unique_id
            )
        );
        assert_eq!(
            (compress_over, classic_results, batch_scheduling),
            (
                library.compress_over,
                library.classic_results,
                library.batch_scheduling
            )
        );
        assert!(trace.is_none() && library.trace.is_none());
        assert!(may_serve.is_none() && library.may_serve.is_none());
    }
}
