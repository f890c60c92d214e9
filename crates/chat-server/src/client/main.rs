//! The program `chat-client`: a person, or a script, in the rooms of a chat server.

use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::time::Duration;

use command_line::{ClientFlags, LogFlags, ProgramFlags};
use net::NetAddress;
use protocol::Codec;
use room_client::{Chat, Conversation, Options, check_name, script, terminal};

const EXAMPLES: &str = "Every flag can also be set by its environment variable.

Examples:
  chat-client --name alice --room 1
  chat-client --name bob 127.0.0.1:11021     (in no room until /enter 1)
  echo hello | chat-client --name carol --room 1
  chat-client --name dave --room 1 --exit-after 2 </dev/null     (listens for two messages)
  chat-client --name erin --codec msgpack 127.0.0.1:11022     (a port for MessagePack)

Exit code: 0 when you end it, or --exit-after does; 1 for an error, the end of the
connection among them; 2 for wrong flags; 128 and its number for a signal at a
terminal.";

/// Talks to the other users of a chat server: with a prompt on a terminal, where /help lists the commands.
///
/// Without a terminal, lines are sent as they come, each when the one before it is answered, and what
/// happens is printed one line each: `bob: hi` for a message, `* bob has left` for what else happens. The
/// first line that is refused ends it with exit code 1; the end of the input ends it when everything is
/// answered.
#[derive(clap::Parser)]
#[command(name = "chat-client", version, after_help = EXAMPLES)]
struct Flags {
    /// The server.
    #[arg(value_name = "HOST:PORT", default_value = "127.0.0.1:11021")]
    server: NetAddress,
    /// Your name, 16 bytes at most; nobody else who is logged in can have it.
    #[arg(long, value_name = "NAME", value_parser = check_name)]
    name: String,
    /// The room to enter at once; /enter takes you to another.
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    room: Option<i32>,
    /// End, with exit code 0, when this many messages have been shown: those of the room (your own too), and
    /// whispers. The end of the input does not end it then.
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..))]
    exit_after: Option<u64>,
    /// How often to show the server that you are there, so that you can read without saying anything, and
    /// to see that it is there too; 0 for never.
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = command_line::duration)]
    ping_every: Duration,
    /// How the bodies of packets are written: binary, msgpack or protobuf. It must be the codec of the server's
    /// port.
    #[arg(long, value_name = "CODEC", default_value_t)]
    codec: Codec,
    /// Send bodies of more than SIZE bytes compressed, where that makes them smaller, and ask the server to do
    /// the same; 0 for bodies of any size. The server must have been started with this flag too.
    #[arg(long, value_name = "SIZE", value_parser = command_line::size)]
    compress_over: Option<usize>,
    #[command(flatten)]
    client: ClientFlags,
    #[command(flatten)]
    log: LogFlags,
}

impl ProgramFlags for Flags {
    const DEFAULTS: &'static [(&'static str, &'static str)] = &[("log", "warn")];

    fn log(&self) -> &LogFlags {
        &self.log
    }

    fn check(&self) -> Result<(), String> {
        self.client.check()
    }
}

fn main() -> ExitCode {
    command_line::run(|flags, _settings| talk(&flags))
}

fn talk(flags: &Flags) -> anyhow::Result<()> {
    let at_terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
    if at_terminal {
        terminal::check()?;
    }
    let connection = flags.client.connect(&flags.server)?;
    // Others may say nothing for hours. A server that is gone is noticed where it owes an answer: to the
    // requests of a script, and to every PING.
    connection.set_read_timeout(None)?;
    if at_terminal {
        command_line::print_line(&format!(
            "connected to {}; /help lists the commands",
            connection.peer_address()
        ))?;
    }
    let options = Options {
        compress_over: flags.compress_over,
        timeout: flags.client.timeout,
        ping_every: flags.ping_every,
        exit_after: flags.exit_after,
    };
    let chat = Chat::new(&flags.name, flags.codec);
    let mut conversation = Conversation::new(chat, connection, options)?;
    conversation.open(flags.room, &mut script::Lines)?;
    if at_terminal {
        terminal::talk(conversation)
    } else {
        script::talk(conversation)
    }
}
