//! Chat, step 1: a line to all others.
//!
//! **New:** the threads of the clients share something: the list of all clients. A mutex guards it, so only
//! one thread at a time uses it. A line goes to everybody on the list but the one who sent it.
//!
//! **Run it:** `cargo run --bin chat-1-broadcast` (an address such as `127.0.0.1:7000` may follow). Ctrl-C
//! ends it.
//!
//! **See it work:** `nc 127.0.0.1 11021` in two other terminals; type in both.
//!
//! **What still goes wrong:** a write waits for a client that does not read, and the thread that waits holds
//! the lock. So nobody can send, come or go any more, because of one client: step 2 does away with the lock.

use std::collections::BTreeMap;
use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;

use parking_lot::Mutex;

fn main() -> ExitCode {
    let address = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:11021".to_owned());
    match run(&address) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{address}: {error}");
            ExitCode::FAILURE
        }
    }
}

// ANCHOR: clients
/// All clients, each under its number, which is given once: a port may come back with another client.
type Clients = BTreeMap<u64, Arc<TcpStream>>;
// ANCHOR_END: clients

// ANCHOR: run
fn run(address: &str) -> io::Result<()> {
    let listener = TcpListener::bind(address)?;
    println!("listening on {}", listener.local_addr()?);
    let clients = Arc::new(Mutex::new(Clients::new()));
    for number in 1.. {
        let (client, peer) = listener.accept()?;
        let client = Arc::new(client);
        clients.lock().insert(number, Arc::clone(&client));
        eprintln!("{peer} connected");
        let clients = Arc::clone(&clients);
        thread::spawn(move || {
            let outcome = read_lines(&client, number, &clients);
            clients.lock().remove(&number);
            match outcome {
                Ok(()) => eprintln!("{peer} closed"),
                Err(error) => eprintln!("{peer} broke off: {error}"),
            }
        });
    }
    Ok(())
}
// ANCHOR_END: run

// ANCHOR: read_lines
/// Passes on what a client says, until it closes.
fn read_lines(client: &TcpStream, number: u64, clients: &Mutex<Clients>) -> io::Result<()> {
    let mut lines = BufReader::new(client);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        broadcast(&clients.lock(), number, &line);
        line.clear();
    }
    Ok(())
}
// ANCHOR_END: read_lines

// ANCHOR: broadcast
/// Sends a line to all clients but one.
fn broadcast(clients: &Clients, sender: u64, line: &[u8]) {
    for (number, client) in clients {
        if *number != sender {
            send(client, line);
        }
    }
}

/// A client that takes nothing more is left to the thread that reads from it.
fn send(mut client: &TcpStream, line: &[u8]) {
    let _ = client.write_all(line);
}
// ANCHOR_END: broadcast
