//! Servers to compare, and the load behind `--`.

use clap::{Args, Parser};

use super::{CalcFlags, ChatFlags, DriveFlags, EchoFlags, OutputFlags};
use crate::server::ServerCommand;

#[derive(Debug, Args)]
pub(crate) struct CompareFlags {
    /// A server: its name in the table, and how it is started. Words are separated by blanks, without quoting.
    /// It must choose a free port, and print `listening on HOST:PORT` as its first line; redis-server and
    /// nats-server are told and understood in their own ways. In a chat, `--codec CODEC` in the command is also
    /// the codec of the load for this server, so that one table can have several codecs.
    #[arg(value_name = "NAME=COMMAND", required = true, num_args = 1..)]
    pub(crate) servers: Vec<String>,
    /// How often each server is started and measured.
    #[arg(long, value_name = "COUNT", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) rounds: u32,
    #[command(flatten)]
    pub(crate) output: OutputFlags,
    /// `echo`, `calc` or `chat` with their flags, but without HOST:PORT.
    #[arg(value_name = "LOAD", last = true, required = true)]
    pub(crate) load: Vec<String>,
}

/// The same loads without a server, as they stand behind `--` of a comparison.
#[derive(Debug, Parser)]
#[command(
    name = "loadgen compare ... --",
    disable_help_subcommand = true,
    disable_help_flag = true
)]
pub(crate) enum ComparedLoad {
    /// Echo servers.
    Echo(ComparedFlags<EchoFlags>),
    /// Calculators.
    Calc(ComparedFlags<CalcFlags>),
    /// Chat servers and message brokers.
    Chat(ComparedFlags<ChatFlags>),
}

#[derive(Debug, Args)]
pub(crate) struct ComparedFlags<L: Args> {
    #[command(flatten)]
    pub(crate) load: L,
    #[command(flatten)]
    pub(crate) drive: DriveFlags,
}

impl CompareFlags {
    pub(super) fn check(&self) -> Result<(), String> {
        let commands = self.commands().map_err(|error| format!("{error:#}"))?;
        match self.load()? {
            ComparedLoad::Chat(flags) => flags.load.check_servers(&commands),
            ComparedLoad::Echo(_) | ComparedLoad::Calc(_) => Ok(()),
        }
    }

    /// The servers in front of `--`.
    pub(crate) fn commands(&self) -> anyhow::Result<Vec<ServerCommand>> {
        let command = |text: &String| ServerCommand::parse(text, &[]);
        self.servers.iter().map(command).collect()
    }

    /// The load behind `--`.
    pub(crate) fn load(&self) -> Result<ComparedLoad, String> {
        let words = std::iter::once("loadgen").chain(self.load.iter().map(String::as_str));
        let words = words.map(Into::into).collect();
        let load = command_line::parse_part::<ComparedLoad>("loadgen", words);
        let load = load.map_err(|problem| format!("behind `--`: {problem}"))?;
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
