//! The program `baccarat-server`: tables of baccarat, with the flags that every room server has.

use std::process::ExitCode;

use anyhow::Context;
use baccarat_server::{Baccarat, LAST_PAYOUTS, TableFlags, seed};
use command_line::{LogFlags, ProgramFlags, Settings};
use protocol::message::baccarat::MESSAGES;

const EXAMPLES: &str = "Every flag can also be set by its environment variable.

Examples:
  baccarat-server
  baccarat-server --ledger chips.db --rounds auto --bet-time 15s
  baccarat-server --decks 6 --min 5 --max 500 --chips 1000
  baccarat-server --trace            (each packet as a line)
  BACCARAT_SERVER_LEDGER=chips.db baccarat-server";

/// Baccarat at tables: logins, chat, whispers and invitations as in the chat server, stakes that are written down
/// before they count, and cards that can be verified afterwards.
#[derive(clap::Parser)]
#[command(name = "baccarat-server", version, after_help = EXAMPLES)]
struct Flags {
    #[command(flatten)]
    table: TableFlags,
    #[command(flatten)]
    server: room_server::RoomServerFlags,
    #[command(flatten)]
    log: LogFlags,
}

impl ProgramFlags for Flags {
    const DEFAULTS: &'static [(&'static str, &'static str)] = &room_server::defaults("127.0.0.1:11031");

    fn log(&self) -> &LogFlags {
        &self.log
    }

    fn check(&self) -> Result<(), String> {
        self.table.settings().map(drop)
    }
}

fn main() -> ExitCode {
    command_line::run(|flags: Flags, settings| serve(&flags, settings))
}

fn serve(flags: &Flags, settings: &Settings) -> anyhow::Result<()> {
    baccarat_server::prepare()?;
    let table = flags.table.settings().map_err(anyhow::Error::msg)?;
    let ledger = flags.table.open_ledger()?;
    let handle = ledger.handle();
    let served = flags.server.serve(settings, Some(&MESSAGES), |config| {
        Baccarat::new(table, handle, config.limits.max_packet, seed)
    });
    let closed = ledger.close(LAST_PAYOUTS).context("the ledger is not complete");
    served.and(closed)
}
