//! What kind an address is, and the address that some of them carry inside.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::blocks::{Block, GLOBAL_V4, GLOBAL_V6, RESERVED_V6, V4, V6};

/// What addresses of a block are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// No address yet; a server bound to it listens on all of its machine.
    Unspecified,
    /// The own machine.
    Loopback,
    /// For networks behind a translator, the same everywhere.
    Private,
    /// Between a provider's translator and its customers.
    Shared,
    /// Good on one link only.
    LinkLocal,
    /// The private addresses of IPv6.
    UniqueLocal,
    /// To all who have joined; with how far it reaches, where the address says so.
    Multicast(Option<Scope>),
    /// To all on the link.
    Broadcast,
    /// For examples in texts.
    Documentation,
    /// For measurements in a laboratory.
    Benchmarking,
    /// Thrown away by routers on purpose.
    DiscardOnly,
    /// An IPv4 address, as a socket for both families shows it.
    Ipv4Mapped,
    /// An IPv4 address, for a way from IPv4 to IPv6 that nobody went.
    Ipv4Compatible,
    /// An IPv4 address, whose owner has a block of IPv6 addresses by it.
    SixToFour,
    /// An IPv4 address, for a machine that has IPv6 only.
    Nat64,
    /// IPv6 in the UDP datagrams of IPv4.
    Teredo,
    /// Set aside.
    Reserved,
    /// An ordinary address of the internet.
    Global,
}

/// How far a multicast goes: four bits of the address (RFC 4291, 2.7; RFC 7346).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope(u8);

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.0 {
            0x1 => "interface-local",
            0x2 => "link-local",
            0x3 => "realm-local",
            0x4 => "admin-local",
            0x5 => "site-local",
            0x8 => "organization-local",
            0xe => "global",
            0x0 | 0xf => "reserved",
            _ => "unassigned",
        };
        write!(f, "{name} scope")
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Multicast(Some(scope)) => return write!(f, "multicast, {scope}"),
            Self::Unspecified => "unspecified",
            Self::Loopback => "loopback",
            Self::Private => "private",
            Self::Shared => "shared",
            Self::LinkLocal => "link-local",
            Self::UniqueLocal => "unique local",
            Self::Multicast(None) => "multicast",
            Self::Broadcast => "broadcast",
            Self::Documentation => "documentation",
            Self::Benchmarking => "benchmarking",
            Self::DiscardOnly => "discard-only",
            Self::Ipv4Mapped => "IPv4-mapped",
            Self::Ipv4Compatible => "IPv4-compatible",
            Self::SixToFour => "6to4",
            Self::Nat64 => "NAT64",
            Self::Teredo => "Teredo",
            Self::Reserved => "reserved",
            Self::Global => "global",
        })
    }
}

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
