//! A connection that says nothing, with keepalive on: for looking at its timer with `ss -tano`, and for cutting its
//! cable.
//!
//! `cargo run -p net --example keepalive -- 127.0.0.1:18080 60 10 5`: an address, and the three numbers, the times
//! in seconds. It ends when the other side closes, or when keepalive finds that it is gone.
#![forbid(unsafe_code)]

use std::process::ExitCode;
use std::time::{Duration, Instant};

use net::{Connection, Keepalive, NetError, Socket};

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [address, numbers @ ..] = arguments.as_slice() else {
        return usage();
    };
    let numbers: Result<Vec<u32>, _> = numbers.iter().map(|text| text.parse()).collect();
    let Ok([idle, interval, count]) = numbers.as_deref() else {
        return usage();
    };
    let keepalive = Keepalive {
        idle: Duration::from_secs(u64::from(*idle)),
        interval: Duration::from_secs(u64::from(*interval)),
        count: *count,
    };
    match wait(address, keepalive) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("keepalive: {}", error.chain());
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("keepalive: expected HOST:PORT IDLE INTERVAL COUNT, as 127.0.0.1:18080 60 10 5");
    ExitCode::from(2)
}

// ANCHOR: wait
fn wait(address: &str, keepalive: Keepalive) -> Result<(), NetError> {
    let connection = Socket::connect(&address.parse()?, Duration::from_secs(5))?;
    connection.set_keepalive(Some(keepalive))?;
    println!("connected to {}", connection.peer_address());
    let silent_since = Instant::now();
    let outcome = read_to_the_end(&connection);
    let silent = silent_since.elapsed().as_secs_f64();
    println!("after {silent:.0} s of silence:");
    outcome
}

/// No read timeout: without keepalive this waits for ever when the other machine is gone.
fn read_to_the_end(connection: &Connection) -> Result<(), NetError> {
    while connection.read(&mut [0; 1024])? > 0 {}
    Ok(())
}
// ANCHOR_END: wait
