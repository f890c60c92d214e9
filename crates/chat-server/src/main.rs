//! The program `chat-server`: flags, listener, and the library does the rest.

mod ports;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use chat_server::{Chat, TraceFormat, report_status, trace};
use command_line::{LogFlags, ProgramFlags, ServerFlags, duration, size};
use net::Limits;
use rooms::{Config, Counters};

use crate::ports::PortFlags;

const EXAMPLES: &str = "Every flag can also be set by its environment variable.

Examples:
  chat-server
  chat-server --bind 0.0.0.0:11021 --workers 4 --rooms 100 --stats 10s
  chat-server --trace            (each packet as a line)
  chat-server --codec msgpack    (for clients whose bodies are MessagePack)
  chat-server --listen msgpack=127.0.0.1:11022 --listen protobuf=127.0.0.1:11023
  CHAT_SERVER_RATE_LIMIT=20 chat-server";

/// A chat with rooms: logins, messages to a room, whispers, invitations. A thread per client reads; workers
/// own the rooms and answer.
#[derive(clap::Parser)]
#[command(name = "chat-server", version, after_help = EXAMPLES)]
struct Flags {
    #[command(flatten)]
    server: ServerFlags<PortFlags>,
    #[command(flatten)]
    rooms: RoomFlags,
    #[command(flatten)]
    log: LogFlags,
}

#[derive(clap::Args)]
#[command(next_help_heading = "Rooms")]
struct RoomFlags {
    /// Threads that process packets, each with its share of the rooms.
    #[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    workers: u16,
    /// Rooms, numbered from 0.
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
    trace: Option<TraceFlag>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum TraceFlag {
    /// Direction, client, id and fields in one line.
    Line,
    /// The line, and every byte with the name of its field.
    Hex,
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

impl ProgramFlags for Flags {
    const DEFAULTS: &'static [(&'static str, &'static str)] = &[
        ("bind", "127.0.0.1:11021"),
        ("rate_limit", "100"),
        ("send_buffer", "64KiB"),
    ];

    fn log(&self) -> &LogFlags {
        &self.log
    }
}

fn main() -> ExitCode {
    command_line::run(|flags: Flags, settings| {
        let counters = Arc::<Counters>::default();
        let interval = Some(flags.rooms.stats).filter(|interval| !interval.is_zero());
        report_status(Arc::clone(&counters), interval)
            .map_err(anyhow::Error::from_boxed)
            .context("cannot report the status")?;
        flags
            .server
            .serve_at(settings, PortFlags::listen, |ports, limits, shutdown, ready| {
                let chat = Chat::new(limits.max_packet);
                let config = config(&flags, limits, counters);
                Ok(rooms::run_and_tell(ports, config, chat, shutdown, ready)?)
            })
    })
}

fn config(flags: &Flags, limits: Limits, counters: Arc<Counters>) -> Config {
    let rooms = &flags.rooms;
    let format = rooms.trace.map(|flag| match flag {
        TraceFlag::Line => TraceFormat::Line,
        TraceFlag::Hex => TraceFormat::Hex,
    });
    // What a compressed packet may become at most; none is taken without compression.
    let decompressed = rooms.compress_over.map(|_| limits.max_packet);
    Config {
        limits,
        login_timeout: Some(rooms.login_timeout).filter(|time| !time.is_zero()),
        outbox_limit: Some(rooms.outbox_limit).filter(|bytes| *bytes > 0),
        rooms: rooms.rooms as usize,
        room_size: rooms.room_size as usize,
        workers: usize::from(rooms.workers),
        compress_over: rooms.compress_over,
        classic_results: rooms.classic_results,
        batch_scheduling: flags.server.batch_scheduling,
        counters,
        trace: format.map(|format| trace(format, decompressed)),
        ..Config::default()
    }
}
