//! The program `resolve`: all addresses of a host.

use std::process::ExitCode;

use command_line::{ProgramFlags, print_line};
use net::{Family, NetAddress};

const EXAMPLES: &str = "A program that connects tries them in this order, which is the system's (RFC 6724).

Examples:
  resolve localhost:80
  resolve localhost:80 --tcp6
  resolve '[::1]:80'";

/// Prints all addresses of a host, one a line, as a program gets them when it wants to connect by TCP.
#[derive(clap::Parser)]
#[command(name = "resolve", version, after_help = EXAMPLES)]
struct Flags {
    /// The host, by name or by number, and the port.
    #[arg(value_name = "HOST:PORT")]
    address: NetAddress,
    /// Only IPv4.
    #[arg(long, conflicts_with = "tcp6")]
    tcp4: bool,
    /// Only IPv6.
    #[arg(long)]
    tcp6: bool,
}

impl ProgramFlags for Flags {}

impl Flags {
    fn family(&self) -> Family {
        match (self.tcp4, self.tcp6) {
            (true, _) => Family::V4,
            (_, true) => Family::V6,
            _ => Family::Any,
        }
    }
}

// ANCHOR: main
fn main() -> ExitCode {
    command_line::run(|flags: Flags, _settings| {
        let addresses = flags.address.resolve(flags.family())?;
        addresses
            .iter()
            .try_for_each(|address| print_line(&address.to_string()))
    })
}
// ANCHOR_END: main
