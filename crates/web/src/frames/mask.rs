//! What a client has laid over its bytes.
//!
//! A mask hides nothing: it stands in front of what it covers. It is there for programs between the two that know no
//! WebSocket: a page cannot choose the bytes that they see, and so cannot make them see a request of HTTP.

/// Four bytes, of which the first is for the first byte of a frame, the fifth and so on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mask {
    bytes: [u8; 4],
}

impl Mask {
    /// With these bytes.
    #[must_use]
    pub fn new(bytes: [u8; 4]) -> Self {
        Self { bytes }
    }

    /// Its bytes, as they stand in a head.
    #[must_use]
    pub fn bytes(self) -> [u8; 4] {
        self.bytes
    }

    /// The mask for what comes behind so many bytes of this one.
    #[must_use]
    pub(super) fn behind(mut self, count: usize) -> Self {
        self.bytes.rotate_left(count % 4);
        self
    }
}

// ANCHOR: apply
/// Lays a mask over bytes, or takes it off: both are the same.
pub fn apply_mask(bytes: &mut [u8], mask: Mask) {
    // Eight bytes at a time: a byte at a time takes four times as long.
    let Mask { bytes: [a, b, c, d] } = mask;
    let wide = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let (eights, rest) = bytes.as_chunks_mut::<8>();
    for eight in eights {
        *eight = (u64::from_ne_bytes(*eight) ^ wide).to_ne_bytes();
    }
    for (byte, mask) in rest.iter_mut().zip([a, b, c, d].into_iter().cycle()) {
        *byte ^= mask;
    }
}
// ANCHOR_END: apply

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6455, 5.7: `Hello`, masked.
    #[test]
    fn the_example_of_the_standard() {
        let mut bytes = *b"\x7f\x9f\x4d\x51\x58";
        apply_mask(&mut bytes, Mask::new([0x37, 0xfa, 0x21, 0x3d]));
        assert_eq!(&bytes, b"Hello");
    }

    #[test]
    fn pieces_are_masked_as_the_whole() {
        let mask = Mask::new([1, 2, 3, 4]);
        for length in 0..40 {
            let mut whole = vec![0; length];
            apply_mask(&mut whole, mask);
            let expected: Vec<u8> = [1, 2, 3, 4].into_iter().cycle().take(length).collect();
            assert_eq!(whole, expected);
            for cut in 0..length {
                let mut pieces = vec![0; length];
                let (first, second) = pieces.split_at_mut(cut);
                apply_mask(first, mask);
                apply_mask(second, mask.behind(cut));
                assert_eq!(pieces, expected, "cut at {cut}");
            }
        }
    }
}
