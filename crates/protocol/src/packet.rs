//! A finished packet: bytes to send, fields to read.

use crate::{Field, PacketError, PacketReader};

/// A little-endian buffer with a read position.
///
/// Written by a chain of puts ([`Packet::new`] or [`Packet::framed`]), read by gets in the same order.
/// Gets start at the first field: behind the header of a framed packet, at the first byte otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    bytes: Vec<u8>,
    position: usize,
}

impl Packet {
    /// What a builder has finished; gets start at `position`.
    #[inline]
    pub(crate) fn written(bytes: Vec<u8>, position: usize) -> Self {
        Self { bytes, position }
    }

    /// All bytes, as they go on the wire.
    #[must_use]
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// All bytes, taken out.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Reads one field, or a tuple of fields, and moves on.
    ///
    /// # Errors
    /// [`PacketError::NotEnough`] when it reaches past the end.
    #[inline]
    pub fn get<T: Field>(&mut self) -> Result<T, PacketError> {
        self.read(PacketReader::get)
    }

    /// Reads `count` bytes and moves on.
    ///
    /// # Errors
    /// [`PacketError::NotEnough`] when fewer are left.
    pub fn get_bytes(&mut self, count: usize) -> Result<&[u8], PacketError> {
        self.read(|reader| reader.get_bytes(count))
    }

    /// Reads a text behind its length in one signed byte.
    ///
    /// # Errors
    /// Those of [`PacketReader::get_text_i8`].
    pub fn get_text_i8(&mut self) -> Result<&str, PacketError> {
        self.read(PacketReader::get_text_i8)
    }

    /// Reads a text behind its length in two signed bytes.
    ///
    /// # Errors
    /// Those of [`PacketReader::get_text_i16`].
    pub fn get_text_i16(&mut self) -> Result<&str, PacketError> {
        self.read(PacketReader::get_text_i16)
    }

    /// Makes sure that all is read.
    ///
    /// # Errors
    /// [`PacketError::BytesLeft`].
    pub fn finish(&self) -> Result<(), PacketError> {
        PacketReader::at(&self.bytes, self.position).finish()
    }

    /// Lets a reader take over at the read position, and keeps where it ends.
    #[inline]
    fn read<'a, T>(
        &'a mut self,
        get: impl FnOnce(&mut PacketReader<'a>) -> Result<T, PacketError>,
    ) -> Result<T, PacketError> {
        let mut reader = PacketReader::at(&self.bytes, self.position);
        let value = get(&mut reader);
        self.position = reader.position();
        value
    }
}

/// Bytes that came without a header, to be read from the first.
impl From<Vec<u8>> for Packet {
    fn from(bytes: Vec<u8>) -> Self {
        Self { bytes, position: 0 }
    }
}

impl AsRef<[u8]> for Packet {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PacketId;

    #[test]
    fn gets_of_a_framed_packet_start_behind_its_header() {
        let mut packet = Packet::framed(PacketId::PING_REQ).put_i16(-2).build().unwrap();
        assert_eq!(packet.get::<i16>(), Ok(-2));
        assert_eq!(packet.finish(), Ok(()));
    }

    // ANCHOR: gets
    #[test]
    fn gets_of_every_kind_follow_each_other() {
        let mut packet = Packet::new()
            .put_text_i8("bob")
            .put_text_i16("안녕")
            .put_bytes(&[7, 8])
            .put((1_u8, -1_i64))
            .build()
            .unwrap();
        assert_eq!(packet.get_text_i8(), Ok("bob"));
        assert_eq!(packet.get_text_i16(), Ok("안녕"));
        assert_eq!(packet.get_bytes(2), Ok(&[7, 8][..]));
        assert!(packet.finish().is_err());
        assert_eq!(packet.get::<(u8, i64)>(), Ok((1, -1)));
        assert_eq!(packet.finish(), Ok(()));
    }
    // ANCHOR_END: gets

    #[test]
    fn received_bytes_are_read_from_the_first() {
        let mut packet = Packet::from(vec![1, 0, 0, 0]);
        assert_eq!(packet.get::<i32>(), Ok(1));
        assert_eq!(packet.into_bytes(), [1, 0, 0, 0]);
    }
}
