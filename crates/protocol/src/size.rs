//! The sizes of packets, in bytes.

/// Bytes of a [`Header`](crate::Header) on the wire; also the size of the smallest packet, one without a body.
pub const HEADER_SIZE: usize = 5;

/// The most bytes of a packet, header included, where nothing else is configured.
pub const DEFAULT_MAX_PACKET: usize = 1024;

/// The most bytes of a packet that a header can describe: its size field has 16 bits.
pub const LARGEST_PACKET: usize = u16::MAX as usize;
