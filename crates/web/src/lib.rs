//! The browser at a room server: its page over HTTP, and packets in WebSocket frames (RFC 6455).
//!
//! A page cannot open a TCP connection. It can ask a server by HTTP to go on in another protocol, and that one has
//! messages. Here what the messages carry is the stream of packets that goes over TCP elsewhere, in pieces: where a message
//! ends means nothing.
//!
//! | file | what is in it |
//! |---|---|
//! | `frames` | bytes to messages and back; without a socket |
//! | `origins` | which pages may connect |
//! | `handshake` | the request that asks for a WebSocket, and its answer |
//! | `config` | what a page is told about its server |
//! | `page` | the files of the page, and what a browser may do with them |
//! | `transport` | the way of an outbox's bytes to such a client |
//! | `unframing` | what comes from it |
//! | `port` | all of it as a port of a room server |
#![forbid(unsafe_code)]

mod config;
mod frames;
mod handshake;
mod origins;
mod page;
mod port;
mod transport;
mod unframing;

pub use config::{WebConfig, api_url};
pub use frames::{
    CloseCode, Control, FrameReader, FrameWriter, Head, LONGEST_HEAD, MAX_FRAMES, MAX_MESSAGE, Mask, Mistake,
    Sink, apply_mask,
};
pub use handshake::{SUBPROTOCOL, accept_key};
pub use origins::Origins;
pub use port::WebPort;
