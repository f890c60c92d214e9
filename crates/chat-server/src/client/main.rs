//! The program `chat-client`: a person, or a script, in the rooms of a chat server.

use std::process::ExitCode;

use command_line::{LogFlags, ProgramFlags};
use room_client::{NoGame, RoomClientFlags};

const EXAMPLES: &str = "Every flag can also be set by its environment variable.

Examples:
  chat-client --name alice --room 1
  chat-client --name bob 127.0.0.1:11021     (in no room until /enter 1)
  echo hello | chat-client --name carol --room 1
  chat-client --name dave --room 1 --exit-after 2 </dev/null     (listens for two messages)
  chat-client --name erin --codec msgpack 127.0.0.1:11022     (a port for MessagePack)
  chat-client --name frank --api http://127.0.0.1:8080 --register     (asks for a password)
  chat-client --name grace --api http://127.0.0.1:8080 --match 2     (waits for somebody to talk to)

Exit code: 0 when you end it, or --exit-after does; 1 for an error, the end of the
connection among them, unless it is taken up again (--api); 2 for wrong flags; 128
and its number for a signal at a terminal.";

/// Talks to the other users of a chat server: with a prompt on a terminal, where /help lists the commands.
///
/// Without a terminal, lines are sent as they come, each when the one before it is answered, and what
/// happens is printed one line each: `bob: hi` for a message, `* bob has left` for what else happens. The
/// first line that is refused ends it with exit code 1; the end of the input ends it when everything is
/// answered.
#[derive(clap::Parser)]
#[command(name = "chat-client", version, after_help = EXAMPLES)]
struct Flags {
    #[command(flatten)]
    client: RoomClientFlags,
    #[command(flatten)]
    log: LogFlags,
}

impl ProgramFlags for Flags {
    const DEFAULTS: &'static [(&'static str, &'static str)] =
        &[("server", "127.0.0.1:11021"), ("log", "warn")];

    fn log(&self) -> &LogFlags {
        &self.log
    }

    fn check(&self) -> Result<(), String> {
        self.client.check()
    }
}

fn main() -> ExitCode {
    command_line::run(|flags: Flags, _settings| flags.client.talk("chat-client", Box::new(NoGame)))
}
