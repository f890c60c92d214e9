//! Echo, step 5: packets.
//!
//! **New:** a header of 5 bytes in front of every message says how long it is, what it is (its id) and how
//! its body is stored (its type). A `FrameDecoder` finds the packets, however the bytes arrive. A length
//! that cannot be is refused before anything is kept for it.
//!
//! **Run it:** `cargo run --bin echo-5-packets` (an address such as `127.0.0.1:7000` may follow). Ctrl-C
//! ends it.
//!
//! **See it work:** in another terminal, `printf 'a\nb\n' | cargo run --bin echo-client -- --packets`; or
//! by hand, `printf '\x07\x00\x65\x00\x00hi' | nc -N 127.0.0.1 18080 | xxd`.
//!
//! **What still goes wrong:** a client that connects and says nothing keeps its thread for ever, ten
//! thousand of them end the server, and Ctrl-C cuts everybody off: the finished `echo-server` has limits,
//! timeouts and a clean shutdown.

use std::env;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::thread;

use protocol::{DEFAULT_MAX_PACKET, FrameDecoder};

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
/// Reads packets and sends them back, until the client closes.
fn echo(mut client: &TcpStream) -> io::Result<()> {
    let mut decoder = FrameDecoder::new(DEFAULT_MAX_PACKET);
    let mut buffer = [0; 4096];
    loop {
        let count = client.read(&mut buffer)?;
        if count == 0 {
            return decoder.finish().map_err(io::Error::other);
        }
        decoder.push(&buffer[..count]);
        while let Some(frame) = decoder.next_frame().map_err(io::Error::other)? {
            client.write_all(frame.bytes)?;
        }
    }
}
// ANCHOR_END: echo
