//! The program `chat-server`: the chat of this library, with the flags that every room server has.

use std::process::ExitCode;

use anyhow::Context;
use chat_server::{CHAT, Chat, DurableFlags, WEB};
use command_line::{LogFlags, ProgramFlags};
use room_server::{DirectoryFlags, RoomServerFlags};

const EXAMPLES: &str = "Every flag can also be set by its environment variable.

Examples:
  chat-server
  chat-server --bind 0.0.0.0:11021 --workers 4 --rooms 100 --stats 10s
  chat-server --trace            (each packet as a line)
  chat-server --codec msgpack    (for clients whose bodies are MessagePack)
  chat-server --durable rooms.db                (messages outlive the server)
  chat-server --web                             (a page for browsers, at http://127.0.0.1:11080)
  chat-server --listen msgpack=127.0.0.1:11022 --listen protobuf=127.0.0.1:11023
  CHAT_SERVER_RATE_LIMIT=20 chat-server
  chat-server --directory redis://127.0.0.1     (one of many)
  chat-server --directory redis://redis.example --bind 0.0.0.0:0 --advertise chat.example";

/// A chat with rooms: logins, messages to a room, whispers, invitations. A thread per client reads; workers
/// own the rooms and answer.
#[derive(clap::Parser)]
#[command(name = "chat-server", version, after_help = EXAMPLES)]
struct Flags {
    #[command(flatten)]
    server: RoomServerFlags,
    #[command(flatten)]
    directory: DirectoryFlags,
    #[command(flatten)]
    durable: DurableFlags,
    #[command(flatten)]
    log: LogFlags,
}

impl ProgramFlags for Flags {
    const DEFAULTS: &'static [(&'static str, &'static str)] = &room_server::defaults("127.0.0.1:11021");

    fn log(&self) -> &LogFlags {
        &self.log
    }

    fn shown(&self) -> Vec<(&'static str, String)> {
        let mut shown = self.directory.shown();
        shown.extend(self.durable.shown());
        shown
    }

    fn check(&self) -> Result<(), String> {
        self.durable.check(&self.directory)?;
        self.server.check_in(&self.directory, WEB)
    }
}

fn main() -> ExitCode {
    command_line::run(|flags: Flags, settings| {
        let Flags {
            server,
            directory,
            durable,
            ..
        } = &flags;
        let in_file = durable.in_file()?;
        server.serve_in(
            settings,
            directory,
            (CHAT, WEB),
            None,
            |nodes, config, metrics| {
                let max_packet = config.limits.max_packet;
                let (chat, log) = match nodes {
                    Some(nodes) => {
                        let log = durable.in_redis(directory, &nodes)?;
                        (Chat::in_directory(nodes, max_packet), log)
                    }
                    None => (Chat::new(max_packet), in_file),
                };
                match log {
                    Some(log) => chat
                        .durable(log, metrics)
                        .context("no thread for the log of the rooms"),
                    None => Ok(chat),
                }
            },
        )
    })
}
