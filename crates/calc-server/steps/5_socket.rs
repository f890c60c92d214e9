//! Calculator, step 5: the socket classes.
//!
//! **New:** `NetAddress` knows addresses, `Socket` goes through its states one call at a time (and each
//! state is a type of its own: a listener cannot be written to), and a `Connection` reads exactly as many
//! bytes as it is asked for. The calculator is left with calculating.
//!
//! **Run it:** `cargo run --bin calc-5-socket` (an address such as `127.0.0.1:7000` may follow). Ctrl-C
//! ends it.
//!
//! **See it work:** in another terminal, `cargo run --bin calc-client -- 10 + 20` prints 30.
//!
//! **What still goes wrong:** while one client is connected, the next one waits, however silent the first
//! may be: step 6.

use std::env;
use std::process::ExitCode;

use net::{Connection, NetAddress, NetError, Socket};
use protocol::{Packet, PacketError};

fn main() -> ExitCode {
    let address = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:4000".to_owned());
    match run(&address) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}", error.chain());
            ExitCode::FAILURE
        }
    }
}

// ANCHOR: run
fn run(address: &str) -> Result<(), NetError> {
    let address: NetAddress = address.parse()?;
    let socket = Socket::tcp(&address)?.reuse_address(true)?;
    let listener = socket.bind(&address)?.listen(128)?;
    println!("listening on {}", listener.local_address()?);
    loop {
        let client = listener.accept()?;
        let peer = client.peer_address();
        match serve(&client) {
            Ok(()) => eprintln!("{peer} closed"),
            Err(error) => eprintln!("{peer} broke off: {}", error.chain()),
        }
    }
}
// ANCHOR_END: run

// ANCHOR: serve
/// Answers requests until the client closes.
fn serve(client: &Connection) -> Result<(), NetError> {
    let mut length = [0; 4];
    let mut request = [0; 9];
    while client.read_exact(&mut length)? {
        let length = i32::from_le_bytes(length);
        if length != 9 {
            return Err(NetError::protocol(format!("length is {length}, not 9")));
        }
        client.read_rest(&mut request)?;
        let reply = answer(Packet::from(request.to_vec())).map_err(NetError::protocol)?;
        client.write_all(reply.as_bytes())?;
    }
    Ok(())
}
// ANCHOR_END: serve

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
