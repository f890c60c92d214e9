//! The kinds of fields: how each is written in a binary body, and how it is shown.

use text::quoted;

use super::description::Notes;
use crate::{ErrorCode, PacketBuilder, PacketError, PacketReader};

/// One kind of field: how it is written, read and described. The implementors are types that say it
/// themselves, such as `u64`, and names such as [`TextI16`] for what can be written in several ways.
pub trait Kind {
    /// What a message holds.
    type Value<'a>;

    /// Whether nobody but the server must see it.
    const SECRET: bool = false;

    /// Appends the field.
    fn put(value: &Self::Value<'_>, packet: PacketBuilder) -> PacketBuilder;

    /// Reads the field at the reader's position.
    ///
    /// # Errors
    /// [`PacketError`] when it does not stand there.
    fn get<'a>(reader: &mut PacketReader<'a>) -> Result<Self::Value<'a>, PacketError>;

    /// Reads the field and notes it down, a length field in front of it too.
    ///
    /// # Errors
    /// [`PacketError`] when it does not stand there.
    fn describe(name: &'static str, notes: &mut Notes<'_>) -> Result<(), PacketError>;
}

/// Makes sure that the binary codec could count this many items, whichever codec they came in.
pub(super) fn check_count(count: usize, max: usize) -> Result<(), PacketError> {
    if count > max {
        return Err(PacketError::TooMany { count, max });
    }
    Ok(())
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
                reader.get()
            }

            fn describe(name: &'static str, notes: &mut Notes<'_>) -> Result<(), PacketError> {
                let value: Self = notes.reader.get()?;
                notes.field(name, size_of::<Self>(), value);
                Ok(())
            }
        }
    )*};
}

plain_kind!(u8, u16, u32, u64, i8, i16, i32, i64);

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

    fn describe(name: &'static str, notes: &mut Notes<'_>) -> Result<(), PacketError> {
        let value = Self::get(&mut notes.reader)?;
        notes.field(name, size_of::<i16>(), value);
        Ok(())
    }
}

/// A number that may be missing at the end of a body.
impl Kind for Option<i16> {
    type Value<'a> = Self;

    #[inline]
    fn put(value: &Self, packet: PacketBuilder) -> PacketBuilder {
        match value {
            Some(number) => packet.put_i16(*number),
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

    fn describe(name: &'static str, notes: &mut Notes<'_>) -> Result<(), PacketError> {
        if let Some(number) = Self::get(&mut notes.reader)? {
            notes.field(name, size_of::<i16>(), number);
        }
        Ok(())
    }
}

macro_rules! text_kind {
    ($($(#[$doc:meta])* $kind:ident, $put:ident, $get:ident, $length_name:literal: $length:ty;)*) => {$(
        $(#[$doc])*
        pub enum $kind {}

        impl $kind {
            /// Makes sure that the binary codec could carry this text, whichever codec it came in.
            #[inline]
            pub(super) fn check(text: &str) -> Result<(), PacketError> {
                let (length, max) = (text.len(), <$length>::MAX as usize);
                if length > max {
                    return Err(PacketError::TextTooLong { length, max });
                }
                Ok(())
            }
        }

        impl Kind for $kind {
            type Value<'a> = &'a str;

            #[inline]
            fn put(value: &&str, packet: PacketBuilder) -> PacketBuilder {
                packet.$put(value)
            }

            #[inline]
            fn get<'a>(reader: &mut PacketReader<'a>) -> Result<&'a str, PacketError> {
                reader.$get()
            }

            fn describe(name: &'static str, notes: &mut Notes<'_>) -> Result<(), PacketError> {
                let text = Self::get(&mut notes.reader)?;
                notes.field($length_name, size_of::<$length>(), text.len());
                notes.field(name, text.len(), quoted(text.as_bytes()));
                Ok(())
            }
        }
    )*};
}

text_kind! {
    /// A text behind its length in one signed byte, as user ids are sent.
    TextI8, put_text_i8, get_text_i8, "id_len": i8;
    /// A text behind its length in two signed bytes, as messages are sent.
    TextI16, put_text_i16, get_text_i16, "len": i16;
}

/// A text filled up with zero bytes. Its receiver decides what is a text.
pub(super) enum Padded {}

impl Kind for Padded {
    type Value<'a> = [u8; 16];

    #[inline]
    fn put(value: &[u8; 16], packet: PacketBuilder) -> PacketBuilder {
        packet.put(*value)
    }

    #[inline]
    fn get(reader: &mut PacketReader<'_>) -> Result<[u8; 16], PacketError> {
        reader.get()
    }

    fn describe(name: &'static str, notes: &mut Notes<'_>) -> Result<(), PacketError> {
        let bytes = Self::get(&mut notes.reader)?;
        let end = bytes
            .iter()
            .rposition(|byte| *byte != 0)
            .map_or(0, |last| last + 1);
        notes.field(name, bytes.len(), quoted(&bytes[..end]));
        Ok(())
    }
}

/// The same, for a password or a ticket.
pub(super) enum Secret {}

impl Kind for Secret {
    type Value<'a> = [u8; 16];

    const SECRET: bool = true;

    #[inline]
    fn put(value: &[u8; 16], packet: PacketBuilder) -> PacketBuilder {
        Padded::put(value, packet)
    }

    #[inline]
    fn get(reader: &mut PacketReader<'_>) -> Result<[u8; 16], PacketError> {
        Padded::get(reader)
    }

    fn describe(name: &'static str, notes: &mut Notes<'_>) -> Result<(), PacketError> {
        let bytes = Self::get(&mut notes.reader)?;
        notes.secret(name, bytes.len());
        Ok(())
    }
}

/// All bytes up to the end of the body.
pub enum Rest {}

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

    fn describe(name: &'static str, notes: &mut Notes<'_>) -> Result<(), PacketError> {
        let bytes = Self::get(&mut notes.reader)?;
        notes.field(name, bytes.len(), quoted(bytes));
        Ok(())
    }
}
