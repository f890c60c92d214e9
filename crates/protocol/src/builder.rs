//! Putting fields into a packet.

use byteorder::{ByteOrder, LittleEndian};

use crate::{Field, HEADER_SIZE, Header, LARGEST_PACKET, Packet, PacketError, PacketId};

/// Room for most game packets, so that a chain of puts allocates once.
const FIRST_CAPACITY: usize = 64;

/// A packet that is still being written.
///
/// Every put takes the builder and gives it back, so a half-built packet cannot be kept by accident, and
/// nothing can be sent before [`build`](Self::build) has checked the whole. A put that cannot be done (a
/// text longer than its length field can say) is remembered and reported there.
// Inside, a put changes the builder in place and gives it back at one place only: with two ways out, each of
// them with a builder, the compiler copies it through memory, and a packet takes twice as long to build.
#[derive(Debug)]
#[must_use = "a packet is complete, and checked, only after build()"]
pub struct PacketBuilder {
    bytes: Vec<u8>,
    framed: bool,
    /// The first put that could not be done. Boxed, since the builder is moved at every put.
    error: Option<Box<PacketError>>,
}

impl Packet {
    /// Starts a packet without a header, to be chained with puts and ended with `build`.
    #[expect(
        clippy::new_ret_no_self,
        reason = "a packet exists once build() has checked it; until then it is a builder"
    )]
    #[inline]
    pub fn new() -> PacketBuilder {
        PacketBuilder::plain()
    }

    /// Starts a packet behind a [`Header`](crate::Header) with this id and packet type 0.
    #[inline]
    pub fn framed(packet_id: PacketId) -> PacketBuilder {
        PacketBuilder::framed(packet_id)
    }
}

macro_rules! puts {
    ($($name:ident($type:ty);)*) => {$(
        #[doc = concat!("Appends one `", stringify!($type), "`.")]
        #[inline]
        pub fn $name(self, value: $type) -> Self {
            self.put(value)
        }
    )*};
}

impl PacketBuilder {
    /// A builder without a header.
    #[inline]
    pub(crate) fn plain() -> Self {
        Self {
            bytes: Vec::with_capacity(FIRST_CAPACITY),
            framed: false,
            error: None,
        }
    }

    /// A builder without a header, in memory that somebody has no more use for.
    #[inline]
    pub(crate) fn reusing(mut bytes: Vec<u8>) -> Self {
        bytes.clear();
        Self {
            bytes,
            framed: false,
            error: None,
        }
    }

    /// A builder behind a header, whose size [`build`](Self::build) fills in.
    #[inline]
    pub(crate) fn framed(packet_id: PacketId) -> Self {
        let header = Header {
            total_size: 0,
            packet_id,
            packet_type: Header::PLAIN,
        };
        let mut builder = Self::plain().put(header.encode());
        builder.framed = true;
        builder
    }

    puts! {
        put_u8(u8);
        put_i8(i8);
        put_u16(u16);
        put_i16(i16);
        put_u32(u32);
        put_i32(i32);
        put_u64(u64);
        put_i64(i64);
    }

    /// Appends one field, or a tuple of fields.
    #[inline]
    pub fn put<T: Field>(mut self, value: T) -> Self {
        value.put(&mut self.bytes);
        self
    }

    /// Appends bytes as they are.
    #[inline]
    pub fn put_bytes(mut self, bytes: &[u8]) -> Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    /// Lets something else write at the end; its error is reported by `build`.
    #[inline]
    pub(crate) fn write(mut self, write: impl FnOnce(&mut Vec<u8>) -> Result<(), PacketError>) -> Self {
        if let Err(error) = write(&mut self.bytes) {
            self.remember(error);
        }
        self
    }

    // ANCHOR: deferred
    /// Appends a text behind its length in one signed byte: 127 bytes at most.
    #[inline]
    pub fn put_text_i8(mut self, text: &str) -> Self {
        match i8::try_from(text.len()) {
            Ok(length) => self.text(length, text),
            Err(_) => self.fail(text, i8::MAX as usize),
        }
        self
    }
    // ANCHOR_END: deferred

    /// Appends how many items follow, in one signed byte: 127 at most.
    pub(crate) fn put_count_i8(self, count: usize) -> Self {
        self.put_count::<i8>(count, i8::MAX as usize)
    }

    /// Appends how many items follow, in two signed bytes: 32,767 at most.
    pub(crate) fn put_count_i16(self, count: usize) -> Self {
        self.put_count::<i16>(count, i16::MAX as usize)
    }

