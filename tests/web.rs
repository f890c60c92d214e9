//! Browsers at the chat server: the page over HTTP, packets over WebSocket. Every test runs the real program.
//!
//! | file | what is in it |
//! |---|---|
//! | `web/socket` | a WebSocket of raw bytes |
//! | `web/handshake` | who may connect, and how others are refused |
//! | `web/packets` | messages are pieces of the stream of packets, wherever they are cut |
//! | `web/wrong` | frames that are wrong, each with its code |
//! | `web/endings` | limits and the end: the last word comes before the close |
//! | `web/page` | the page, and what a browser is told of it |
//! | `web/peers` | clients that others have written, in Python |
//!
//! A browser itself is in `browser`.
#![cfg(unix)]

mod support;

#[path = "web/endings.rs"]
mod endings;
#[path = "web/handshake.rs"]
mod handshake;
#[path = "web/packets.rs"]
mod packets;
#[path = "web/page.rs"]
mod page;
#[path = "web/peers.rs"]
mod peers;
#[path = "web/socket.rs"]
mod socket;
#[path = "web/wrong.rs"]
mod wrong;

use std::net::SocketAddr;

use socket::Socket;
use support::{Program, Server, address_of};

/// A chat server with a port for browsers.
struct WebServer {
    /// Its port for TCP.
    server: Server,
    web: SocketAddr,
}

impl WebServer {
    #[track_caller]
    fn start(flags: &[&str]) -> Self {
        let program = Program::new(env!("CARGO_BIN_EXE_chat-server"));
        let server = program.args(&["--web", "127.0.0.1:0"]).serve_with(flags);
        let web = address_of(&server.process, "web");
        Self { server, web }
    }

    #[track_caller]
    fn connect(&self) -> Socket {
        Socket::open(self.web)
    }
}
