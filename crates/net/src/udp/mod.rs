//! UDP: datagrams, which come whole or not at all, in any order, from anybody.
//!
//! | file | what is in it |
//! |---|---|
//! | `socket` | a bound socket: receive, and answer to where it came from |
//! | `activity` | what the server does, counted while it does it |
//! | `server` | the facade: a loop that outlives what it meets, and is no weapon |

mod activity;
mod server;
mod socket;

pub use activity::{DatagramActivity, DatagramSummary};
pub use server::{DatagramHandler, UdpServer, longest_reply};
pub use socket::{Datagram, UdpSocket};
