//! Addresses, sockets, a TCP server with a thread per client, and a server for datagrams.
//!
//! Two roads lead through this crate. The low one shows every call of the socket interface, and its types
//! follow the states of a socket, so that writing to a listener does not compile:
//!
//! ```
//! use std::time::Duration;
//! use net::{NetAddress, Socket};
//!
//! let address: NetAddress = "127.0.0.1:0".parse()?;
//! let listener = Socket::tcp(&address)?.reuse_address(true)?.bind(&address)?.listen(4096)?;
//!
//! let client = Socket::connect(&listener.local_address()?.into(), Duration::from_secs(5))?;
//! let served = listener.accept()?;
//! client.write_all(b"hello")?;
//! let mut greeting = [0; 5];
//! assert!(served.read_exact(&mut greeting)?);
//! assert_eq!(&greeting, b"hello");
//! # Ok::<(), net::NetError>(())
//! ```
//!
//! The high one is [`TcpServer`]: it owns the accept loop and the threads, keeps the [`Limits`], survives
//! what a server meets, and ends cleanly when its [`Shutdown`] says so.
//!
//! ```
//! use std::time::Duration;
//! use net::{ClientConnection, NetAddress, NetError, Shutdown, Socket, TcpServer};
//!
//! fn echo(client: &mut ClientConnection) -> Result<(), NetError> {
//!     let mut buffer = [0; 4096];
//!     loop {
//!         match client.read(&mut buffer)? {
//!             0 => return Ok(()),
//!             count => client.write_all(&buffer[..count])?,
//!         }
//!     }
//! }
//!
//! let server = TcpServer::bind(&"127.0.0.1:0".parse()?)?;
//! let address = server.local_addresses()?[0];
//! let shutdown = Shutdown::new();
//! let running = std::thread::spawn({
//!     let shutdown = shutdown.clone();
//!     move || server.run(echo, &shutdown)
//! });
//!
//! let client = Socket::connect(&address.into(), Duration::from_secs(5))?;
//! client.write_all(b"ping")?;
//! let mut reply = [0; 4];
//! assert!(client.read_exact(&mut reply)?);
//! drop(client);
//!
//! shutdown.request();
//! assert_eq!(running.join().expect("the server does not panic")?.bytes_out, 4);
//! # Ok::<(), NetError>(())
//! ```
//!
//! [`UdpSocket`] and [`UdpServer`] are the two roads for datagrams.
//!
//! This crate knows no packet: what the bytes mean is the business of whoever uses it.

mod address;
mod bind;
mod channel;
mod connection;
mod deadline;
mod duplex;
mod each_address;
mod error;
#[cfg(test)]
mod ipv6;
mod keepalive;
mod limits;
mod listener;
mod origin;
mod os;
mod patience;
mod rate;
mod read_buffer;
mod server;
mod service;
mod shutdown;
mod socket;
mod udp;
mod write_waiter;

pub use address::{Family, NetAddress};
pub use channel::{Channel, Opened};
pub use connection::Connection;
pub use duplex::Duplex;
pub use each_address::includes;
pub use error::{IoReason, NetError, panic_text};
pub use keepalive::Keepalive;
pub use limits::{Limits, SystemLimits};
pub use listener::Listener;
pub use origin::Origin;
pub use os::{end_as_first_process, raise_descriptor_limit, save_address_space, set_batch_scheduling};
pub use rate::{RateLimit, RateLimiter, Verdict};
pub use read_buffer::ReadBuffer;
pub use server::{
    Activity, ClientConnection, Decline, Declined, Ending, Handler, Places, Refusal, Secure, Sender, Summary,
    TcpServer,
};
pub use service::Service;
pub use shutdown::Shutdown;
pub use socket::{BoundSocket, Socket};
pub use udp::{
    Datagram, DatagramActivity, DatagramHandler, DatagramSummary, UdpServer, UdpSocket, longest_reply,
};
pub use write_waiter::WriteWaiter;

#[cfg(unix)]
pub use os::{release_hangup, stop};
