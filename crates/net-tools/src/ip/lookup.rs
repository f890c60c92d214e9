//! Looks an address up in the table of blocks: what kind it is, and the address that some kinds carry inside.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::blocks::{Block, GLOBAL_V4, GLOBAL_V6, RESERVED_V6, V4, V6};
use super::kind::{Kind, Scope};

/// The block that the address is in: the first that has it, since the smaller stand before the larger.
#[must_use]
pub fn kind(address: IpAddr) -> Block {
    match address {
        IpAddr::V4(_) => first(V4, address).unwrap_or(GLOBAL_V4),
        IpAddr::V6(v6) => match first(V6, address).unwrap_or(RESERVED_V6) {
            block if block == RESERVED_V6 && GLOBAL_V6.contains(address) => GLOBAL_V6,
            block => with_scope(block, v6),
        },
    }
}

fn first(blocks: &[Block], address: IpAddr) -> Option<Block> {
    blocks.iter().copied().find(|block| block.contains(address))
}

fn with_scope(block: Block, address: Ipv6Addr) -> Block {
    let [_, flags_and_scope, ..] = address.octets();
    match block.kind {
        Kind::Multicast(_) => Block {
            kind: Kind::Multicast(Some(Scope(flags_and_scope & 0xf))),
            ..block
        },
        _ => block,
    }
}

/// The IPv4 address that an IPv6 address of some kinds carries.
#[must_use]
pub fn embedded(address: IpAddr) -> Option<Ipv4Addr> {
    let IpAddr::V6(v6) = address else { return None };
    let octets = v6.octets();
    // Where it stands: RFC 4291, 2.5.5; RFC 6052, 2.2; RFC 3056, 2; RFC 4380, 4.
    let (from, mask) = match kind(address) {
        Block {
            kind: Kind::Ipv4Mapped | Kind::Ipv4Compatible,
            ..
        }
        | Block {
            kind: Kind::Nat64,
            length: 96,
            ..
        } => (12, 0),
        Block {
            kind: Kind::SixToFour,
            ..
        } => (2, 0),
        // All bits are turned over, or translators on the way would translate it.
        Block {
            kind: Kind::Teredo, ..
        } => (12, 0xff),
        _ => return None,
    };
    let [a, b, c, d] = [0, 1, 2, 3].map(|index| octets[from + index] ^ mask);
    Some(Ipv4Addr::new(a, b, c, d))
}
