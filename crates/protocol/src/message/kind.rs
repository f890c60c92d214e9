//! How each kind of field stands on the wire.

use crate::{ErrorCode, Field, PacketBuilder, PacketError, PacketReader};

/// One kind of field: how it is written and read. The implementors are types that say it
/// themselves, such as `u64`, and names such as [`TextI16`] for what can be written in several ways.
pub(super) trait Kind {
    /// What a message holds.
    type Value<'a>;

    /// Appends the field.
    fn put(value: &Self::Value<'_>, packet: PacketBuilder) -> PacketBuilder;

    /// Reads the field at the reader's position.
    fn get<'a>(reader: &mut PacketReader<'a>) -> Result<Self::Value<'a>, PacketError>;
}

macro_rules! plain_kind {
    ($($type:ty),*) => {$(
        impl Kind for $type {
            type Value<'a> = Self;

            #[inline]
            fn put(value: &Self, packet: PacketBuilder) -> PacketBuilder {
                packet.put(*value)
            }

            #[inline]
            fn get(reader: &mut PacketReader<'_>) -> Result<Self, PacketError> {
                <Self as Field>::get(reader)
            }
        }
    )*};
}

plain_kind!(i16, i32, u64, [u8; 16]);

impl Kind for ErrorCode {
    type Value<'a> = Self;

    #[inline]
    fn put(value: &Self, packet: PacketBuilder) -> PacketBuilder {
        packet.put_i16(value.0)
    }

    #[inline]
    fn get(reader: &mut PacketReader<'_>) -> Result<Self, PacketError> {
        reader.get().map(Self)
    }
}

/// A field that may be missing at the end of a body.
impl<T: Field + Copy> Kind for Option<T> {
    type Value<'a> = Self;

    #[inline]
    fn put(value: &Self, packet: PacketBuilder) -> PacketBuilder {
        match value {
            Some(value) => packet.put(*value),
            None => packet,
        }
    }

    #[inline]
    fn get(reader: &mut PacketReader<'_>) -> Result<Self, PacketError> {
        match reader.left() {
            0 => Ok(None),
            _ => reader.get().map(Some),
        }
    }
}

/// A text behind its length in one signed byte, as user ids are sent.
pub(super) enum TextI8 {}

impl Kind for TextI8 {
    type Value<'a> = &'a str;

    #[inline]
    fn put(value: &&str, packet: PacketBuilder) -> PacketBuilder {
        packet.put_text_i8(value)
    }

    #[inline]
    fn get<'a>(reader: &mut PacketReader<'a>) -> Result<&'a str, PacketError> {
        reader.get_text_i8()
    }
}

/// A text behind its length in two signed bytes, as messages are sent.
pub(super) enum TextI16 {}

impl Kind for TextI16 {
    type Value<'a> = &'a str;

    #[inline]
    fn put(value: &&str, packet: PacketBuilder) -> PacketBuilder {
        packet.put_text_i16(value)
    }

    #[inline]
    fn get<'a>(reader: &mut PacketReader<'a>) -> Result<&'a str, PacketError> {
        reader.get_text_i16()
    }
}

/// All bytes up to the end of the body.
pub(super) enum Rest {}

impl Kind for Rest {
    type Value<'a> = &'a [u8];

    #[inline]
    fn put(value: &&[u8], packet: PacketBuilder) -> PacketBuilder {
        packet.put_bytes(value)
    }

    #[inline]
    fn get<'a>(reader: &mut PacketReader<'a>) -> Result<&'a [u8], PacketError> {
        Ok(reader.get_rest())
    }
}
