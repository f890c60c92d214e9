//! Time, step 1: the time for whoever connects.
//!
//! **New:** a server that speaks first. The client sends nothing: it connects, gets the time as text, and the
//! server closes (RFC 867, the daytime protocol). An accept that fails is reported, and the loop goes on.
//!
//! **Run it:** `cargo run --bin time-1-daytime` (an address such as `127.0.0.1:7000` may follow). Ctrl-C
//! ends it.
//!
//! **See it work:** in another terminal, `nc 127.0.0.1 7777`.
//!
//! **What still goes wrong:** the server waits until its client has closed too, and meanwhile the next client
//! waits: step 2.

use std::env;
use std::io::{self, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::ExitCode;

use jiff::Timestamp;

fn main() -> ExitCode {
    let address = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:7777".to_owned());
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
        match listener.accept() {
            Ok((client, peer)) => {
                eprintln!("{peer} connected");
                match tell_time(&client) {
                    Ok(()) => eprintln!("{peer} closed"),
                    Err(error) => eprintln!("{peer} broke off: {error}"),
                }
            }
            Err(error) => eprintln!("accept: {error}"),
        }
    }
}
// ANCHOR_END: run

// ANCHOR: tell
/// Sends the time, and throws away what the client sends until it closes: a close with unread input would
/// destroy what is on its way to the client.
fn tell_time(mut client: &TcpStream) -> io::Result<()> {
    let time = format!("{:.0}\n", Timestamp::now());
    client.write_all(time.as_bytes())?;
    client.shutdown(Shutdown::Write)?;
    io::copy(&mut client, &mut io::sink())?;
    Ok(())
}
// ANCHOR_END: tell
