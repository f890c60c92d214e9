//! What can be asked for.

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use command_line::{LogFlags, ProgramFlags, duration, size};
use net::NetAddress;
use protocol::{Codec, HEADER_SIZE, LARGEST_PACKET};

use crate::bench::flags::at_least_one;
use crate::fan_out::Wire;
use crate::server::ServerCommand;
use crate::soak::SoakFlags;

const EXAMPLES: &str = "Examples:
  loadgen echo 127.0.0.1:18080
  loadgen echo 127.0.0.1:18080 --connections 64 --in-flight 16 --pid $(pidof echo-server)
  loadgen calc 127.0.0.1:4000 --count 1000000 --in-flight 128 --json
  loadgen chat 127.0.0.1:11021 --rooms 10 --members 20 --senders 2 --rate 1000 --plot chat.svg
  loadgen chat 127.0.0.1:11021 --codec msgpack
  loadgen compare one='echo-server --bind 127.0.0.1:0' two='./mine 0' -- echo --connections 64
  loadgen compare binary='chat-server --bind 127.0.0.1:0' msgpack='./mine 0 --codec msgpack' -- chat";

/// Drives a server with many connections, checks every byte that comes back, and measures how many messages
/// it answers and how long each of them takes.
#[derive(Debug, Parser)]
#[command(name = "loadgen", version, after_help = EXAMPLES, arg_required_else_help = false)]
pub(super) struct Flags {
    #[command(subcommand)]
    pub(super) command: Command,
    #[command(flatten)]
    log: LogFlags,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    #[command(flatten)]
    Load(LoadCommand),
    /// Starts servers in turns, drives each with the same load, and compares them.
    Compare(CompareFlags),
    /// Treats a server badly in many ways, and measures what that costs a well-behaved client beside it.
    Soak(SoakFlags),
}

/// A load on a server that is there.
#[derive(Debug, Subcommand)]
pub(super) enum LoadCommand {
    /// An echo server: what is sent must come back.
    Echo(OneLoad<EchoFlags>),
    /// A calculator: each request has its result.
    Calc(OneLoad<CalcFlags>),
    /// A chat server, or a message broker: what one says must come to all in the room.
    Chat(OneLoad<ChatFlags>),
}

#[derive(Debug, Args)]
pub(super) struct OneLoad<L: Args> {
    /// The server.
    #[arg(value_name = "HOST:PORT")]
    pub(super) address: NetAddress,
    #[command(flatten)]
    pub(super) load: L,
    #[command(flatten)]
    pub(super) drive: DriveFlags,
    #[command(flatten)]
    pub(super) output: OutputFlags,
    /// The process of a server on this machine: measure its CPU time, context switches and memory too (Linux).
    #[arg(long, value_name = "PID")]
    pub(super) pid: Option<u32>,
}

/// The same loads without a server, as they stand behind `--` of a comparison.
#[derive(Debug, Parser)]
#[command(
    name = "loadgen compare ... --",
    disable_help_subcommand = true,
    disable_help_flag = true
)]
pub(super) enum ComparedLoad {
    /// Echo servers.
    Echo(ComparedFlags<EchoFlags>),
    /// Calculators.
    Calc(ComparedFlags<CalcFlags>),
    /// Chat servers and message brokers.
    Chat(ComparedFlags<ChatFlags>),
}

#[derive(Debug, Args)]
pub(super) struct ComparedFlags<L: Args> {
    #[command(flatten)]
    pub(super) load: L,
    #[command(flatten)]
    pub(super) drive: DriveFlags,
}

#[derive(Debug, Args)]
pub(super) struct CompareFlags {
    /// A server: its name in the table, and how it is started. Words are separated by blanks, without quoting.
    /// It must choose a free port, and print `listening on HOST:PORT` as its first line; redis-server and
    /// nats-server are told and understood in their own ways. In a chat, `--codec CODEC` in the command is also
    /// the codec in which this server is spoken to, so that one table can have several.
    #[arg(value_name = "NAME=COMMAND", required = true, num_args = 1..)]
    pub(super) servers: Vec<String>,
    /// How often each server is started and measured.
    #[arg(long, value_name = "COUNT", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) rounds: u32,
    #[command(flatten)]
    pub(super) output: OutputFlags,
    /// `echo`, `calc` or `chat` with their flags, but without HOST:PORT.
    #[arg(value_name = "LOAD", last = true, required = true)]
    pub(super) load: Vec<String>,
}

