//! The program `examine`: checks a server against the wire.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use command_line::{LogFlags, ProgramFlags, print_line};
use examine::{Check, Finding, Kind, Server, Service, Settings, Table, examine, kinds, report};
use net::{Family, NetAddress};
use protocol::Codec;

/// The port of a time server's other services.
const SESSIONS_AND_UDP: u16 = 1200;

const EXAMPLES: &str = "Exit code 0: all checks pass; 1: one fails; 2: wrong flags.

Examples:
  examine calc
  examine echo-packets 127.0.0.1:11021 --only split --only merged
  examine chat 127.0.0.1:11021 -- python3 my_server.py 11021
  examine chat 127.0.0.1:11022 --codec msgpack
  examine chat --list";

/// Checks any server, in any language, against the protocol of the book (its page "The wire"), and says what the
/// server does right and where it breaks.
#[derive(clap::Parser)]
#[command(name = "examine", version, after_help = EXAMPLES)]
struct Flags {
    /// What the server speaks.
    #[arg(value_parser = kinds::parser())]
    kind: &'static Kind,
    /// Where the server listens; by default on 127.0.0.1, at the port of this kind in the book.
    #[arg(value_name = "HOST:PORT")]
    server: Option<NetAddress>,
    /// List the checks, and do nothing else.
    #[arg(long)]
    list: bool,
    /// Only the check of this name; may be given several times.
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Print one JSON object instead of text.
    #[arg(long)]
    json: bool,
    /// Also the checks that wait for a timeout of the server.
    #[arg(long)]
    slow: bool,
    /// How long to wait for bytes that do not come.
    #[arg(long, value_name = "DURATION", default_value = "2s", value_parser = command_line::duration)]
    patience: Duration,
    /// Show what COMMAND writes to standard error.
    #[arg(long)]
    with_log: bool,
    #[command(flatten)]
    about: ServerFlags,
    #[command(flatten)]
    log: LogFlags,
    /// A server to start, and to end afterwards.
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
}

/// What must be known of the server where it differs from the defaults.
#[derive(clap::Args)]
#[command(next_help_heading = "About the server")]
struct ServerFlags {
    /// Its largest packet, header included: 256 to 65535 bytes.
    #[arg(long, value_name = "SIZE", default_value_t = 1024, value_parser = clap::value_parser!(u16).range(256..))]
    max_packet: u16,
    /// How the bodies of its packets are written: binary, msgpack or protobuf (chat, baccarat, room-server).
    #[arg(long, value_name = "CODEC", default_value_t = Codec::Binary)]
    codec: Codec,
    /// It takes compressed packets: also check that (chat).
    #[arg(long)]
    compression: bool,
    /// It says 0 for success in ROOM_CHAT_RES and ROOM_LEAVE_RES, as the original codelab's server does (chat, baccarat, room-server; binary).
    #[arg(long)]
    classic_results: bool,
    /// How many rooms it has (chat, baccarat, room-server).
    #[arg(long, value_name = "COUNT", default_value_t = 1_000, value_parser = clap::value_parser!(i32).range(8..))]
    rooms: i32,
    /// How many members a room may have (chat, baccarat, room-server).
    #[arg(long, value_name = "COUNT", default_value_t = 100, value_parser = clap::value_parser!(u16).range(10..=500))]
    room_size: u16,
    /// After how long it closes a client that does not log in (chat, baccarat, room-server; with --slow).
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = short_duration)]
    login_timeout: Duration,
    /// After how long it closes a silent client (with --slow).
    #[arg(long, value_name = "DURATION", value_parser = short_duration)]
    idle_timeout: Option<Duration>,
    /// Requests have no length in front, as in step 1 (calc).
    #[arg(long)]
    no_length: bool,
    /// What listens at HOST:PORT (time).
    #[arg(long, value_enum, default_value_t = Service::Daytime)]
    service: Service,
    /// Where the sessions listen (time).
    #[arg(long, value_name = "HOST:PORT")]
    sessions: Option<NetAddress>,
    /// Where the datagrams go (time).
    #[arg(long, value_name = "HOST:PORT")]
    udp: Option<NetAddress>,
    /// The time comes as 4 bytes instead of text (time).
    #[arg(long)]
    rfc868: bool,
    /// How long stakes are taken (baccarat).
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = short_duration)]
    bet_time: Duration,
    /// How long the cards lie on the table (baccarat).
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = short_duration)]
    result_time: Duration,
    /// How many chips a GAME_BET_REQ stakes (baccarat).
    #[arg(long, value_name = "CHIPS", default_value_t = 10, value_parser = chips())]
    unit: i64,
    /// How many chips may be on one side (baccarat).
    #[arg(long, value_name = "CHIPS", default_value_t = 10_000, value_parser = chips())]
    max: i64,
    /// How many chips a new user has (baccarat).
    #[arg(long, value_name = "CHIPS", default_value_t = 10_000, value_parser = chips())]
    chips: i64,
    /// How many decks are in a shoe (baccarat).
    #[arg(long, value_name = "COUNT", default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=8))]
    decks: u8,
}

