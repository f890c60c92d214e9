//! Reads borrowed bytes piece by piece, and never past their end.

use crate::PacketError;

/// A read position in borrowed bytes. Never panics, never reads past the end.
///
/// ```
/// use protocol::PacketReader;
///
/// let mut reader = PacketReader::new(&[3, 0, b'a', b'b', b'c']);
/// assert_eq!(reader.get_text_i16()?, "abc");
/// reader.finish()?;
/// # Ok::<(), protocol::PacketError>(())
/// ```
#[derive(Debug, Clone)]
pub struct PacketReader<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> PacketReader<'a> {
    /// A reader at the first of `bytes`.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    /// A reader in the middle of `bytes`. A position past the end is the end.
    pub(crate) fn at(bytes: &'a [u8], position: usize) -> Self {
        Self {
            bytes,
            position: position.min(bytes.len()),
        }
    }

    /// Bytes read so far.
    #[must_use]
    pub fn position(&self) -> usize {
        self.position
    }

    /// Bytes not read yet.
    #[must_use]
    pub fn left(&self) -> usize {
        self.bytes.len() - self.position
    }

    /// Reads `count` bytes, without copying them.
    ///
    /// # Errors
    /// [`PacketError::NotEnough`] when fewer are left; the position stays.
    #[inline]
    pub fn get_bytes(&mut self, count: usize) -> Result<&'a [u8], PacketError> {
        let rest = &self.bytes[self.position..];
        match rest.get(..count) {
            Some(bytes) => {
                self.position += count;
                Ok(bytes)
            }
            None => Err(PacketError::NotEnough {
                position: self.position,
                needed: count,
                left: rest.len(),
            }),
        }
    }

    /// Reads `N` bytes into an array.
    ///
    /// # Errors
    /// [`PacketError::NotEnough`] when fewer are left; the position stays.
    #[inline]
    pub fn get_array<const N: usize>(&mut self) -> Result<[u8; N], PacketError> {
        let mut array = [0; N];
        array.copy_from_slice(self.get_bytes(N)?);
        Ok(array)
    }

    /// Reads all that is left.
    #[inline]
    pub fn get_rest(&mut self) -> &'a [u8] {
        let rest = &self.bytes[self.position..];
        self.position = self.bytes.len();
        rest
    }

    /// Makes sure that all is read: a body with bytes left over is not the message that was expected.
    ///
    /// # Errors
    /// [`PacketError::BytesLeft`].
    pub fn finish(&self) -> Result<(), PacketError> {
        match self.left() {
            0 => Ok(()),
            left => Err(PacketError::BytesLeft {
                position: self.position,
                left,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_get_past_the_end_says_what_is_missing_and_stays() {
        let mut reader = PacketReader::new(&[1, 2, 3]);
        assert_eq!(reader.get::<u8>(), Ok(1));
        let error = reader.get::<i32>().unwrap_err();
        assert_eq!(error.to_string(), "field at byte 1 needs 4 bytes, but 2 are left");
        assert_eq!(reader.get::<u16>(), Ok(0x0302));
    }

    #[test]
    fn a_negative_length_is_an_error_of_its_own() {
        let mut reader = PacketReader::new(&[0xff, 0xff]);
        let error = reader.get_text_i16().unwrap_err();
        assert_eq!(
            error.to_string(),
            "length field at byte 0 is -1, but a length cannot be negative"
        );
    }

    #[test]
    fn text_that_is_not_utf8_keeps_its_cause() {
        let mut reader = PacketReader::new(&[2, b'a', 0xff]);
        let error = reader.get_text_i8().unwrap_err();
        let source = std::error::Error::source(&error).expect("the cause is kept");
        assert!(source.to_string().contains("index 1"), "{source}");
    }

    #[test]
    fn bytes_left_over_are_an_error() {
        let mut reader = PacketReader::new(&[1, 2, 3]);
        assert_eq!(reader.get::<(u8,)>(), Ok((1,)));
        assert_eq!(
            reader.finish(),
            Err(PacketError::BytesLeft { position: 1, left: 2 })
        );
        assert_eq!(reader.get_rest(), [2, 3]);
        assert_eq!(reader.finish(), Ok(()));
    }
}
