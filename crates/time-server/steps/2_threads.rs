//! Time, step 2: a thread per client.
//!
//! **New:** every connection gets a thread, so that nobody waits for a client that does not close.
//!
//! **Run it:** `cargo run --bin time-2-threads` (an address such as `127.0.0.1:7000` may follow). Ctrl-C
//! ends it.
//!
//! **See it work:** in two other terminals, `sleep 60 | nc 127.0.0.1 7777`, and then `nc 127.0.0.1 7777`.
//!
//! **What still goes wrong:** a client that never closes keeps its thread for ever: step 3 waits two minutes.
//! And one connection for one line is much ado: step 3 answers as many requests as a client likes.

use std::env;
use std::io::{self, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::ExitCode;
use std::thread;

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
                thread::spawn(move || match tell_time(&client) {
                    Ok(()) => eprintln!("{peer} closed"),
                    Err(error) => eprintln!("{peer} broke off: {error}"),
                });
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