/// So many that their hundredths can be counted.
fn chips() -> clap::builder::RangedI64ValueParser<i64> {
    clap::value_parser!(i64).range(1..=1_000_000_000_000)
}

impl ServerFlags {
    fn table(&self) -> Table {
        Table {
            bet_time: self.bet_time,
            result_time: self.result_time,
            unit: self.unit,
            max: self.max,
            chips: self.chips,
            decks: self.decks,
        }
    }
}

/// A timeout that can be waited for within the minute that an examination may take.
fn short_duration(text: &str) -> Result<Duration, String> {
    match command_line::duration(text)? {
        duration if duration <= Duration::from_secs(20) => Ok(duration),
        _ => Err("20s at most: an examination takes no longer than a minute".to_owned()),
    }
}

impl ProgramFlags for Flags {
    const DEFAULTS: &'static [(&'static str, &'static str)] = &[("log", "warn")];

    fn log(&self) -> &LogFlags {
        &self.log
    }

    fn check(&self) -> Result<(), String> {
        let codec = self.about.codec;
        if !self.kind.has_codecs && (codec != Codec::Binary || self.about.compression) {
            return Err("--codec and --compression are for chat, baccarat and room-server".to_owned());
        }
        if self.about.classic_results && !(self.kind.has_codecs && codec == Codec::Binary) {
            return Err(
                "--classic-results is for chat, baccarat and room-server, with --codec binary".to_owned(),
            );
        }
        let checks = self.kind.checks(codec);
        for name in &self.only {
            if !checks.iter().any(|check| check.name == name) {
                let kind = self.kind.name;
                return Err(match codec {
                    Codec::Binary => format!("{kind} has no check `{name}`: see --list"),
                    _ => format!("{kind} has no check `{name}` for {codec}: see --list --codec {codec}"),
                });
            }
        }
        Ok(())
    }
}

impl Flags {
    fn checks(&self) -> Vec<Check> {
        let mut checks = self.kind.checks(self.about.codec);
        checks.retain(|check| self.only.is_empty() || self.only.iter().any(|name| check.name == name));
        checks
    }

    fn address(&self) -> anyhow::Result<SocketAddr> {
        match &self.server {
            Some(address) => resolved(address),
            None => Ok(self.kind.default_address()),
        }
    }

    fn settings(&self) -> anyhow::Result<Settings> {
        let about = &self.about;
        Ok(Settings {
            patience: self.patience,
            max_packet: about.max_packet.into(),
            rooms: about.rooms,
            room_size: about.room_size.into(),
            slow: self.slow,
            login_timeout: about.login_timeout,
            idle_timeout: about.idle_timeout,
            codec: about.codec,
            compression: about.compression,
            classic_results: about.classic_results,
            bare: about.no_length,
            service: about.service,
            sessions: self.place(about.sessions.as_ref())?,
            udp: self.place(about.udp.as_ref())?,
            rfc868: about.rfc868,
            table: about.table(),
            ..Settings::default()
        })
    }

    /// Where another service of a time server is: without any address, where the wire has it.
    fn place(&self, told: Option<&NetAddress>) -> anyhow::Result<Option<SocketAddr>> {
        let nothing_told = self.kind.has_services && self.server.is_none() && self.command.is_empty();
        match told {
            Some(address) => resolved(address).map(Some),
            None if nothing_told => Ok(Some(SocketAddr::from((Ipv4Addr::LOCALHOST, SESSIONS_AND_UDP)))),
            None => Ok(None),
        }
    }

    fn server(&self) -> anyhow::Result<Server> {
        let address = self.address()?;
        if self.command.is_empty() {
            return Ok(Server::running(address));
        }
        Server::start(&self.command, address, self.with_log)
    }
}

fn resolved(address: &NetAddress) -> anyhow::Result<SocketAddr> {
    let addresses = address.resolve(Family::Any)?;
    // `localhost` may be both, and most servers listen at 127.0.0.1.
    addresses
        .into_iter()
        .min_by_key(SocketAddr::is_ipv6)
        .with_context(|| format!("{address} has no address"))
}

fn main() -> ExitCode {
    let mut all_good = true;
    let code = command_line::run(|flags: Flags, _settings| {
        all_good = run(&flags)?;
        Ok(())
    });
    if all_good { code } else { ExitCode::FAILURE }
}

/// True when no check fails.
fn run(flags: &Flags) -> anyhow::Result<bool> {
    if flags.list {
        print_line(&report::list(&flags.checks()))?;
        return Ok(true);
    }
    let mut server = flags.server()?;
    let settings = flags.settings()?;
    let tell = |finding: &Finding| match flags.json {
        true => Ok(()),
        false => print_line(&report::text(flags.kind, finding)),
    };
    let findings = examine(flags.kind, &mut server, &settings, &flags.checks(), tell)?;
    let told = match flags.json {
        true => report::json(
            flags.kind,
            settings.codec,
            &server.address().to_string(),
            &findings,
        )
        .to_string(),
        false => report::summary(&findings),
    };
    print_line(&told)?;
    Ok(findings.iter().all(|finding| finding.verdict.is_good()))
}