/// How it is driven, whatever the messages are.
#[derive(Debug, Args)]
pub(super) struct DriveFlags {
    /// How long it is measured [default: 5s].
    #[arg(long, value_name = "DURATION", value_parser = some_time, conflicts_with = "count")]
    pub(super) duration: Option<Duration>,
    /// Send so many messages, all of which count, instead.
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) count: Option<u64>,
    /// How long before nothing is measured, so that all can settle [default: 300ms, with --count 0].
    #[arg(long, value_name = "DURATION", value_parser = time, conflicts_with = "count")]
    pub(super) warm_up: Option<Duration>,
    /// Open loop: so many messages a second in all, each at its time, whether or not replies have come.
    /// Latency counts from that time. Without it, each connection waits for replies (closed loop).
    #[arg(long, value_name = "PER_SECOND", value_parser = rate)]
    pub(super) rate: Option<f64>,
    /// Threads that drive the load, each with its share of the connections.
    #[arg(long, value_name = "COUNT", default_value = "1", value_parser = threads)]
    pub(super) threads: usize,
    /// How long to wait for a server that is started, for a connection, and for the last messages.
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = some_time)]
    pub(super) timeout: Duration,
}

#[derive(Debug, Args)]
pub(super) struct OutputFlags {
    /// Print one JSON object instead of a table.
    #[arg(long)]
    pub(super) json: bool,
    /// Draw a figure into this file.
    #[arg(long, value_name = "FILE.svg")]
    pub(super) plot: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct EchoFlags {
    #[command(flatten)]
    pub(super) cell: CellFlags,
    /// Bytes of a message; with --packets its header is among them.
    #[arg(long, value_name = "SIZE", default_value = "64", value_parser = message_size)]
    pub(super) size: usize,
    /// Send ECHO packets with their header of 5 bytes: for `echo-server --packets`.
    #[arg(long)]
    pub(super) packets: bool,
}

#[derive(Debug, Args)]
pub(super) struct CalcFlags {
    #[command(flatten)]
    pub(super) cell: CellFlags,
}

#[derive(Debug, Clone, Copy, Args)]
pub(super) struct CellFlags {
    /// Connections at the same time.
    #[arg(long, value_name = "COUNT", default_value = "1", value_parser = crowd)]
    pub(super) connections: usize,
    /// Messages on the way on each connection, in a closed loop.
    #[arg(long, value_name = "COUNT", default_value = "1", value_parser = in_flight, conflicts_with = "rate")]
    pub(super) in_flight: usize,
}

#[derive(Debug, Args)]
pub(super) struct ChatFlags {
    /// Rooms at the same time.
    #[arg(long, value_name = "COUNT", default_value = "1", value_parser = crowd)]
    pub(super) rooms: usize,
    /// Members of each room.
    #[arg(long, value_name = "COUNT", default_value = "2", value_parser = crowd)]
    pub(super) members: usize,
    /// Those of them who talk; messages are those that they send, deliveries are counted at all members.
    #[arg(long, value_name = "COUNT", default_value = "1", value_parser = crowd)]
    pub(super) senders: usize,
    /// Messages on the way from each sender, in a closed loop.
    #[arg(long, value_name = "COUNT", default_value = "1", value_parser = in_flight, conflicts_with = "rate")]
    pub(super) in_flight: usize,
    /// How the bodies of the packets are written: binary, msgpack or protobuf [default: binary]. In a comparison,
    /// a server whose own command has `--codec CODEC` is spoken to in that one without it.
    #[arg(long, value_name = "CODEC", conflicts_with = "peer")]
    pub(super) codec: Option<Codec>,
    /// Speak the wire of a message broker: a channel for each room. In a comparison, commands whose program is
    /// called redis-server or nats-server are spoken to in their own wire without it.
    #[arg(long, value_enum)]
    pub(super) peer: Option<Peer>,
}

/// A message broker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Peer {
    /// Publish and subscribe of Redis.
    Redis,
    /// NATS.
    Nats,
}

impl Peer {
    pub(super) fn wire(self) -> Wire {
        match self {
            Self::Redis => Wire::Redis,
            Self::Nats => Wire::Nats,
        }
    }
}

impl CompareFlags {
    fn check(&self) -> Result<(), String> {
        let commands = self.commands().map_err(|error| format!("{error:#}"))?;
        match self.load()? {
            ComparedLoad::Chat(flags) => flags.load.check_servers(&commands),
            ComparedLoad::Echo(_) | ComparedLoad::Calc(_) => Ok(()),
        }
    }

    /// The servers in front of `--`.
    pub(super) fn commands(&self) -> anyhow::Result<Vec<ServerCommand>> {
        let command = |text: &String| ServerCommand::parse(text, &[]);
        self.servers.iter().map(command).collect()
    }

    /// The load behind `--`.
    pub(super) fn load(&self) -> Result<ComparedLoad, String> {
        let words = std::iter::once("loadgen").chain(self.load.iter().map(String::as_str));
        let load = ComparedLoad::try_parse_from(words).map_err(|error| {
            let text = error.to_string();
            let paragraph = text.split("\n\n").next().unwrap_or_default();
            format!("behind `--`: {}", paragraph.trim_start_matches("error: "))
        })?;
        load.check()?;
        Ok(load)
    }
}

