//! The flags of `loadgen` and its subcommands.
//!
//! | file | what is in it |
//! |---|---|
//! | `mod` | the program: a load on a server that is there, a comparison, a soak, chaos |
//! | `compare` | servers to compare, and the load behind `--` |
//! | `drive` | how a load is driven, whatever the messages are |
//! | `requests` | requests and replies: the echo, the calculator |
//! | `chat` | not requests and replies, but rooms |
//! | `target` | a server that is there: its address, and how it is spoken to |
//! | `values` | numbers and times, and how large they may be |

mod chat;
mod compare;
mod drive;
mod requests;
mod target;
mod values;

use std::path::PathBuf;

use chaos::ChaosFlags;
use clap::{Args, Parser, Subcommand};
use command_line::{LogFlags, ProgramFlags};
use soak::SoakFlags;

pub(super) use chat::ChatFlags;
pub(super) use compare::{CompareFlags, ComparedLoad};
pub(super) use drive::DriveFlags;
pub(super) use requests::{CalcFlags, CellFlags, EchoFlags};
use target::Target;

const EXAMPLES: &str =
    "Every flag can also be set by its environment variable, whatever the load: LOADGEN_COUNT for --count.

Examples:
  loadgen echo 127.0.0.1:18080
  loadgen echo 127.0.0.1:18080 --connections 64 --in-flight 16 --pid $(pidof echo-server)
  loadgen calc 127.0.0.1:4000 --count 1000000 --in-flight 128 --json
  loadgen chat 127.0.0.1:11021 --rooms 10 --members 20 --senders 2 --rate 1000 --plot chat.svg
  loadgen chat 127.0.0.1:11021 --codec msgpack
  loadgen chat localhost:11021 --tls --tls-ca ca.pem
  loadgen chat ws://127.0.0.1:11080/ws --rooms 10 --members 20
  loadgen compare one='echo-server --bind 127.0.0.1:0' two='./mine 0' -- echo --connections 64
  loadgen compare binary='chat-server --bind 127.0.0.1:0' msgpack='./mine 0 --codec msgpack' -- chat
  loadgen compare --suite chat";

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
    /// Kills the servers of durable rooms while users talk, and checks that nothing acknowledged was lost.
    Chaos(ChaosFlags),
}

/// A load on a server that is there.
#[derive(Debug, Subcommand)]
pub(super) enum LoadCommand {
    /// An echo server: what is sent must come back.
    Echo(OneLoad<EchoFlags>),
    /// A calculator: each request must get its result.
    Calc(OneLoad<CalcFlags>),
    /// A chat server, or a message broker: what one member says must reach all in the room.
    Chat(OneLoad<ChatFlags>),
}

#[derive(Debug, Args)]
pub(super) struct OneLoad<L: Args> {
    /// The server. A chat may also be at ws://HOST:PORT/ws, the port of a server with --web: then packets go over
    /// WebSocket, as those of a browser.
    #[arg(value_name = "HOST:PORT")]
    pub(super) address: Target,
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

impl<L: Args> OneLoad<L> {
    fn check_server(&self, is_chat: bool, has_codec: bool) -> Result<(), String> {
        self.address.check(is_chat, self.drive.tls.is_on(), has_codec)
    }
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

impl ProgramFlags for Flags {
    const DEFAULTS: &'static [(&'static str, &'static str)] = &[("log", "warn")];

    fn log(&self) -> &LogFlags {
        &self.log
    }

    fn check(&self) -> Result<(), String> {
        match &self.command {
            Command::Load(LoadCommand::Echo(flags)) => flags
                .drive
                .check(Some(flags.load.cell))
                .and_then(|()| flags.load.check())
                .and_then(|()| flags.check_server(false, false)),
            Command::Load(LoadCommand::Chat(flags)) => flags
                .drive
                .check(None)
                .and_then(|()| flags.load.check())
                .and_then(|()| flags.check_server(true, flags.load.wire().is_some())),
            Command::Load(LoadCommand::Calc(flags)) => flags
                .drive
                .check(Some(flags.load.cell))
                .and_then(|()| flags.check_server(false, false)),
            Command::Soak(_) | Command::Chaos(_) => Ok(()),
            Command::Compare(flags) => flags.check(),
        }
    }
}
