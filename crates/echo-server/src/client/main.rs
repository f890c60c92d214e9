//! The program `echo-client`: sends what is typed, prints what comes back.

mod framing;
mod interactive;

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use command_line::{ClientFlags, Input, LogFlags, ProgramFlags};
use net::NetAddress;
use tls::TlsClientFlags;

use crate::framing::{Framing, Replies};

const EXAMPLES: &str = "Every flag can also be set by its environment variable.

Examples:
  echo-client
  printf 'a\\nb\\n' | echo-client 127.0.0.1:18080
  echo-client --packets --timeout 2s
  echo-client --tls --tls-ca ca.pem localhost:18080";

/// Sends lines to an echo server and prints what comes back: with a prompt when standard input is a
/// terminal, as a filter when it is not.
#[derive(clap::Parser)]
#[command(name = "echo-client", version, after_help = EXAMPLES)]
struct Flags {
    /// The server.
    #[arg(value_name = "HOST:PORT", default_value = "127.0.0.1:18080")]
    server: NetAddress,
    /// Send each line as the body of an ECHO packet (id 101), without its line break.
    #[arg(long)]
    packets: bool,
    #[command(flatten)]
    client: ClientFlags,
    #[command(flatten)]
    tls: TlsClientFlags,
    #[command(flatten)]
    log: LogFlags,
}

impl ProgramFlags for Flags {
    const DEFAULTS: &'static [(&'static str, &'static str)] = &[("log", "warn")];

    fn log(&self) -> &LogFlags {
        &self.log
    }

    fn check(&self) -> Result<(), String> {
        self.client.check().and_then(|()| self.tls.check())
    }
}

fn main() -> ExitCode {
    command_line::run(|flags, _settings| talk(flags))
}

fn talk(flags: Flags) -> anyhow::Result<()> {
    let framing = if flags.packets {
        Framing::Packets
    } else {
        Framing::Lines
    };
    let tls = flags.tls.open()?;
    let connection = flags.client.connect(&flags.server)?;
    let connection = tls::stream(tls.as_ref(), connection, &flags.server, flags.client.timeout)?;
    if io::stdin().is_terminal() {
        command_line::print_line(&format!(
            "connected to {}; Ctrl-D ends",
            connection.peer_address()
        ))?;
        return interactive::talk(&connection, framing);
    }
    let mut replies = Replies::new(framing);
    command_line::pipe(
        connection,
        Input::Bytes,
        move |line, wire| framing.encode(line, wire),
        move |received, text| replies.show(received, text),
    )
}
