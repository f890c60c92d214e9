//! The program `parse-ip`: is this text an IP address, and which?

use std::net::IpAddr;
use std::process::ExitCode;

use command_line::{ProgramFlags, print_line};
use net_tools::ip;

const EXAMPLES: &str = "It looks nothing up: `resolve` does that for names.

Exit code 0 for an address, 1 for none, 2 for wrong usage.

Examples:
  parse-ip 192.168.1.1
  parse-ip 2001:db8:0:0:0:0:0:1
  parse-ip ::ffff:10.0.0.1
  parse-ip 10.0.0.256";

/// Tells whether a text is an IPv4 or IPv6 address: its usual form, and what kind of address it is; or what is
/// wrong with it, and where.
#[derive(clap::Parser)]
#[command(name = "parse-ip", version, after_help = EXAMPLES)]
struct Flags {
    /// What may be an address.
    #[arg(value_name = "TEXT", allow_hyphen_values = true)]
    text: String,
}

impl ProgramFlags for Flags {}

fn main() -> ExitCode {
    command_line::run(|flags: Flags, _settings| {
        let address = ip::parse(&flags.text)?;
        print_line(&address.to_string())?;
        print_line(&described(address))?;
        match ip::embedded(address) {
            Some(inside) => print_line(&format!("inside: {inside}, {}", described(inside.into()))),
            None => Ok(()),
        }
    })
}

fn described(address: IpAddr) -> String {
    let family = if address.is_ipv4() { "IPv4" } else { "IPv6" };
    format!("{family}, {}", ip::kind(address))
}
