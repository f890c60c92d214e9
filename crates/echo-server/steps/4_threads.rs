//! Echo, step 4: a thread per client.
//!
//! **New:** every connection gets a thread, detached: nobody waits for its end. A thread that is blocked in
//! a read keeps nobody else waiting.
//!
//! **Run it:** `cargo run --bin echo-4-threads` (an address such as `127.0.0.1:7000` may follow). Ctrl-C
//! ends it.
//!
//! **See it work:** `nc 127.0.0.1 18080` in two other terminals; type in both.
//!
//! **What still goes wrong:** a message ends where its line ends, so it can hold no line break, and the
//! server keeps a line in memory however long it grows: step 5 puts the length in front.

use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::thread;

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
        thread::spawn(move || match echo(&client) {
            Ok(()) => eprintln!("{peer} closed"),
            Err(error) => eprintln!("{peer} broke off: {error}"),
        });
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
