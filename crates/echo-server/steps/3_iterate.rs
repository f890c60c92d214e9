//! Echo, step 3: one client after another.
//!
//! **New:** a loop around accept, and two ways to end a connection: an orderly close (the read brings 0
//! bytes) and a broken one (the read is an error). Neither ends the server.
//!
//! **Run it:** `cargo run --bin echo-3-iterate` (an address such as `127.0.0.1:7000` may follow). Ctrl-C
//! ends it.
//!
//! **See it work:** in another terminal, `printf 'a\n' | nc -N 127.0.0.1 18080`, as often as you like.
//!
//! **What still goes wrong:** while one client is connected, the next one waits, however silent the first
//! may be: step 4.

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
    loop {
        let (client, peer) = listener.accept()?;
        eprintln!("{peer} connected");
        match echo(&client) {
            Ok(()) => eprintln!("{peer} closed"),
            Err(error) => eprintln!("{peer} broke off: {error}"),
        }
    }
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
