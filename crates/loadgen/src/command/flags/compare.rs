//! The flags of `loadgen compare`: servers to compare, and the load after `--`.

use std::path::PathBuf;

use clap::{Args, Parser};

use super::values::{at_most_a_crowd, percent};
use super::{CalcFlags, ChatFlags, DriveFlags, EchoFlags, OutputFlags};
use crate::server::ServerCommand;

#[derive(Debug, Args)]
pub(crate) struct CompareFlags {
    /// A server: its name in the table, and how it is started. Words are separated by blanks, without quoting.
    /// It must choose a free port, and print `listening on HOST:PORT` as its first line; redis-server and
    /// nats-server are started and understood in their own ways. In a chat, `--codec CODEC` in the command is also
    /// the codec of the load for this server, so that one table can have several codecs. TLS is
    /// spoken, where the load has --tls, with a server whose command has `--tls-certificate`, and with no other; WebSocket
    /// with one whose command has `--web`. To one whose command has `--directory URL`, members show tickets that are made there.
    #[arg(value_name = "NAME=COMMAND", required_unless_present = "suite", num_args = 1..)]
    pub(crate) servers: Vec<String>,
    /// Instead of one load: all comparisons of a suite, echo, calc, chat, web, tls, durable or models, or of a file of
    /// yours with one. Each is measured in a closed loop, and then at half the rate that its slowest server has reached. Where a ratio is under
    /// what the suite says it must be at least, the exit code is 1. Servers are one more in each of its tables; flags
    /// after `--` say how each load is driven, without its kind.
    #[arg(long, value_name = "SUITE", conflicts_with_all = ["json", "plot", "costs", "at_load"])]
    pub(crate) suite: Option<String>,
    /// Keep the results of a suite in this folder, with its figures: what is there is not measured again.
    #[arg(long, value_name = "FOLDER", requires = "suite")]
    pub(crate) into: Option<PathBuf>,
    /// Look at what each message costs a server and all that it has started: time on a processor, switches between
    /// threads, memory, and, by perf or strace, system calls (Linux).
    #[arg(long)]
    pub(crate) costs: bool,
    /// Behind the closed loop, an open loop at each of these parts of the full load that each server has reached in it, such
    /// as 25%,50%,75%: how long does a message take when a server is not at its limit?
    #[arg(long, value_name = "PERCENT", value_delimiter = ',', value_parser = percent)]
    pub(crate) at_load: Vec<u32>,
    /// Compute endless loops beside the servers, so many processes of normal priority: how do they do on a machine whose
    /// processors are never free?
    #[arg(long, value_name = "COUNT", default_value = "0", value_parser = at_most_a_crowd)]
    pub(crate) beside_loops: usize,
    /// How often each server is started and measured.
    #[arg(long, value_name = "COUNT", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) rounds: u32,
    #[command(flatten)]
    pub(crate) output: OutputFlags,
    /// `echo`, `calc` or `chat` with their flags, but without HOST:PORT.
    #[arg(value_name = "LOAD", last = true, required_unless_present = "suite")]
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
        if self.suite.is_some() {
            return Ok(());
        }
        let load = self.load()?;
        if !self.at_load.is_empty() && load.drive().rate.is_some() {
            return Err("--at-load finds the rates by a closed loop: leave --rate out".to_owned());
        }
        match load {
            ComparedLoad::Chat(flags) => flags.load.check_servers(&commands),
            ComparedLoad::Echo(_) | ComparedLoad::Calc(_) => Ok(()),
        }
    }

    /// The servers in front of `--`.
    pub(crate) fn commands(&self) -> anyhow::Result<Vec<ServerCommand>> {
        self.servers
            .iter()
            .map(|text| ServerCommand::parse(text))
            .collect()
    }

    /// The load behind `--`.
    pub(crate) fn load(&self) -> Result<ComparedLoad, String> {
        let load = ComparedLoad::parse_words(self.load.iter().map(String::as_str));
        load.map_err(|problem| format!("after `--`: {problem}"))
    }
}

impl ComparedLoad {
    /// Its kind, and its flags.
    pub(crate) fn parse_words<'a>(words: impl Iterator<Item = &'a str>) -> Result<Self, String> {
        let words = std::iter::once("loadgen").chain(words).map(Into::into);
        let load = command_line::parse_part::<Self>("loadgen", words.collect())?;
        load.check()?;
        Ok(load)
    }

    fn drive(&self) -> &DriveFlags {
        match self {
            Self::Echo(flags) => &flags.drive,
            Self::Calc(flags) => &flags.drive,
            Self::Chat(flags) => &flags.drive,
        }
    }

    fn check(&self) -> Result<(), String> {
        match self {
            Self::Echo(flags) => flags
                .drive
                .check(Some(flags.load.cell))
                .and_then(|()| flags.load.check()),
            Self::Calc(flags) => flags.drive.check(Some(flags.load.cell)),
            Self::Chat(flags) => flags.drive.check(None).and_then(|()| flags.load.check()),
        }
    }
}
