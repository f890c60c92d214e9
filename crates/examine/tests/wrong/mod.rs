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
//! | `time` | daytime, sessions and UDP |

pub(crate) mod calc;
pub(crate) mod chat;
pub(crate) mod chat_codecs;
mod chat_rooms;
mod chat_users;
pub(crate) mod lines;
pub(crate) mod packets;
pub(crate) mod time;

use std::io::{self, Read};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
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
