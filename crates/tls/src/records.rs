//! The borders of records: how much has come of one that is not complete. rustls keeps that to itself, and a client that
//! begins a record and does not end it must not be waited for.

/// Type, version, and a length of two bytes, the high one first (RFC 8446, 5.1).
const HEADER: usize = 5;

/// Where one is in the stream of records.
#[derive(Debug, Default)]
pub(crate) struct Records {
    /// Bytes of the record that has begun.
    come: usize,
    /// The last two bytes of its header, as far as they have come.
    length: usize,
}

impl Records {
    /// Passes these bytes by, and tells how many have come of a record that is not complete.
    pub(crate) fn pass(&mut self, mut wire: &[u8]) -> usize {
        while let [first, rest @ ..] = wire {
            if self.come < HEADER {
                if self.come >= HEADER - 2 {
                    self.length = self.length << 8 | usize::from(*first);
                }
                self.come += 1;
                wire = rest;
            } else {
                let left = HEADER + self.length - self.come;
                let count = left.min(wire.len());
                self.come += count;
                wire = &wire[count..];
            }
            if self.come >= HEADER && self.come == HEADER + self.length {
                *self = Self::default();
            }
        }
        self.come
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_complete_with_its_last_byte_however_it_comes() {
        let records = [
            &[23, 3, 3, 1, 2][..],
            &[0; 258],
            &[23, 3, 3, 0, 0],
            &[23, 3, 3, 0, 1, 7],
        ]
        .concat();
        let ends = [263, 268, 274];
        for size in [1, 2, 3, 100, records.len()] {
            let (mut counter, mut come) = (Records::default(), 0);
            for part in records.chunks(size) {
                let pending = counter.pass(part);
                come += part.len();
                let begun = ends
                    .iter()
                    .rev()
                    .find(|end| **end <= come)
                    .copied()
                    .unwrap_or_default();
                assert_eq!(pending, come - begun, "{size} bytes at a time, after {come}");
            }
        }
    }
}
