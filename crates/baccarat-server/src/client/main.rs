//! The program `baccarat-client`: a person, or a script, at a table of baccarat, and the check of a recorded shoe.

mod check;
mod command;
mod look;
mod news;
mod player;
mod refusal;
mod road;
mod seat;
mod shoe_watch;
mod stakes;
mod table_state;

use std::path::PathBuf;
use std::process::ExitCode;

use command_line::{LogFlags, ProgramFlags};
use room_client::RoomClientFlags;

use crate::look::Look;
use crate::player::Player;

const EXAMPLES: &str = "Every flag can also be set by its environment variable.

Examples:
  baccarat-client --name alice --room 1
  baccarat-client --name bob --room 1 --record shoes.txt
  baccarat-client --name carol --room 2 < script.txt     (the script may /wait betting)
  baccarat-client --name dave --api http://127.0.0.1:8080     (asks for a password)
  baccarat-client --name erin --api http://127.0.0.1:8080 --match 3     (waits for two others)
  baccarat-client verify shoes.txt

Exit code: 0 when you end it, or --exit-after does; 1 for an error, the end of the
connection (unless it is taken up again, --api) and a shoe that is not as committed
among them; 2 for wrong flags; 128 and its number for a signal at a terminal.";

/// Plays baccarat, and talks to the others at the table: with a prompt on a terminal, where /help lists the commands.
///
/// Without a terminal, lines are sent as they come, each when the one before it is answered, and what
/// happens is printed one line each. /wait holds a script until bets are open, a result is there, or a shoe is over.
/// The first line that is refused ends it with exit code 1.
///
/// At the end of a shoe, every card is checked against what the server committed to before the first round.
#[derive(clap::Parser)]
#[command(name = "baccarat-client", version, after_help = EXAMPLES, subcommand_negates_reqs = true)]
struct Flags {
    #[command(flatten)]
    client: RoomClientFlags,
    /// Write each shoe into this file when it is over, behind those that are there, for `baccarat-client verify`.
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    log: LogFlags,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Checks recorded shoes: the commitment, every card, every result, and what each stake brought back.
    Verify {
        /// What --record has written.
        file: PathBuf,
    },
}

impl ProgramFlags for Flags {
    const DEFAULTS: &'static [(&'static str, &'static str)] =
        &[("server", "127.0.0.1:11031"), ("log", "warn")];

    fn log(&self) -> &LogFlags {
        &self.log
    }

    fn check(&self) -> Result<(), String> {
        self.client.check()
    }
}

fn main() -> ExitCode {
    command_line::run(|flags: Flags, _settings| match &flags.command {
        Some(Command::Verify { file }) => check::check(file),
        None => {
            let player = Player::new(Look::of_output(), flags.record.as_deref())?;
            flags.client.talk("baccarat-client", Box::new(player))
        }
    })
}
