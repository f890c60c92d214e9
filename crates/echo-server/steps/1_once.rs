//! Echo, step 1: one client, one line.
//!
//! **New:** the calls that every server makes: bind, listen (both done by `TcpListener::bind`),
//! accept, and then read and write on the connection that accept gives.
//!
//! **Run it:** `cargo run --bin echo-1-once` (an address such as `127.0.0.1:7000` may follow).
//!
//! **See it work:** in another terminal, `printf 'hello\n' | nc 127.0.0.1 18080` prints `hello`, and the
//! server ends.
//!
//! **What still goes wrong:** a second line of the same client gets no answer: step 2.

use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;

fn main() -> ExitCode {
    let address = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:18080".to_owned());
    match run(&address) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{address}: {error}");
            ExitCode::FAILURE
        }
    }
}

// ANCHOR: run
fn run(address: &str) -> io::Result<()> {
    let listener = TcpListener::bind(address)?;
    println!("listening on {}", listener.local_addr()?);
    let (client, peer) = listener.accept()?;
    eprintln!("{peer} connected");
    echo(&client)?;
    eprintln!("{peer} is served");
    Ok(())
}
// ANCHOR_END: run

// ANCHOR: echo
/// Reads one line and sends it back.
fn echo(mut client: &TcpStream) -> io::Result<()> {
    let mut line = Vec::new();
    BufReader::new(client).read_until(b'\n', &mut line)?;
    client.write_all(&line)
}
// ANCHOR_END: echo
