//! The program `echo-server`: flags, listeners, and the library does the rest.

use std::process::ExitCode;

use command_line::{LogFlags, ProgramFlags, ServerFlags};
use echo_server::Config;
use tls::{Speaks, TlsServer, TlsServerFlags};

const EXAMPLES: &str = "Every flag can also be set by its environment variable.

Examples:
  echo-server
  echo-server --packets --max-connections 100 --idle-timeout 30s --log debug
  echo-server --tls-certificate server.pem --tls-key server.key
  ECHO_SERVER_BIND='[::1]:7000' echo-server";

/// Sends back what comes: any bytes, or whole packets with a checked header. A thread per client.
#[derive(clap::Parser)]
#[command(name = "echo-server", version, after_help = EXAMPLES)]
struct Flags {
    /// Check the 5-byte header of every packet and echo whole packets.
    #[arg(long)]
    packets: bool,
    #[command(flatten)]
    server: ServerFlags,
    #[command(flatten)]
    tls: TlsServerFlags,
    #[command(flatten)]
    log: LogFlags,
}

impl ProgramFlags for Flags {
    const DEFAULTS: &'static [(&'static str, &'static str)] = &[("bind", "127.0.0.1:18080")];

    fn log(&self) -> &LogFlags {
        &self.log
    }

    fn check(&self) -> Result<(), String> {
        match self.packets {
            true => Ok(()),
            false => self.server.refuse_packet_limits("without --packets"),
        }
    }
}

fn main() -> ExitCode {
    command_line::run(|flags: Flags, settings| {
        let tls = flags.tls.open()?;
        flags.server.serve(settings, |listeners, serving| {
            tls.iter().try_for_each(TlsServer::reload_on_hangup)?;
            let config = Config {
                limits: serving.limits,
                packets: flags.packets,
                batch_scheduling: flags.server.batch_scheduling,
                secure: tls.map(|tls| tls.secure(Speaks::Packets)),
                activity: serving.metrics.add_activity(),
            };
            Ok(echo_server::run(listeners, config, serving.shutdown)?)
        })
    })
}
