//! The program `chat-server`: the chat of this library, with the flags that every room server has.

use std::process::ExitCode;

use chat_server::Chat;
use command_line::{LogFlags, ProgramFlags};

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
    server: room_server::RoomServerFlags,
    #[command(flatten)]
    log: LogFlags,
}

impl ProgramFlags for Flags {
    const DEFAULTS: &'static [(&'static str, &'static str)] = &room_server::defaults("127.0.0.1:11021");

    fn log(&self) -> &LogFlags {
        &self.log
    }
}

fn main() -> ExitCode {
    command_line::run(|flags: Flags, settings| {
        let chat = |config: &mut rooms::Config| Chat::new(config.limits.max_packet);
        flags.server.serve(settings, None, chat)
    })
}
