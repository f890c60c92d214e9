//! Calculator, step 4: the packet object.
//!
//! **New:** `Packet` reads fields in the order in which they were put, and knows the byte order and the end
//! of its bytes; a chain of puts builds a reply. Who reads a field too many gets an error, not garbage.
//!
//! **Run it:** `cargo run --bin calc-4-packet` (an address such as `127.0.0.1:7000` may follow). Ctrl-C
//! ends it.
//!
//! **See it work:** in another terminal, `cargo run --bin calc-client -- 10 + 20` prints 30.
//!
//! **What still goes wrong:** the calls on sockets are mixed with the calculator, and `readn` must be
//! copied into every server: step 5.

use std::env;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;

use protocol::{Packet, PacketError};

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
        let reply = answer(Packet::from(request.to_vec())).map_err(io::Error::other)?;
        client.write_all(reply.as_bytes())?;
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
fn answer(mut request: Packet) -> Result<Packet, PacketError> {
    let (op, left, right) = request.get::<(u8, i32, i32)>()?;
    Packet::new().put_i32(calculate(op, left, right)).build()
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
