//! Servers for the test of the checks: one of each kind that is right, and mistakes that can be put into it,
//! one at a time. Each is a few threads inside the test.
//!
//! | file | what is in it |
//! |---|---|
//! | `lines` | the echo of lines |
//! | `packets` | the echo of packets |
//! | `calc` | the calculator |
//! | `chat`, `chat_rooms`, `chat_users` | the chat: its threads, its rooms, and what users do |
//! | `chat_codecs` | the bodies of its packets in other codecs |
//! | `tables`, `table_stakes` | baccarat in those rooms: what members ask for |
//! | `table_rounds`, `table_hands` | its rounds, and its cards |
//! | `time` | daytime, sessions and UDP |

pub(crate) mod calc;
pub(crate) mod chat;
pub(crate) mod chat_codecs;
mod chat_rooms;
mod chat_users;
pub(crate) mod lines;
pub(crate) mod packets;
mod table_hands;
mod table_rounds;
mod table_stakes;
pub(crate) mod tables;
pub(crate) mod time;

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// Serves each client in a thread of its own, until the test ends.
pub(crate) fn serve(
    serve_client: impl Fn(TcpStream) -> io::Result<()> + Clone + Send + 'static,
) -> SocketAddr {
    serve_all(move |client| {
        let serve_client = serve_client.clone();
        thread::spawn(move || serve_client(client));
    })
}

/// The same, but for a protocol error of one client, which closes them all.
pub(crate) fn serve_until_an_error(
    serve_client: impl Fn(&TcpStream) -> io::Result<()> + Clone + Send + 'static,
) -> SocketAddr {
    let open = Arc::new(Mutex::new(Vec::<TcpStream>::new()));
    serve(move |client| {
        let lock = || open.lock().unwrap_or_else(PoisonError::into_inner);
        lock().push(client.try_clone()?);
        let outcome = serve_client(&client);
        match &outcome {
            // Not one of the connection.
            Err(error) if error.kind() == ErrorKind::Other => {
                lock()
                    .drain(..)
                    .for_each(|one| drop(one.shutdown(Shutdown::Both)));
            }
            _ => lock().retain(|one| one.peer_addr().ok() != client.peer_addr().ok()),
        }
        outcome
    })
}

/// Does this with each client, and accepts the next one then.
pub(crate) fn serve_all(serve_client: impl Fn(TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        while let Ok((client, _)) = listener.accept() {
            let _ = client.set_nodelay(true);
            serve_client(client);
        }
    });
    address
}

/// A calculator without lengths whose numbers are all big-endian.
pub(crate) fn start_bare_calculator_of_big_endians() -> SocketAddr {
    serve(|mut client| {
        let mut request = [0; 9];
        client.read_exact(&mut request)?;
        let number = |at: usize| i32::from_be_bytes(request[at..at + 4].try_into().expect("4 bytes"));
        let result = match request[0] {
            b'+' => number(1).wrapping_add(number(5)),
            b'-' => number(1).wrapping_sub(number(5)),
            _ => number(1).wrapping_mul(number(5)),
        };
        client.write_all(&result.to_be_bytes())
    })
}

/// A server that reads big-endian headers, and answers each packet so.
pub(crate) fn start_packets_of_big_endians(answer: fn(Vec<u8>) -> Vec<u8>) -> SocketAddr {
    serve(move |mut client| {
        let mut packet = vec![0; 5];
        client.read_exact(&mut packet)?;
        let size = usize::from(u16::from_be_bytes([packet[0], packet[1]]));
        if !(5..=1_024).contains(&size) {
            return Ok(());
        }
        packet.resize(size, 0);
        client.read_exact(&mut packet[5..])?;
        client.write_all(&answer(packet))
    })
}

/// What a read brings; nothing at the end.
pub(crate) fn read_some(mut client: &TcpStream) -> io::Result<Vec<u8>> {
    let mut buffer = vec![0; 64 * 1024];
    let count = client.read(&mut buffer)?;
    buffer.truncate(count);
    Ok(buffer)
}

/// Keeps the connection of a client that has said its last word, as long as a check might look.
pub(crate) fn keep_open() {
    thread::sleep(Duration::from_secs(20));
}

/// Whether the client has said its last word by now, or soon.
pub(crate) fn has_finished(client: &TcpStream) -> bool {
    let _ = client.set_read_timeout(Some(Duration::from_millis(30)));
    let finished = matches!(client.peek(&mut [0]), Ok(0));
    let _ = client.set_read_timeout(None);
    finished
}
