//! Calculator, step 6: the server facade.
//!
//! **New:** `TcpServer` owns the accept loop and gives every client a thread; the program is left with what
//! to do for one client. Limits, timeouts and a clean end at Ctrl-C come with it.
//!
//! **Run it:** `cargo run --bin calc-6-facade` (an address such as `127.0.0.1:7000` may follow). Ctrl-C
//! ends it.
//!
//! **See it work:** `cargo run --bin calc-client` in two other terminals; calculate in both.
//!
//! **What still goes wrong:** every request costs three calls into the kernel, two reads and a write, and
//! an unknown operator still gets -1: the finished `calc-server` answers all requests of one read with one
//! write, and says what is wrong.

use std::env;
use std::process::ExitCode;

use net::{ClientConnection, NetAddress, NetError, Shutdown, TcpServer};
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
    let shutdown = Shutdown::on_signals()?;
    let server = TcpServer::bind(&address)?;
    for address in server.local_addresses()? {
        println!("listening on {address}");
    }
    let summary = server.run(serve, &shutdown)?;
    eprintln!("{summary}");
    Ok(())
}
// ANCHOR_END: run

// ANCHOR: serve
/// Answers requests until the client closes.
fn serve(client: &mut ClientConnection) -> Result<(), NetError> {
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
