//! The program `baccarat-server`: tables of baccarat, with the flags that every room server has.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use baccarat::Seed;
use baccarat_server::{Baccarat, TableFlags};
use command_line::{LogFlags, ProgramFlags, Settings};
use protocol::message::baccarat::MESSAGES;

const EXAMPLES: &str = "Every flag can also be set by its environment variable.

Examples:
  baccarat-server
  baccarat-server --ledger chips.db --rounds auto --bet-time 15s
  baccarat-server --decks 6 --min 5 --max 500 --chips 1000
  baccarat-server --trace            (each packet as a line)
  BACCARAT_SERVER_LEDGER=chips.db baccarat-server";

/// How long the last payouts may take to be stored, at the end of the server.
const LAST_PAYOUTS: Duration = Duration::from_secs(10);

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
    database::survive_full_files().context("cannot watch SIGXFSZ")?;
    let table = flags.table.settings().map_err(anyhow::Error::msg)?;
    // Asked before anybody can come: a machine without randomness must not deal.
    seed().context("the system gives no random bytes for a shoe")?;
    let ledger = flags.table.open_ledger()?;
    let handle = ledger.handle();
    let served = flags.server.serve(settings, Some(&MESSAGES), |config| {
        Baccarat::new(table, handle, config.limits.max_packet, || {
            seed().expect("the system gave random bytes at start")
        })
    });
    let closed = ledger.close(LAST_PAYOUTS).context("the ledger is not complete");
    served.and(closed)
}

fn seed() -> Result<Seed, getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(Seed::from(bytes))
}
