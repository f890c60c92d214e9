//! The browser at a room server: its page over HTTP, and packets in WebSocket frames (RFC 6455).
//!
//! A page cannot open a TCP connection. It can ask a server by HTTP to go on in another protocol, and that one has
//! messages. Here what the messages carry is the stream of packets that goes over TCP elsewhere, in pieces: where a message
//! ends means nothing.
//!
//! | file | what is in it |
//! |---|---|
//! | `frames` | bytes to messages and back; without a socket |
//! | `origin` | which pages may connect |
//! | `handshake` | the request that asks for a WebSocket, and its answer |
#![forbid(unsafe_code)]

mod frames;
mod handshake;
mod origin;

pub use frames::{
    CloseCode, Control, FrameReader, FrameWriter, Head, LONGEST_HEAD, MAX_FRAMES, MAX_MESSAGE, Mask, Mistake,
    Sink, apply_mask,
};
pub use handshake::{SUBPROTOCOL, accept_key, answer};
pub use origin::{Origin, Origins};
