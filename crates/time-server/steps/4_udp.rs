//! Time, step 4: UDP.
//!
//! **New:** no connection. One socket for all clients: a datagram comes with the address of its sender, and the
//! reply goes there. Nothing to accept, no thread per client, nothing to close.
//!
//! **Run it:** `cargo run --bin time-4-udp` (an address such as `127.0.0.1:7000` may follow). Ctrl-C ends it.
//!
//! **See it work:** in another terminal, `echo time please | nc -u -w 1 127.0.0.1 1200`.
//!
//! **What still goes wrong:** a datagram that is longer than the buffer is cut, and nobody notices. And this
//! server answers everybody, another such server too, which answers back, and so on for ever: the finished
//! server does not.

use std::env;
use std::io;
use std::net::UdpSocket;
use std::process::ExitCode;

use jiff::Timestamp;

/// The longest request, in bytes: a client must not decide how much the server keeps.
const LONGEST_REQUEST: usize = 128;

fn main() -> ExitCode {
    let address = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:1200".to_owned());
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
    let socket = UdpSocket::bind(address)?;
    println!("listening on {}", socket.local_addr()?);
    loop {
        if let Err(error) = answer(&socket) {
            eprintln!("{error}");
        }
    }
}
// ANCHOR_END: run

// ANCHOR: answer
/// Answers one datagram.
fn answer(socket: &UdpSocket) -> io::Result<()> {
    let mut request = [0; LONGEST_REQUEST];
    let (count, client) = socket.recv_from(&mut request)?;
    eprintln!("{client} sent {count} bytes");
    let time = format!("{:.0}\n", Timestamp::now());
    socket.send_to(time.as_bytes(), client)?;
    Ok(())
}
// ANCHOR_END: answer
