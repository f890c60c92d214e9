//! UDP: datagrams, which come whole or not at all, in any order, from anybody.
//!
//! | file | what is in it |
//! |---|---|
//! | `socket` | a bound socket: receive, and answer to where it came from |
//! | `server` | the facade: a loop that outlives what it meets, and is no weapon |

mod server;
mod socket;

pub use server::{DatagramHandler, DatagramSummary, UdpServer, longest_reply};
pub use socket::{Datagram, UdpSocket};
