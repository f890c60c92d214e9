//! Calculator, step 2: many requests on one connection.
//!
//! **New:** a length of 4 bytes in front of every request says where it ends, and a loop reads one after
//! the other. Requests that arrive together are taken apart again.
//!
//! **Run it:** `cargo run --bin calc-2-length` (an address such as `127.0.0.1:7000` may follow). Ctrl-C
//! ends it.
//!
//! **See it work:** in another terminal,
//! `printf '\x09\0\0\0+\x0a\0\0\0\x14\0\0\0' | nc -N 127.0.0.1 4000 | xxd` prints 30, which is 1e.
//!
//! **What still goes wrong:** a read may bring less than it was asked for. When a request arrives in two
//! pieces, this server takes the first for the whole and is out of step from there on: step 3.

use std::env;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;

fn main() -> ExitCode {
    let address = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:4000".to_owned());
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
        let (client, peer) = listener.accept()?;
        match serve(&client) {
            Ok(()) => eprintln!("{peer} closed"),
            Err(error) => eprintln!("{peer} broke off: {error}"),
        }
    }
}

// ANCHOR: serve
/// Answers requests until the client closes.
fn serve(mut client: &TcpStream) -> io::Result<()> {
    let mut length = [0; 4];
    let mut request = [0; 9];
    while client.read(&mut length)? > 0 {
        let length = i32::from_le_bytes(length);
        if length != 9 {
            return Err(io::Error::other(format!("length is {length}, not 9")));
        }
        if client.read(&mut request)? == 0 {
            return Err(io::Error::other("closed in the middle of a request"));
        }
        let result = answer(request);
        client.write_all(&result.to_le_bytes())?;
    }
    Ok(())
}
// ANCHOR_END: serve

// ANCHOR: answer
fn answer(request: [u8; 9]) -> i32 {
    let [op, l0, l1, l2, l3, r0, r1, r2, r3] = request;
    let left = i32::from_le_bytes([l0, l1, l2, l3]);
    let right = i32::from_le_bytes([r0, r1, r2, r3]);
    calculate(op, left, right)
}
// ANCHOR_END: answer

// ANCHOR: calculate
/// -1 stands for an unknown operator, which no client can tell from a result of -1.
fn calculate(op: u8, left: i32, right: i32) -> i32 {
    match op {
        b'+' => left.wrapping_add(right),
        b'-' => left.wrapping_sub(right),
        b'*' => left.wrapping_mul(right),
        _ => -1,
    }
}
// ANCHOR_END: calculate
