//! IP addresses: from text to an address, or to the place of the mistake; and what kind an address is.
//!
//! ```
//! use net_tools::ip;
//!
//! let address = ip::parse("192.168.1.1").expect("an address");
//! assert_eq!(ip::kind(address).to_string(), "private: 192.168.0.0/16 (RFC 1918)");
//!
//! let mistake = ip::parse("192.168.256.1").expect_err("no address");
//! assert_eq!(mistake.problem, "256 is over 255");
//! assert_eq!(&"192.168.256.1"[mistake.place], "256");
//! ```

mod blocks;
mod kind;
mod lookup;
mod mistake;

use std::net::IpAddr;

pub use blocks::Block;
pub use kind::Kind;
pub use lookup::{embedded, kind};
pub use mistake::Mistake;

// ANCHOR: parse
/// Reads an address. The standard library decides whether it is one; it says no more than "invalid IP address
/// syntax", so a second look finds the reason.
///
/// # Errors
/// What is wrong, and where.
pub fn parse(text: &str) -> Result<IpAddr, Mistake> {
    text.parse().map_err(|_| {
        // There is always one to be found: a property of tests/mistakes.rs.
        mistake::find(text).unwrap_or_else(|| Mistake::new(text, 0..text.len(), "no address"))
    })
}
// ANCHOR_END: parse

/// The second look alone: what is wrong with a text, if anything.
#[must_use]
pub fn mistake(text: &str) -> Option<Mistake> {
    mistake::find(text)
}
