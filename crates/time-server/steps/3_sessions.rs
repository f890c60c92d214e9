//! Time, step 3: long connections.
//!
//! **New:** a client asks as often as it likes, `timestamp` for the Unix time in seconds, anything else for the
//! time as text. A client that is silent for two minutes is closed: a read deadline. No request has more than
//! 128 bytes: the buffer has no more.
//!
//! **Run it:** `cargo run --bin time-3-sessions` (an address such as `127.0.0.1:7000` may follow). Ctrl-C
//! ends it.
//!
//! **See it work:** in another terminal, `nc 127.0.0.1 1200`; type `timestamp`, and anything else.
//!
//! **What still goes wrong:** what one read brings is taken for one request. Two requests that come together
//! get one reply, and one that comes in two pieces gets two: the finished server finds the requests in the
//! bytes. Before it, step 4 does without connections.

use std::env;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use jiff::Timestamp;

// ANCHOR: limits
/// How long a client may be silent.
const READ_DEADLINE: Duration = Duration::from_secs(120);

/// The longest request, in bytes: a client must not decide how much the server keeps.
const LONGEST_REQUEST: usize = 128;
// ANCHOR_END: limits

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

fn run(address: &str) -> io::Result<()> {
    let listener = TcpListener::bind(address)?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        match listener.accept() {
            Ok((client, peer)) => {
                eprintln!("{peer} connected");
                thread::spawn(move || match answer(&client) {
                    Ok(()) => eprintln!("{peer} closed"),
                    Err(error) => eprintln!("{peer} broke off: {error}"),
                });
            }
            Err(error) => eprintln!("accept: {error}"),
        }
    }
}

// ANCHOR: answer
/// Answers every read, until the client closes or is silent for too long.
fn answer(mut client: &TcpStream) -> io::Result<()> {
    client.set_read_timeout(Some(READ_DEADLINE))?;
    let mut request = [0; LONGEST_REQUEST];
    loop {
        let count = client.read(&mut request)?;
        if count == 0 {
            return Ok(());
        }
        let now = Timestamp::now();
        let reply = match request[..count].trim_ascii() {
            b"timestamp" => format!("{}\n", now.as_second()),
            _ => format!("{now:.0}\n"),
        };
        client.write_all(reply.as_bytes())?;
    }
}
// ANCHOR_END: answer
