//! The program `calc-server`: flags, listeners, and the library does the rest.

use std::process::ExitCode;

use calc_server::Config;
use command_line::{LogFlags, ProgramFlags, ServerFlags};

const EXAMPLES: &str = "Every flag can also be set by its environment variable.

Examples:
  calc-server
  calc-server --bind '[::1]:7000' --max-connections 100 --log debug
  CALC_SERVER_IDLE_TIMEOUT=30s calc-server";

/// Answers calculations: requests of 13 bytes, replies of 4, in order. A thread per client.
#[derive(clap::Parser)]
#[command(name = "calc-server", version, after_help = EXAMPLES)]
struct Flags {
    #[command(flatten)]
    server: ServerFlags,
    #[command(flatten)]
    log: LogFlags,
}

impl ProgramFlags for Flags {
    const DEFAULTS: &'static [(&'static str, &'static str)] = &[("bind", "127.0.0.1:4000")];

    fn log(&self) -> &LogFlags {
        &self.log
    }

    fn check(&self) -> Result<(), String> {
        self.server.refuse_packet_limits("here")
    }
}

fn main() -> ExitCode {
    command_line::run(|flags: Flags, settings| {
        flags.server.serve(settings, |listeners, serving| {
            let config = Config {
                limits: serving.limits,
                batch_scheduling: flags.server.batch_scheduling,
                activity: serving.metrics.add_activity(),
            };
            Ok(calc_server::run(listeners, config, serving.shutdown)?)
        })
    })
}
