//! The program `echo-client`: sends what is typed, prints what comes back.

mod framing;
mod interactive;

use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::time::Duration;

use command_line::{LogFlags, ProgramFlags};
use net::{Connection, NetAddress, Socket};

use crate::framing::{Framing, Replies};

const EXAMPLES: &str = "Every flag can also be set by its environment variable.

Examples:
  echo-client
  printf 'a\\nb\\n' | echo-client 127.0.0.1:18080
  echo-client --packets --timeout 2s";

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
    /// How long to wait for the connection, and for each reply.
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = command_line::duration)]
    timeout: Duration,
    #[command(flatten)]
    log: LogFlags,
}

impl ProgramFlags for Flags {
    const DEFAULTS: &'static [(&'static str, &'static str)] = &[("log", "warn")];

    fn log(&self) -> &LogFlags {
        &self.log
    }

    fn check(&self) -> Result<(), String> {
        match self.timeout {
            Duration::ZERO => Err("--timeout must be longer than 0".to_owned()),
            _ => Ok(()),
        }
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
    let connection = Socket::connect(&flags.server, flags.timeout)?;
    prepare(&connection, flags.timeout)?;
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
        move |line, wire| framing.encode(line, wire),
        move |received, text| replies.show(received, text),
    )
}

fn prepare(connection: &Connection, timeout: Duration) -> anyhow::Result<()> {
    connection.set_no_delay(true)?;
    connection.set_read_timeout(Some(timeout))?;
    connection.set_write_timeout(Some(timeout))?;
    Ok(())
}
