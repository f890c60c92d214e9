//! The buffer that a read fills: small at first, large for a client that fills it.

/// Enough for a batch of small messages, and the memory page that every client touches anyway.
const FIRST_SIZE: usize = 4 * 1024;

/// The most that one read takes: past 64 KiB a call costs by the byte, and nothing is saved.
const LARGEST_SIZE: usize = 64 * 1024;

/// A buffer that is small at first, and large for a client that fills it.
///
/// Ten thousand clients with 64 KiB each would be 640 MB: memory that was used before is handed out filled
/// with zeros, and so is touched to the last byte.
#[derive(Debug)]
pub struct ReadBuffer {
    bytes: Vec<u8>,
    last_count: usize,
    largest: usize,
}

impl Default for ReadBuffer {
    fn default() -> Self {
        Self::up_to(LARGEST_SIZE)
    }
}

impl ReadBuffer {
    /// One that takes at most `largest` bytes with one read.
    #[must_use]
    pub fn up_to(largest: usize) -> Self {
        Self {
            bytes: vec![0; FIRST_SIZE.min(largest)],
            last_count: 0,
            largest,
        }
    }

    /// Where the next read may write; four times as much as before, where the last read has filled it.
    pub(crate) fn room(&mut self) -> &mut [u8] {
        let size = self.bytes.len();
        if self.last_count == size && size < self.largest {
            self.bytes = vec![0; (size * 4).min(self.largest)];
        }
        &mut self.bytes
    }

    /// What a read has brought.
    pub(crate) fn filled(&mut self, count: usize) -> &[u8] {
        self.last_count = count;
        &self.bytes[..count]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_grows_for_a_client_that_fills_it_and_not_without_end() {
        let mut buffer = ReadBuffer::default();
        let mut sizes = Vec::new();
        for fills in [false, true, true, true] {
            let size = buffer.room().len();
            buffer.filled(if fills { size } else { size - 1 });
            sizes.push(size);
        }
        sizes.push(buffer.room().len());
        assert_eq!(sizes, [4_096, 4_096, 16_384, 65_536, 65_536]);
    }
}
