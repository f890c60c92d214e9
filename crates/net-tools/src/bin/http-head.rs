//! The program `http-head`: asks a web server for the headers of a page.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context;
use command_line::{ProgramFlags, print_line};
use net::{NetAddress, Socket};
use net_tools::http::{Version, check_path, head_request, receive};
use net_tools::timeout;

const EXAMPLES: &str =
    "Exit code 0 for any answer, 404 and 500 too: they are answers. 1 for none, 2 for wrong usage.

Examples:
  http-head localhost:8000
  http-head localhost:8000 /index.html --http1.1
  http-head '[::1]:8000' --timeout 2s";

/// Asks a web server for the headers of a page (HEAD), and prints its status line and headers. There is no
/// HTTPS here.
#[derive(clap::Parser)]
#[command(name = "http-head", version, after_help = EXAMPLES)]
struct Flags {
    /// The server. Each of the host's addresses is tried until one takes the connection.
    #[arg(value_name = "HOST:PORT")]
    server: NetAddress,
    /// The page. What follows a `#` is not sent.
    #[arg(value_name = "PATH", default_value = "/", value_parser = check_path)]
    path: String,
    /// Ask with HTTP/1.1 and name the host, instead of HTTP/1.0.
    #[arg(long = "http1.1")]
    http1_1: bool,
    /// How long to wait for the connection to each address, and then for the whole answer.
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = timeout)]
    timeout: Duration,
}

impl ProgramFlags for Flags {}

fn main() -> ExitCode {
    command_line::run(|flags: Flags, _settings| ask(&flags))
}

// ANCHOR: ask
fn ask(flags: &Flags) -> anyhow::Result<()> {
    let version = if flags.http1_1 {
        Version::Http11
    } else {
        Version::Http10
    };
    let request = head_request(&flags.server, &flags.path, version);
    let connection = Socket::connect(&flags.server, flags.timeout)?;
    let deadline = Instant::now() + flags.timeout;
    connection
        .write_all_by(request.as_bytes(), deadline)
        .context("cannot send the request")?;
    let answer = receive(|buffer| connection.read_by(buffer, deadline))?;
    answer.lines().try_for_each(|line| print_line(&line))
}
// ANCHOR_END: ask
