//! The types that can be a field of a packet: integers, byte arrays, and tuples of them.

use byteorder::{ByteOrder, LittleEndian};

use crate::{PacketError, PacketReader};

/// A value with a fixed place on the wire, little-endian and without padding.
///
/// Tuples are their members one after the other, so that one `get` reads a whole struct.
pub trait Field: Sized {
    /// Appends the value to `bytes`.
    fn put(self, bytes: &mut Vec<u8>);

    /// Reads the value at the reader's position.
    ///
    /// # Errors
    /// [`PacketError::NotEnough`] when it reaches past the end. A tuple that fails half-way leaves the
    /// reader after the members that were read.
    fn get(reader: &mut PacketReader<'_>) -> Result<Self, PacketError>;
}

macro_rules! byte_field {
    ($($type:ty),*) => {$(
        impl Field for $type {
            #[inline]
            fn put(self, bytes: &mut Vec<u8>) {
                bytes.extend_from_slice(&self.to_le_bytes());
            }

            #[inline]
            fn get(reader: &mut PacketReader<'_>) -> Result<Self, PacketError> {
                Ok(Self::from_le_bytes(reader.get_array()?))
            }
        }
    )*};
}

macro_rules! integer_field {
    ($($type:ty, $write:ident, $read:ident;)*) => {$(
        impl Field for $type {
            #[inline]
            fn put(self, bytes: &mut Vec<u8>) {
                let mut field = [0; size_of::<$type>()];
                LittleEndian::$write(&mut field, self);
                bytes.extend_from_slice(&field);
            }

            #[inline]
            fn get(reader: &mut PacketReader<'_>) -> Result<Self, PacketError> {
                Ok(LittleEndian::$read(reader.get_bytes(size_of::<$type>())?))
            }
        }
    )*};
}

// byteorder has no calls for one byte, which has no order.
byte_field!(u8, i8);
integer_field! {
    u16, write_u16, read_u16;
    i16, write_i16, read_i16;
    u32, write_u32, read_u32;
    i32, write_i32, read_i32;
    u64, write_u64, read_u64;
    i64, write_i64, read_i64;
}

impl<const N: usize> Field for [u8; N] {
    #[inline]
    fn put(self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self);
    }

    #[inline]
    fn get(reader: &mut PacketReader<'_>) -> Result<Self, PacketError> {
        reader.get_array()
    }
}

macro_rules! tuple_field {
    ($($member:ident)+) => {
        impl<$($member: Field),+> Field for ($($member,)+) {
            #[inline]
            fn put(self, bytes: &mut Vec<u8>) {
                #[expect(non_snake_case, reason = "the members are named after their types")]
                let ($($member,)+) = self;
                $($member.put(bytes);)+
            }

            #[inline]
            fn get(reader: &mut PacketReader<'_>) -> Result<Self, PacketError> {
                Ok(($($member::get(reader)?,)+))
            }
        }
    };
}

tuple_field!(A);
tuple_field!(A B);
tuple_field!(A B C);
tuple_field!(A B C D);
tuple_field!(A B C D E);
tuple_field!(A B C D E F);
