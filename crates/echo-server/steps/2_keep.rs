//! Echo, step 2: one client, as many lines as it likes.
//!
//! **New:** a loop around read and write. It ends when the client closes: a read that brings nothing is
//! how TCP says "the end".
//!
//! **Run it:** `cargo run --bin echo-2-keep` (an address such as `127.0.0.1:7000` may follow).
//!
//! **See it work:** in another terminal, `printf 'a\nb\n' | nc -N 127.0.0.1 18080` prints `a` and `b`,
//! and the server ends.
//!
//! **What still goes wrong:** with its first client the server ends too: step 3.

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
    eprintln!("{peer} closed");
    Ok(())
}
// ANCHOR_END: run

// ANCHOR: echo
/// Reads lines and sends them back, until the client closes.
fn echo(mut client: &TcpStream) -> io::Result<()> {
    let mut lines = BufReader::new(client);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        client.write_all(&line)?;
        line.clear();
    }
    Ok(())
}
// ANCHOR_END: echo
