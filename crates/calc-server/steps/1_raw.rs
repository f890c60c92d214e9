//! Calculator, step 1: one request in one read.
//!
//! **New:** numbers instead of text. A request is 9 bytes, `op:1 left:4 right:4`, a reply is 4, and all
//! numbers are little-endian: the byte that counts least comes first.
//!
//! **Run it:** `cargo run --bin calc-1-raw` (an address such as `127.0.0.1:7000` may follow). Ctrl-C ends
//! it.
//!
//! **See it work:** in another terminal, `printf '+\x0a\0\0\0\x14\0\0\0' | nc -N 127.0.0.1 4000 | xxd`
//! prints 30, which is 1e in hexadecimal.
//!
//! **What still goes wrong:** of several requests sent at once, one read takes the first and the rest is
//! thrown away; nothing says where a request ends: step 2.

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
/// Answers one request.
fn serve(mut client: &TcpStream) -> io::Result<()> {
    let mut request = [0; 9];
    if client.read(&mut request)? == 0 {
        return Ok(());
    }
    let result = answer(request);
    client.write_all(&result.to_le_bytes())
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
