//! Requests and replies, written down by hand, as the C++ clients of the original lay them in memory.

/// `op:1 left:4 right:4`, a packed struct of a little-endian machine.
pub(crate) fn bare(op: u8, left: i32, right: i32) -> Vec<u8> {
    [&[op][..], &left.to_le_bytes(), &right.to_le_bytes()].concat()
}

/// The same behind its length, 9.
pub(crate) fn request(op: u8, left: i32, right: i32) -> Vec<u8> {
    [&[9, 0, 0, 0][..], &bare(op, left, right)].concat()
}

pub(crate) fn reply(result: i32) -> [u8; 4] {
    result.to_le_bytes()
}
