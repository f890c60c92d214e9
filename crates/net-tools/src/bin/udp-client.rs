//! The program `udp-client`: sends a datagram, waits for the reply.

use std::io::Write;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use command_line::{ProgramFlags, print_line, size};
use net::{Family, NetAddress};
use net_tools::timeout;
use net_tools::udp::{Form, Patience, Problem, Reply, exchange, show};

const EXAMPLES: &str = "The reply goes to standard output, and how long it took to standard error.

Exit code 0 for a reply, 1 for none, 2 for wrong usage.

Examples:
  udp-client localhost:7 hello
  udp-client '[::1]:7' hello --hex
  udp-client localhost:9999 hello --tries 1 --timeout 500ms
  udp-client localhost:37 --rfc868";

/// Sends a text as one UDP datagram, without line break, and prints the datagram that comes back from the same
/// address.
#[derive(clap::Parser)]
#[command(name = "udp-client", version, after_help = EXAMPLES)]
struct Flags {
    /// The server. Another of the host's addresses is tried where the port is unreachable.
    #[arg(value_name = "HOST:PORT")]
    server: NetAddress,
    /// What is sent; with --rfc868 it may be left out, and an empty datagram is sent.
    #[arg(value_name = "TEXT", required_unless_present = "rfc868")]
    text: Option<String>,
    /// How long to wait after each try.
    #[arg(long, value_name = "DURATION", default_value = "1s", value_parser = timeout)]
    timeout: Duration,
    /// How often the datagram is sent.
    #[arg(long, value_name = "COUNT", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    tries: u32,
    /// The longest reply that is taken whole.
    #[arg(long, value_name = "SIZE", default_value = "2KiB", value_parser = reply_size)]
    max_reply: usize,
    /// Show the reply in hexadecimal.
    #[arg(long, conflicts_with = "rfc868")]
    hex: bool,
    /// Show the reply, the four bytes of a time server (RFC 868), as a date.
    #[arg(long)]
    rfc868: bool,
}

impl ProgramFlags for Flags {}

impl Flags {
    fn form(&self) -> Form {
        match (self.hex, self.rfc868) {
            (true, _) => Form::Hex,
            (_, true) => Form::Rfc868,
            _ => Form::Text,
        }
    }

    fn patience(&self) -> Patience {
        Patience {
            timeout: self.timeout,
            tries: self.tries,
            max_reply: self.max_reply,
        }
    }
}

fn reply_size(text: &str) -> Result<usize, String> {
    // The length field of a datagram has 16 bits (RFC 768).
    const MOST: usize = u16::MAX as usize;
    match size(text)? {
        bytes @ 1..=MOST => Ok(bytes),
        bytes => Err(format!("{bytes} bytes are not between 1 and {MOST}")),
    }
}

fn main() -> ExitCode {
    command_line::run(|flags: Flags, _settings| {
        let (server, reply) = ask(&flags)?;
        print_line(&show(&reply.bytes, flags.form()).map_err(|problem| anyhow!(problem))?)?;
        if reply.is_cut {
            let most = flags.max_reply;
            bail!("the reply is longer than {most} bytes, and was cut: see --max-reply");
        }
        note(server, &reply);
        Ok(())
    })
}

/// Asks each of the host's addresses until one can be reached, as far as the system knows; the first reason
/// is told where none can.
fn ask(flags: &Flags) -> anyhow::Result<(SocketAddr, Reply)> {
    let request = flags.text.as_deref().unwrap_or_default().as_bytes();
    let mut reason = None;
    for server in flags.server.resolve(Family::Any)? {
        let failed = match connected(server) {
            Ok(mut socket) => match exchange(&mut socket, request, &flags.patience()) {
                Err(problem @ Problem::Unreachable) => anyhow!(problem).context(server),
                outcome => return Ok((server, outcome.with_context(|| server.to_string())?)),
            },
            Err(error) => anyhow!(error).context(format!("cannot reach {server}")),
        };
        reason.get_or_insert(failed);
    }
    Err(reason.unwrap_or_else(|| anyhow!("{} has no address", flags.server)))
}

// ANCHOR: connected
/// A socket that sends to this address and takes datagrams from no other. Nothing is sent by `connect`: it is a
/// note to the kernel, which then can also tell what ICMP says about this address.
fn connected(server: SocketAddr) -> std::io::Result<UdpSocket> {
    let any: SocketAddr = match server {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = UdpSocket::bind(any)?;
    socket.connect(server)?;
    Ok(socket)
}
// ANCHOR_END: connected

/// For the person; whoever reads standard output gets the reply alone.
fn note(server: SocketAddr, reply: &Reply) {
    let Reply {
        bytes, took, tries, ..
    } = reply;
    let length = bytes.len();
    // It is no failure when nobody reads it.
    let _ = writeln!(
        command_line::stderr(),
        "udp-client: {length} bytes from {server} after {took:.1?}, try {tries}"
    );
}
