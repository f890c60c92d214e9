//! The kinds of addresses: what addresses of a block are for.

use std::fmt;

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
pub struct Scope(pub(super) u8);

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
