//! The table of address blocks that have a meaning of their own, each with its RFC.
//!
//! From IANA's registries of special-purpose addresses for
//! [IPv4](https://www.iana.org/assignments/iana-ipv4-special-registry) and
//! [IPv6](https://www.iana.org/assignments/iana-ipv6-special-registry) (RFC 6890), and of the
//! [IPv6 address space](https://www.iana.org/assignments/ipv6-address-space). Blocks that are reached over the
//! internet as any other, such as those of AS112 (RFC 7534), are left out.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Kind;

/// All addresses whose first `length` bits are those of `first`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// Its first address.
    pub first: IpAddr,
    /// Bits that all its addresses share.
    pub length: u32,
    /// What it is for.
    pub kind: Kind,
    /// Where that is written.
    pub source: &'static str,
}

impl Block {
    /// True for an address of the same family that begins with the same bits.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        // A shift by all bits, for a block that is everything, gives None.
        match (self.first, address) {
            (IpAddr::V4(first), IpAddr::V4(address)) => {
                let differing = first.to_bits() ^ address.to_bits();
                differing.checked_shr(u32::BITS - self.length).unwrap_or(0) == 0
            }
            (IpAddr::V6(first), IpAddr::V6(address)) => {
                let differing = first.to_bits() ^ address.to_bits();
                differing.checked_shr(u128::BITS - self.length).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            first,
            length,
            kind,
            source,
        } = self;
        write!(f, "{kind}: {first}/{length} ({source})")
    }
}

const fn v4(first: [u8; 4], length: u32, kind: Kind, source: &'static str) -> Block {
    let [a, b, c, d] = first;
    let first = IpAddr::V4(Ipv4Addr::new(a, b, c, d));
    Block {
        first,
        length,
        kind,
        source,
    }
}

/// The first half of the address; the other is zero.
const fn v6(first: [u16; 4], length: u32, kind: Kind, source: &'static str) -> Block {
    let [a, b, c, d] = first;
    v6_low([a, b, c, d, 0, 0, 0, 0], length, kind, source)
}

const fn v6_low(first: [u16; 8], length: u32, kind: Kind, source: &'static str) -> Block {
    let [a, b, c, d, e, f, g, h] = first;
    let first = IpAddr::V6(Ipv6Addr::new(a, b, c, d, e, f, g, h));
    Block {
        first,
        length,
        kind,
        source,
    }
}

// ANCHOR: v4
/// IPv4: smaller blocks stand before those that they are in.
pub(super) const V4: &[Block] = &[
    v4([0, 0, 0, 0], 32, Kind::Unspecified, "RFC 1122, 3.2.1.3"),
    v4([0, 0, 0, 0], 8, Kind::Reserved, "RFC 791, 3.2: this network"),
    v4([10, 0, 0, 0], 8, Kind::Private, "RFC 1918"),
    v4([100, 64, 0, 0], 10, Kind::Shared, "RFC 6598"),
    v4([127, 0, 0, 0], 8, Kind::Loopback, "RFC 1122, 3.2.1.3"),
    v4([169, 254, 0, 0], 16, Kind::LinkLocal, "RFC 3927"),
    v4([172, 16, 0, 0], 12, Kind::Private, "RFC 1918"),
    v4(
        [192, 0, 0, 9],
        32,
        Kind::Global,
        "RFC 7723: the nearest PCP server",
    ),
    v4(
        [192, 0, 0, 10],
        32,
        Kind::Global,
        "RFC 8155: the nearest TURN server",
    ),
    v4([192, 0, 0, 0], 24, Kind::Reserved, "RFC 6890, 2.1: for protocols"),
    v4([192, 0, 2, 0], 24, Kind::Documentation, "RFC 5737"),
    v4(
        [192, 88, 99, 0],
        24,
        Kind::Reserved,
        "RFC 7526: was for 6to4 relays",
    ),
    v4([192, 168, 0, 0], 16, Kind::Private, "RFC 1918"),
    v4([198, 18, 0, 0], 15, Kind::Benchmarking, "RFC 2544"),
    v4([198, 51, 100, 0], 24, Kind::Documentation, "RFC 5737"),
    v4([203, 0, 113, 0], 24, Kind::Documentation, "RFC 5737"),
    v4([224, 0, 0, 0], 4, Kind::Multicast(None), "RFC 5771"),
    v4([255, 255, 255, 255], 32, Kind::Broadcast, "RFC 919"),
    v4([240, 0, 0, 0], 4, Kind::Reserved, "RFC 1112, 4: for the future"),
];

/// All of IPv4 that is not in the table.
pub(super) const GLOBAL_V4: Block = v4([0, 0, 0, 0], 0, Kind::Global, "RFC 791");
// ANCHOR_END: v4

