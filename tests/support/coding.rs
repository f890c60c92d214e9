//! Tests that hold for more than one form of the same messages: they stay as they are, and their clients
//! translate.

/// Between messages as a test writes them down, and messages as they stand on the wire.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Coding {
    /// What a client of this form sends and gets for whole messages, one behind the other.
    pub(crate) to_wire: fn(&[u8]) -> Vec<u8>,
    /// The way back. The beginning of a message at the end stays as it is.
    pub(crate) from_wire: fn(&[u8]) -> Vec<u8>,
}
