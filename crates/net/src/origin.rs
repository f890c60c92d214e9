//! Where a client comes from, as limits count it: an address, or a network of IPv6.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

/// Where a client comes from: all addresses that are counted as one begin with these bits.
///
/// ```
/// use net::Origin;
///
/// let origin = |address: &str| Origin::of(address.parse().unwrap(), 64);
/// assert_eq!(origin("2001:db8::1"), origin("2001:db8::2"));
/// assert_ne!(origin("192.0.2.1"), origin("192.0.2.2"));
/// assert_eq!(origin("2001:db8::1").to_string(), "2001:db8::/64");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Origin {
    first: IpAddr,
    /// How many bits; `None` for all of them, one address.
    prefix: Option<u8>,
}

// ANCHOR: origin
impl Origin {
    /// A household or a rented server gets a network of IPv6, mostly a /64 (RFC 6177), and has each of its
    /// addresses: counted one by one, a limit would mean nothing.
    #[must_use]
    pub fn of(ip: IpAddr, ipv6_prefix: u8) -> Self {
        // An IPv4 client of a socket for both families comes as ::ffff:1.2.3.4; it is the same client.
        match ip.to_canonical() {
            // All machines of a link have the same link-local /64, so here one address is one machine.
            IpAddr::V6(v6) if ipv6_prefix < 128 && !v6.is_unicast_link_local() => {
                let mask = u128::MAX.checked_shl(128 - u32::from(ipv6_prefix)).unwrap_or(0);
                Self {
                    first: Ipv6Addr::from_bits(v6.to_bits() & mask).into(),
                    prefix: Some(ipv6_prefix),
                }
            }
            first => Self { first, prefix: None },
        }
    }
}
// ANCHOR_END: origin

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.prefix {
            Some(prefix) => write!(f, "{}/{prefix}", self.first),
            None => f.write_str("one address"),
        }
    }
}
