//! The program `baccarat-server`: tables of baccarat, with the flags that every room server has.

use std::process::ExitCode;

use anyhow::Context;
use baccarat_server::ledger::Tables;
use baccarat_server::{BACCARAT, Baccarat, LAST_PAYOUTS, TableFlags, WEB, seed};
use command_line::{LogFlags, ProgramFlags, Settings};
use protocol::message::baccarat::MESSAGES;
use room_server::{DirectoryFlags, RoomServerFlags};

const EXAMPLES: &str = "Every flag can also be set by its environment variable.

Examples:
  baccarat-server
  baccarat-server --ledger chips.db --rounds auto --bet-time 15s
  baccarat-server --decks 6 --min 5 --max 500 --chips 1000
  baccarat-server --trace            (each packet as a line)
  BACCARAT_SERVER_LEDGER=chips.db baccarat-server
  baccarat-server --directory redis://127.0.0.1     (one of many)";

/// Baccarat at tables: logins, chat, whispers and invitations as in the chat server, stakes that are written down
/// before they count, and cards that can be verified afterwards.
#[derive(clap::Parser)]
#[command(name = "baccarat-server", version, after_help = EXAMPLES)]
struct Flags {
    #[command(flatten)]
    table: TableFlags,
    #[command(flatten)]
    server: RoomServerFlags,
    #[command(flatten)]
    directory: DirectoryFlags,
    #[command(flatten)]
    log: LogFlags,
}

impl ProgramFlags for Flags {
    const DEFAULTS: &'static [(&'static str, &'static str)] = &room_server::defaults("127.0.0.1:11031");

    fn log(&self) -> &LogFlags {
        &self.log
    }

    fn shown(&self) -> Vec<(&'static str, String)> {
        self.directory.shown()
    }

    fn check(&self) -> Result<(), String> {
        self.table.settings()?;
        self.server.check_in(&self.directory, WEB)?;
        match self.directory.redis().is_given() && !self.table.are_chips_in_memory() {
            true => Err(
                "--ledger is for a server alone: with --directory the chips of all servers are in its Redis; leave one of \
                 the two out"
                    .to_owned(),
            ),
            false => Ok(()),
        }
    }
}

fn main() -> ExitCode {
    command_line::run(|flags: Flags, settings| serve(&flags, settings))
}

fn serve(flags: &Flags, settings: &Settings) -> anyhow::Result<()> {
    baccarat_server::prepare()?;
    let table = flags.table.settings().map_err(anyhow::Error::msg)?;
    let redis = flags.directory.redis().settings();
    let ledger = flags.table.open_ledger(redis.as_ref());
    let ledger = match redis {
        Some(_) => ledger.context("--directory")?,
        None => ledger?,
    };
    let handle = ledger.handle();
    let Flags {
        server, directory, ..
    } = flags;
    let served = server.serve_in(
        settings,
        directory,
        (BACCARAT, WEB),
        Some(&MESSAGES),
        |nodes, config, _| {
            if let Some(nodes) = &nodes {
                handle
                    .take_tables(Tables::of(nodes.first()))
                    .context("the ledger does not give its tables to this server")?;
            }
            let game = Baccarat::new(table, handle, config.limits.max_packet, seed);
            Ok(match nodes {
                Some(nodes) => game.in_directory(nodes),
                None => game,
            })
        },
    );
    let closed = ledger.close(LAST_PAYOUTS).context("the ledger is not complete");
    served.and(closed)
}
