//! Chat, step 2: one worker owns the list.
//!
//! **New:** the threads of the clients no longer share the list. One thread, the worker, owns it; all others
//! tell it over a channel what has happened. There is no lock, and a thread that reads writes to nobody.
//!
//! **Run it:** `cargo run --bin chat-2-channel` (an address such as `127.0.0.1:7000` may follow). Ctrl-C
//! ends it.
//!
//! **See it work:** `nc 127.0.0.1 11021` in two other terminals; type in both.
//!
//! **What still goes wrong:** the worker itself waits for a client that does not read, and all wait for the
//! worker: an outbox for each client mends that in the finished `chat-server`. And nobody knows who has said
//! what, or where a message ends that is longer than a line: step 3.

use std::collections::BTreeMap;
use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};

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

/// What has happened to a client.
enum Event {
    Arrived(Arc<TcpStream>),
    Line(Vec<u8>),
    Closed,
}

/// With the number of the client.
type Item = (u64, Event);
// ANCHOR_END: clients

// ANCHOR: run
fn run(address: &str) -> io::Result<()> {
    let listener = TcpListener::bind(address)?;
    println!("listening on {}", listener.local_addr()?);
    let (worker, items) = bounded(256);
    thread::spawn(move || work(&items));
    for number in 1.. {
        let (client, peer) = listener.accept()?;
        let client = Arc::new(client);
        let arrived = Event::Arrived(Arc::clone(&client));
        worker.send((number, arrived)).map_err(io::Error::other)?;
        eprintln!("{peer} connected");
        let worker = worker.clone();
        thread::spawn(move || {
            let outcome = read_lines(&client, number, &worker);
            let _ = worker.send((number, Event::Closed));
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
fn read_lines(client: &TcpStream, number: u64, worker: &Sender<Item>) -> io::Result<()> {
    let mut lines = BufReader::new(client);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        let said = Event::Line(line.clone());
        worker.send((number, said)).map_err(io::Error::other)?;
        line.clear();
    }
    Ok(())
}
// ANCHOR_END: read_lines

// ANCHOR: work
/// Takes one item after the other; nobody else knows the list.
fn work(items: &Receiver<Item>) {
    let mut clients = Clients::new();
    for (number, event) in items {
        match event {
            Event::Arrived(client) => drop(clients.insert(number, client)),
            Event::Line(line) => broadcast(&clients, number, &line),
            Event::Closed => drop(clients.remove(&number)),
        }
    }
}
// ANCHOR_END: work

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