// ANCHOR: v6
/// IPv6: smaller blocks stand before those that they are in.
pub(super) const V6: &[Block] = &[
    v6_low(
        [0, 0, 0, 0, 0, 0, 0, 0],
        128,
        Kind::Unspecified,
        "RFC 4291, 2.5.2",
    ),
    v6_low([0, 0, 0, 0, 0, 0, 0, 1], 128, Kind::Loopback, "RFC 4291, 2.5.3"),
    v6_low(
        [0, 0, 0, 0, 0, 0, 0, 0],
        96,
        Kind::Ipv4Compatible,
        "RFC 4291, 2.5.5.1: not used any more",
    ),
    v6_low(
        [0, 0, 0, 0, 0, 0xffff, 0, 0],
        96,
        Kind::Ipv4Mapped,
        "RFC 4291, 2.5.5.2",
    ),
    v6([0x64, 0xff9b, 0, 0], 96, Kind::Nat64, "RFC 6052"),
    v6([0x64, 0xff9b, 1, 0], 48, Kind::Nat64, "RFC 8215: for local use"),
    v6([0x100, 0, 0, 0], 64, Kind::DiscardOnly, "RFC 6666"),
    v6([0x100, 0, 0, 1], 64, Kind::Reserved, "RFC 9780: a dummy"),
    v6_low(
        [0x2001, 1, 0, 0, 0, 0, 0, 1],
        128,
        Kind::Global,
        "RFC 7723: the nearest PCP server",
    ),
    v6_low(
        [0x2001, 1, 0, 0, 0, 0, 0, 2],
        128,
        Kind::Global,
        "RFC 8155: the nearest TURN server",
    ),
    v6_low(
        [0x2001, 1, 0, 0, 0, 0, 0, 3],
        128,
        Kind::Global,
        "RFC 9665: the nearest registrar of services",
    ),
    v6([0x2001, 2, 0, 0], 48, Kind::Benchmarking, "RFC 5180"),
    v6([0x2001, 3, 0, 0], 32, Kind::Global, "RFC 7450: multicast tunnels"),
    v6([0x2001, 4, 0x112, 0], 48, Kind::Global, "RFC 7535: AS112"),
    v6([0x2001, 0x20, 0, 0], 28, Kind::Global, "RFC 7343: ORCHIDv2"),
    v6(
        [0x2001, 0x30, 0, 0],
        28,
        Kind::Global,
        "RFC 9374: names of drones",
    ),
    v6([0x2001, 0, 0, 0], 32, Kind::Teredo, "RFC 4380"),
    v6([0x2001, 0, 0, 0], 23, Kind::Reserved, "RFC 2928: for protocols"),
    v6([0x2001, 0xdb8, 0, 0], 32, Kind::Documentation, "RFC 3849"),
    v6([0x2002, 0, 0, 0], 16, Kind::SixToFour, "RFC 3056"),
    v6([0x3fff, 0, 0, 0], 20, Kind::Documentation, "RFC 9637"),
    v6(
        [0x5f00, 0, 0, 0],
        16,
        Kind::Reserved,
        "RFC 9602: segments of routes",
    ),
    v6([0xfc00, 0, 0, 0], 7, Kind::UniqueLocal, "RFC 4193"),
    v6([0xfe80, 0, 0, 0], 10, Kind::LinkLocal, "RFC 4291, 2.5.6"),
    v6([0xff00, 0, 0, 0], 8, Kind::Multicast(None), "RFC 4291, 2.7"),
];

/// What is given out so far of IPv6, where the table says nothing else.
pub(super) const GLOBAL_V6: Block = v6([0x2000, 0, 0, 0], 3, Kind::Global, "RFC 4291, 2.4");

/// The rest: kept by the IETF.
pub(super) const RESERVED_V6: Block = v6([0, 0, 0, 0], 0, Kind::Reserved, "RFC 4291, 2.4");
// ANCHOR_END: v6

#[cfg(test)]
mod tests {
    use super::*;

    /// What the order promises: no block is hidden behind a larger one.
    #[test]
    fn smaller_blocks_stand_first_and_every_first_address_is_one() {
        for blocks in [V4, V6] {
            for (index, block) in blocks.iter().enumerate() {
                let hidden_by = blocks[..index]
                    .iter()
                    .find(|before| before.contains(block.first) && before.length <= block.length);
                assert_eq!(hidden_by, None, "{block}");
                let bits = match block.first {
                    IpAddr::V4(first) => first.to_bits().trailing_zeros(),
                    IpAddr::V6(first) => first.to_bits().trailing_zeros(),
                };
                let all = if block.first.is_ipv4() { 32 } else { 128 };
                assert!(bits + block.length >= all, "{block} does not begin there");
            }
        }
    }
}
