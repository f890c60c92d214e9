//! A whole game service in one process: an API server with accounts, chat servers and baccarat servers that let in
//! users with a ticket, and a directory in memory by which they know of each other.
//!
//! Each of them also runs alone; this crate starts them side by side, and ends them together.
//!
//! | file | what is in it |
//! |---|---|
//! | `ports` | how many servers there are, and where they listen |
//! | `pages` | what they tell browsers |
//! | `fleet` | what the servers share, and the fleet as a whole |
//! | `status` | which servers an API server knows, as a table |
//! | `certificate` | a certificate to try TLS with |
//! | `together` | several servers that begin and end together |
#![forbid(unsafe_code)]

mod certificate;
mod fleet;
mod pages;
mod ports;
mod status;
mod together;

pub use certificate::MakeCertificateFlags;
pub use fleet::{Fleet, FleetFlags};
pub use ports::{PortFlags, Sockets};
pub use status::{ApiUrl, StatusFlags};
pub use together::Summaries;
