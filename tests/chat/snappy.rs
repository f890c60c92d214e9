//! Snappy's raw format, written down by hand: the length of what was compressed, and then pieces that are there or
//! that repeat what was there.

use std::iter::repeat_n;

use crate::support::wire::packet;

/// A number as Snappy has it: seven bits a byte.
fn varint(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
    bytes
}

/// Snappy's block of these bytes, none of them saved: pieces of up to 60 bytes as they are.
pub(crate) fn block(bytes: &[u8]) -> Vec<u8> {
    let tag = |piece: &[u8]| u8::try_from((piece.len() - 1) << 2).expect("60 bytes at most");
    let piece = |piece: &[u8]| [&[tag(piece)], piece].concat();
    bytes.chunks(60).flat_map(piece).collect()
}

/// Snappy's block of many times the same byte: the byte, and the one before it again and again.
pub(crate) fn block_of_the_same(byte: u8, count: usize) -> Vec<u8> {
    let tag = |length: usize| u8::try_from((length - 1) << 2 | 0b10).expect("64 bytes at most");
    let copies = repeat_n(64, (count - 1) / 64).chain(Some((count - 1) % 64).filter(|rest| *rest > 0));
    let copies = copies.flat_map(|length| [tag(length), 1, 0]);
    [0, byte].into_iter().chain(copies).collect()
}

/// A body of Snappy: the length, and the block.
pub(crate) fn body(length: usize, block: &[u8]) -> Vec<u8> {
    [&varint(length), block].concat()
}

/// A packet whose body is compressed, though it is no smaller.
pub(crate) fn compressed(plain: &[u8]) -> Vec<u8> {
    let id = u16::from_le_bytes([plain[2], plain[3]]);
    packet(id, 1, &body(plain.len() - 5, &block(&plain[5..])))
}
