//! Calculator, step 3: requests that arrive in pieces.
//!
//! **New:** `readn` reads until it has as many bytes as it was asked for. TCP is a stream: it keeps the
//! order of the bytes and nothing else, least of all the borders between writes.
//!
//! **Run it:** `cargo run --bin calc-3-readn` (an address such as `127.0.0.1:7000` may follow). Ctrl-C ends
//! it.
//!
//! **See it work:** in another terminal,
//! `(printf '\x09\0\0\0+\x0a'; sleep 1; printf '\0\0\0\x14\0\0\0') | nc -N 127.0.0.1 4000 | xxd`
//! prints 30, which is 1e, although the request comes in two pieces.
//!
//! **What still goes wrong:** the bytes are taken apart by hand, field by field, and every new message
//! would need its own such code: step 4.

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
    while readn(client, &mut length)? {
        let length = i32::from_le_bytes(length);
        if length != 9 {
            return Err(io::Error::other(format!("length is {length}, not 9")));
        }
        if !readn(client, &mut request)? {
            return Err(io::Error::other("closed in the middle of a request"));
        }
        let result = answer(request);
        client.write_all(&result.to_le_bytes())?;
    }
    Ok(())
}
// ANCHOR_END: serve

// ANCHOR: readn
/// Reads until the buffer is full; false when the client closed before the first byte.
fn readn(mut client: &TcpStream, buffer: &mut [u8]) -> io::Result<bool> {
    let mut got = 0;
    while got < buffer.len() {
        match client.read(&mut buffer[got..])? {
            0 if got == 0 => return Ok(false),
            0 => return Err(io::Error::other("closed in the middle of a request")),
            count => got += count,
        }
    }
    Ok(true)
}
// ANCHOR_END: readn

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
