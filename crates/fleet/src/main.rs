//! The program `fleet`: flags, sockets, and the library does the rest.

use std::process::ExitCode;

use command_line::{LogFlags, ProgramFlags, ServerFlags, Settings};
use fleet::{FleetFlags, MakeCertificateFlags, PortFlags, StatusFlags};

const EXAMPLES: &str = "Every flag can also be set by its environment variable.

Examples:
  fleet
  fleet --database accounts.db --ledger chips.db --durable rooms.db
  fleet --chat-servers 4 --baccarat-servers 0 --rooms 100
  fleet --bind 0.0.0.0:8080 --advertise game.example
  fleet --web                    (pages for browsers, from http://127.0.0.1:11080 on)
  fleet --bind 127.0.0.1:0       (ports of the system's choice)
  FLEET_DATABASE=accounts.db fleet
  fleet make-certificate         (to try TLS with it)
  fleet status                   (which servers there are, asked at http://127.0.0.1:8080)

Then, in another terminal:
  chat-client --api http://127.0.0.1:8080 --register --name alice
  baccarat-client --api http://127.0.0.1:8080 --register --name bob";

const STATUS_EXAMPLES: &str = "Examples:
  fleet status
  fleet status http://api.example:8080
  fleet status https://localhost:8080 --tls-ca ca.pem
  fleet status --json | jq '.servers[].users'";

const MAKE_CERTIFICATE_EXAMPLES: &str = "Examples:
  fleet make-certificate
  fleet make-certificate --host game.example --host 192.0.2.7 --out certificates";

/// A whole game service in one process: accounts and logins over HTTP, chat servers and baccarat servers for users that
/// have logged in, and a directory by which they know of each other.
#[derive(clap::Parser)]
#[command(name = "fleet", version, after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
struct Flags {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    fleet: FleetFlags,
    #[command(flatten)]
    server: ServerFlags<PortFlags>,
    #[command(flatten)]
    log: LogFlags,
}

/// What is done instead of a fleet.
#[derive(clap::Subcommand)]
enum Command {
    /// Print which game servers an API server knows: rooms, users, load.
    ///
    /// The API server may be that of a fleet, or one of many processes. Exit code 0: it has answered, whatever servers there
    /// are; 1: it has not; 2: wrong flags.
    #[command(after_help = STATUS_EXAMPLES)]
    Status(StatusFlags),
    /// Make a certificate to try TLS with, and print how to use it.
    ///
    /// It is signed by an authority of its own, whose key is not kept. Nothing is overwritten; only its owner can read the
    /// key.
    #[command(after_help = MAKE_CERTIFICATE_EXAMPLES)]
    MakeCertificate(MakeCertificateFlags),
}

impl ProgramFlags for Flags {
    const DEFAULTS: &'static [(&'static str, &'static str)] =
        &[("rate_limit", "100"), ("send_buffer", "64KiB")];

    fn log(&self) -> &LogFlags {
        &self.log
    }

    fn check(&self) -> Result<(), String> {
        match &self.command {
            Some(Command::Status(status)) => status.check(),
            Some(Command::MakeCertificate(_)) => Ok(()),
            None => self.fleet.check().and_then(|()| self.server.addresses.check()),
        }
    }
}

fn main() -> ExitCode {
    command_line::run(|flags: Flags, settings| run(&flags, settings))
}

fn run(flags: &Flags, settings: &Settings) -> anyhow::Result<()> {
    match &flags.command {
        Some(Command::Status(status)) => status.print(),
        Some(Command::MakeCertificate(flags)) => flags.make(),
        None => serve(flags, settings),
    }
}

fn serve(flags: &Flags, settings: &Settings) -> anyhow::Result<()> {
    let fleet = flags.fleet.open()?;
    let batch_scheduling = flags.server.batch_scheduling;
    flags
        .server
        .serve_at(settings, PortFlags::listen, |sockets, serving| {
            flags.fleet.warn_of_memory();
            fleet.run(sockets, batch_scheduling, serving)
        })
}