impl ComparedLoad {
    fn check(&self) -> Result<(), String> {
        match self {
            Self::Echo(flags) => flags.load.check(),
            Self::Calc(_) => Ok(()),
            Self::Chat(flags) => flags.load.check(),
        }
    }
}

impl EchoFlags {
    fn check(&self) -> Result<(), String> {
        let packets = HEADER_SIZE..=LARGEST_PACKET;
        if self.packets && !packets.contains(&self.size) {
            return Err(format!(
                "a packet has {HEADER_SIZE} to {LARGEST_PACKET} bytes, not {}",
                self.size
            ));
        }
        if self.size * self.cell.in_flight > MOST_ON_THE_WAY {
            return Err(format!(
                "--in-flight {} of --size {} are more than {MOST_ON_THE_WAY} bytes",
                self.cell.in_flight, self.size
            ));
        }
        Ok(())
    }
}

impl ChatFlags {
    /// The wire that is asked for.
    pub(super) fn wire(&self) -> Option<Wire> {
        self.peer.map(Peer::wire).or(self.codec.map(Wire::Chat))
    }

    /// What is asked for must not contradict what the servers are told.
    fn check_servers(&self, commands: &[ServerCommand]) -> Result<(), String> {
        let mut brokers = 0;
        for command in commands {
            match Wire::of(command).map_err(|error| format!("{error:#}"))? {
                Some(Wire::Redis | Wire::Nats) => brokers += 1,
                own @ Some(Wire::Chat(codec)) if self.wire().is_some_and(|wire| Some(wire) != own) => {
                    let name = &command.name;
                    return Err(format!(
                        "{name} is started with --codec {codec}, which contradicts what stands behind `--`"
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

    fn check(&self) -> Result<(), String> {
        if self.senders > self.members {
            return Err(format!(
                "--senders {} are among --members {}",
                self.senders, self.members
            ));
        }
        if self.rooms * self.members > MOST_CONNECTIONS {
            return Err(format!(
                "--rooms {} of --members {} are more than {MOST_CONNECTIONS} connections",
                self.rooms, self.members
            ));
        }
        Ok(())
    }
}

impl ProgramFlags for Flags {
    const DEFAULTS: &'static [(&'static str, &'static str)] = &[("log", "warn")];

    fn log(&self) -> &LogFlags {
        &self.log
    }

    fn check(&self) -> Result<(), String> {
        match &self.command {
            Command::Load(LoadCommand::Echo(flags)) => flags.load.check(),
            Command::Load(LoadCommand::Chat(flags)) => flags.load.check(),
            Command::Load(LoadCommand::Calc(_)) | Command::Soak(_) => Ok(()),
            Command::Compare(flags) => flags.check(),
        }
    }
}

/// Where a thousand connections would need more memory than there is, a mistake is more likely than a wish.
const MOST_IN_FLIGHT: usize = 1_000_000;
const LARGEST_MESSAGE: usize = 16 << 20;
const MOST_ON_THE_WAY: usize = 256 << 20;

/// An address has 65,535 ports, so one server cannot be given more connections by one machine.
const MOST_CONNECTIONS: usize = 65_535;

/// More than any machine has processors.
const MOST_THREADS: usize = 1_024;

/// Times are kept in nanoseconds, those of the chat in 48 bits.
const LONGEST: Duration = Duration::from_secs(24 * 3_600);

fn in_flight(text: &str) -> Result<usize, String> {
    at_most(text, MOST_IN_FLIGHT)
}

fn crowd(text: &str) -> Result<usize, String> {
    at_most(text, MOST_CONNECTIONS)
}

fn threads(text: &str) -> Result<usize, String> {
    at_most(text, MOST_THREADS)
}

fn at_most(text: &str, most: usize) -> Result<usize, String> {
    match at_least_one(text)? {
        count if count <= most => Ok(count),
        count => Err(format!("{count} are more than {most}")),
    }
}

fn time(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        time if time <= LONGEST => Ok(time),
        _ => Err(format!("`{text}` is more than a day")),
    }
}

fn some_time(text: &str) -> Result<Duration, String> {
    match time(text)? {
        Duration::ZERO => Err(format!("`{text}` is no time at all")),
        time => Ok(time),
    }
}

fn message_size(text: &str) -> Result<usize, String> {
    match size(text)? {
        0 => Err("a message has at least 1 byte".to_owned()),
        size if size <= LARGEST_MESSAGE => Ok(size),
        size => Err(format!("{size} bytes are more than {LARGEST_MESSAGE}")),
    }
}

/// From one in a quarter of an hour to one a nanosecond.
const RATES: RangeInclusive<f64> = 0.001..=1e9;

fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if RATES.contains(&rate) => Ok(rate),
        _ => Err(format!(
            "`{text}` is not a number of messages a second, from 0.001 to 1000000000"
        )),
    }
}