    fn put_count<T: Field + TryFrom<usize>>(mut self, count: usize, max: usize) -> Self {
        match T::try_from(count) {
            Ok(count) => count.put(&mut self.bytes),
            Err(_) => self.remember(PacketError::TooMany { count, max }),
        }
        self
    }

    /// Appends a text behind its length in two signed bytes: 32,767 bytes at most.
    #[inline]
    pub fn put_text_i16(mut self, text: &str) -> Self {
        match i16::try_from(text.len()) {
            Ok(length) => self.text(length, text),
            Err(_) => self.fail(text, i16::MAX as usize),
        }
        self
    }

    /// Appends a text in a field of `width` bytes, filled up with zero bytes.
    pub fn put_padded(mut self, text: &str, width: usize) -> Self {
        if text.len() > width {
            self.fail(text, width);
            return self;
        }
        self.bytes.extend_from_slice(text.as_bytes());
        let padding = std::iter::repeat_n(0, width - text.len());
        self.bytes.extend(padding);
        self
    }

    #[inline]
    fn text(&mut self, length: impl Field, text: &str) {
        length.put(&mut self.bytes);
        self.bytes.extend_from_slice(text.as_bytes());
    }

    #[cold]
    fn fail(&mut self, text: &str, max: usize) {
        self.remember(PacketError::TextTooLong {
            length: text.len(),
            max,
        });
    }

    /// Remembers the first put that could not be done, out of the way of those that could.
    #[cold]
    fn remember(&mut self, error: PacketError) {
        self.error.get_or_insert_with(|| Box::new(error));
    }

    // ANCHOR: build
    /// The finished packet, at the start of its fields.
    ///
    /// # Errors
    /// The first put that could not be done, or [`PacketError::TooLarge`] for a framed packet over
    /// 65,535 bytes, which its header cannot describe.
    #[inline]
    pub fn build(mut self) -> Result<Packet, PacketError> {
        if let Some(error) = self.error {
            return Err(*error);
        }
        if !self.framed {
            return Ok(Packet::written(self.bytes, 0));
        }
        let total_size = u16::try_from(self.bytes.len()).map_err(|_| PacketError::TooLarge {
            total_size: self.bytes.len(),
            max: LARGEST_PACKET,
        })?;
        LittleEndian::write_u16(&mut self.bytes[0..2], total_size);
        Ok(Packet::written(self.bytes, HEADER_SIZE))
    }
    // ANCHOR_END: build
}

#[cfg(test)]
mod tests {
    use super::*;

    // ANCHOR: framed
    #[test]
    fn a_framed_packet_starts_with_its_whole_size() {
        let packet = Packet::framed(PacketId::ROOM_CHAT_REQ)
            .put_text_i16("hi")
            .build()
            .unwrap();
        assert_eq!(packet.as_bytes(), [9, 0, 0xdb, 0x02, 0, 2, 0, b'h', b'i']);
    }
    // ANCHOR_END: framed

    #[test]
    fn a_padded_text_fills_its_field() {
        let packet = Packet::new().put_padded("bob", 5).put_u8(9).build().unwrap();
        assert_eq!(packet.as_bytes(), [b'b', b'o', b'b', 0, 0, 9]);
    }

    #[test]
    fn a_text_that_does_not_fit_is_reported_by_build() {
        let long = "x".repeat(128);
        let error = Packet::new().put_text_i8(&long).put_u8(1).build().unwrap_err();
        assert_eq!(
            error.to_string(),
            "text is 128 bytes, but its field holds at most 127"
        );
        let padded = Packet::new().put_padded("abc", 2).build();
        assert_eq!(
            padded.unwrap_err(),
            PacketError::TextTooLong { length: 3, max: 2 }
        );
        let longer = "x".repeat(32_768);
        assert!(Packet::new().put_text_i16(&longer).build().is_err());
    }

    #[test]
    fn a_framed_packet_of_65535_bytes_is_the_largest() {
        let body = vec![0; LARGEST_PACKET - HEADER_SIZE];
        let largest = Packet::framed(PacketId::ECHO).put_bytes(&body);
        assert_eq!(largest.build().unwrap().as_bytes()[..2], [0xff, 0xff]);
        let larger = Packet::framed(PacketId::ECHO).put_bytes(&body).put_u8(0);
        let error = larger.build().unwrap_err();
        assert_eq!(
            error.to_string(),
            "packet is 65536 bytes, larger than the 65535 allowed"
        );
    }
}
