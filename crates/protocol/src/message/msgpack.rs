//! How each kind of field stands in a body of MessagePack: a map from names to values.
//!
//! Written with `rmp` rather than with `rmp-serde`: texts are borrowed and errors say where, the lists of users
//! are two arrays under two names, a result is another number here, and what nests too deep is found without
//! recursing into it. With serde each of these is an attribute or a function beside every field, and its error
//! type can neither be compared nor cloned.

use rmp::{Marker, encode};

use super::{
    RoomUser,
    kind::{Kind, Padded, Secret, TextI8, TextI16},
    login::{padded, unpadded},
    user_list::Users,
};
use crate::{ErrorCode, PacketError, PacketReader, error::MAX_NESTING};

/// A kind of field that stands in a map.
pub(super) trait MsgPackKind: Kind {
    /// Appends the field's name and value.
    fn put_named(
        name: &'static str,
        value: &Self::Value<'_>,
        map: &mut MapWriter<'_>,
    ) -> Result<(), PacketError>;

    /// Reads the field out of the map.
    fn get_named<'a>(name: &'static str, map: &Map<'a>) -> Result<Self::Value<'a>, PacketError>;
}

/// Writes a map at the end of a packet. A map without an entry is no bytes at all.
pub(super) struct MapWriter<'a> {
    bytes: &'a mut Vec<u8>,
    start: usize,
    count: u8,
}

// Writing to a Vec cannot fail, so that what `encode` returns can be ignored.
impl<'a> MapWriter<'a> {
    #[inline]
    pub(super) fn new(bytes: &'a mut Vec<u8>) -> Self {
        let start = bytes.len();
        bytes.push(Marker::FixMap(0).to_u8());
        Self {
            bytes,
            start,
            count: 0,
        }
    }

    /// Writes how many entries there are. No message has more than the 15 of a short map.
    #[inline]
    pub(super) fn finish(&mut self) {
        match self.count {
            0 => self.bytes.truncate(self.start),
            count => self.bytes[self.start] = Marker::FixMap(count).to_u8(),
        }
    }

    #[inline]
    fn name(&mut self, name: &str) {
        self.count += 1;
        self.text(name);
    }

    #[inline]
    fn text(&mut self, text: &str) {
        let _ = encode::write_str(self.bytes, text);
    }

    #[inline]
    fn signed(&mut self, number: i64) {
        let _ = encode::write_sint(self.bytes, number);
    }

    #[inline]
    fn unsigned(&mut self, number: u64) {
        let _ = encode::write_uint(self.bytes, number);
    }

    #[inline]
    fn array(&mut self, count: usize) {
        // Counted in a signed byte before.
        let _ = encode::write_array_len(self.bytes, count as u32);
    }
}

/// A map that is known to be whole: every length fits, nothing nests too deep, and nothing is behind it.
pub(super) struct Map<'a> {
    /// At the first name.
    entries: PacketReader<'a>,
    count: u64,
}

impl<'a> Map<'a> {
    /// Reads a body. No bytes at all are a map without an entry.
    #[inline]
    pub(super) fn new(body: &'a [u8]) -> Result<Self, PacketError> {
        let mut reader = PacketReader::new(body);
        let count = match body {
            [] => 0,
            _ => get_map(&mut reader)?,
        };
        let map = Self {
            entries: reader.clone(),
            count,
        };
        for _ in 0..count {
            skip(&mut reader, 1)?;
            skip(&mut reader, 1)?;
        }
        reader.finish()?;
        Ok(map)
    }

    /// A reader at the value of this name, if it is there.
    #[inline]
    fn find(&self, name: &'static str) -> Result<Option<PacketReader<'a>>, PacketError> {
        let mut reader = self.entries.clone();
        let mut found = None;
        for _ in 0..self.count {
            let is_it = get_name(&mut reader)? == Some(name.as_bytes());
            if is_it && found.replace(reader.clone()).is_some() {
                return Err(PacketError::FieldTwice { name });
            }
            skip(&mut reader, 1)?;
        }
        Ok(found)
    }

    #[inline]
    fn value(&self, name: &'static str) -> Result<PacketReader<'a>, PacketError> {
        self.find(name)?.ok_or(PacketError::MissingField { name })
    }
}

/// A name, or `None` where something else stands for one; nobody can have meant it for ours.
#[inline]
fn get_name<'a>(reader: &mut PacketReader<'a>) -> Result<Option<&'a [u8]>, PacketError> {
    let mut name = reader.clone();
    match get_text_length(&mut name) {
        Ok(length) => {
            *reader = name;
            reader.get_bytes(length).map(Some)
        }
        Err(_) => skip(reader, 1).map(|()| None),
    }
}

#[inline]
fn get_marker(reader: &mut PacketReader<'_>) -> Result<Marker, PacketError> {
    reader.get().map(Marker::from_u8)
}

// MessagePack is big-endian.
fn get_u8(reader: &mut PacketReader<'_>) -> Result<u64, PacketError> {
    reader.get::<u8>().map(u64::from)
}

fn get_u16(reader: &mut PacketReader<'_>) -> Result<u64, PacketError> {
    reader.get_array().map(|bytes| u16::from_be_bytes(bytes).into())
}

fn get_u32(reader: &mut PacketReader<'_>) -> Result<u64, PacketError> {
    reader.get_array().map(|bytes| u32::from_be_bytes(bytes).into())
}

/// A number of any width. It fits 65 bits: those of MessagePack are as large as `u64` and as small as `i64`.
#[inline]
fn get_number(reader: &mut PacketReader<'_>) -> Result<i128, PacketError> {
    let position = reader.position();
    Ok(match get_marker(reader)? {
        Marker::FixPos(number) => number.into(),
        Marker::FixNeg(number) => number.into(),
        Marker::U8 => get_u8(reader)?.into(),
        Marker::U16 => get_u16(reader)?.into(),
        Marker::U32 => get_u32(reader)?.into(),
        Marker::U64 => u64::from_be_bytes(reader.get_array()?).into(),
        Marker::I8 => i8::from_be_bytes(reader.get_array()?).into(),
        Marker::I16 => i16::from_be_bytes(reader.get_array()?).into(),
        Marker::I32 => i32::from_be_bytes(reader.get_array()?).into(),
        Marker::I64 => i64::from_be_bytes(reader.get_array()?).into(),
        _ => return Err(wrong_type(position, "a whole number")),
    })
}

/// A number that fits its field.
#[inline]
fn get_integer<T: TryFrom<i128>>(
    reader: &mut PacketReader<'_>,
    name: &'static str,
) -> Result<T, PacketError> {
    let value = get_number(reader)?;
    T::try_from(value).map_err(|_| PacketError::OutOfRange { name, value })
}

#[inline]
fn get_text_length(reader: &mut PacketReader<'_>) -> Result<usize, PacketError> {
    let position = reader.position();
    let length = match get_marker(reader)? {
        Marker::FixStr(length) => length.into(),
        Marker::Str8 => get_u8(reader)?,
        Marker::Str16 => get_u16(reader)?,
        Marker::Str32 => get_u32(reader)?,
        _ => return Err(wrong_type(position, "a text")),
    };
    Ok(usize::try_from(length).unwrap_or(usize::MAX))
}

#[inline]
fn get_text<'a>(reader: &mut PacketReader<'a>) -> Result<&'a str, PacketError> {
    let length = get_text_length(reader)?;
    let position = reader.position();
    str::from_utf8(reader.get_bytes(length)?).map_err(|source| PacketError::NotUtf8 { position, source })
}

#[inline]
fn get_map(reader: &mut PacketReader<'_>) -> Result<u64, PacketError> {
    match get_marker(reader)? {
        Marker::FixMap(count) => Ok(count.into()),
        Marker::Map16 => get_u16(reader),
        Marker::Map32 => get_u32(reader),
        _ => Err(wrong_type(0, "a map")),
    }
}

/// How many items an array has.
fn get_array(reader: &mut PacketReader<'_>) -> Result<u64, PacketError> {
    let position = reader.position();
    match get_marker(reader)? {
        Marker::FixArray(count) => Ok(count.into()),
        Marker::Array16 => get_u16(reader),
        Marker::Array32 => get_u32(reader),
        _ => Err(wrong_type(position, "an array")),
    }
}

fn wrong_type(position: usize, expected: &'static str) -> PacketError {
    PacketError::WrongType { position, expected }
}

/// Passes over one value of any kind that stands `depth` deep, and over those inside it.
#[inline]
fn skip(reader: &mut PacketReader<'_>, depth: usize) -> Result<(), PacketError> {
    let position = reader.position();
    match get_marker(reader)? {
        // Nearly all values are one of these.
        Marker::FixPos(_) | Marker::FixNeg(_) => Ok(()),
        Marker::FixStr(length) => reader.get_bytes(length.into()).map(drop),
        marker => skip_any(marker, position, reader, depth),
    }
}

// ANCHOR: skip
/// Passes over what belongs to a marker. A count of four billion items costs nothing: each item has a byte at
/// least, and the bytes are soon at their end.
fn skip_any(
    marker: Marker,
    position: usize,
    reader: &mut PacketReader<'_>,
    depth: usize,
) -> Result<(), PacketError> {
    let (bytes, items) = extent(marker, position, reader)?;
    reader.get_bytes(usize::try_from(bytes).unwrap_or(usize::MAX))?;
    if items > 0 && depth == MAX_NESTING {
        return Err(PacketError::NestedTooDeep { position });
    }
    for _ in 0..items {
        skip(reader, depth + 1)?;
    }
    Ok(())
}
// ANCHOR_END: skip

/// How many bytes and how many values behind a marker belong to it.
fn extent(marker: Marker, position: usize, reader: &mut PacketReader<'_>) -> Result<(u64, u64), PacketError> {
    use Marker as M;
    Ok(match marker {
        M::FixPos(_) | M::FixNeg(_) | M::Null | M::False | M::True => (0, 0),
        M::U8 | M::I8 => (1, 0),
        M::U16 | M::I16 | M::FixExt1 => (2, 0),
        M::FixExt2 => (3, 0),
        M::U32 | M::I32 | M::F32 => (4, 0),
        M::FixExt4 => (5, 0),
        M::U64 | M::I64 | M::F64 => (8, 0),
        M::FixExt8 => (9, 0),
        M::FixExt16 => (17, 0),
        M::FixStr(length) => (length.into(), 0),
        M::Str8 | M::Bin8 => (get_u8(reader)?, 0),
        M::Str16 | M::Bin16 => (get_u16(reader)?, 0),
        M::Str32 | M::Bin32 => (get_u32(reader)?, 0),
        // The kind of an extension is a byte more.
        M::Ext8 => (get_u8(reader)? + 1, 0),
        M::Ext16 => (get_u16(reader)? + 1, 0),
        M::Ext32 => (get_u32(reader)? + 1, 0),
        M::FixArray(count) => (0, count.into()),
        M::Array16 => (0, get_u16(reader)?),
        M::Array32 => (0, get_u32(reader)?),
        M::FixMap(count) => (0, 2 * u64::from(count)),
        M::Map16 => (0, 2 * get_u16(reader)?),
        M::Map32 => (0, 2 * get_u32(reader)?),
        M::Reserved => return Err(wrong_type(position, "a value of MessagePack")),
    })
}

macro_rules! integer_in_map {
    ($($type:ty, $put:ident;)*) => {$(
        impl MsgPackKind for $type {
            #[inline]
            fn put_named(name: &'static str, value: &Self, map: &mut MapWriter<'_>) -> Result<(), PacketError> {
                map.name(name);
                map.$put((*value).into());
                Ok(())
            }

            #[inline]
            fn get_named(name: &'static str, map: &Map<'_>) -> Result<Self, PacketError> {
                get_integer(&mut map.value(name)?, name)
            }
        }
    )*};
}

integer_in_map! {
    i32, signed;
    u64, unsigned;
}

impl MsgPackKind for Option<i16> {
    fn put_named(name: &'static str, value: &Self, map: &mut MapWriter<'_>) -> Result<(), PacketError> {
        if let Some(number) = value {
            map.name(name);
            map.signed((*number).into());
        }
        Ok(())
    }

    fn get_named(name: &'static str, map: &Map<'_>) -> Result<Self, PacketError> {
        map.find(name)?
            .map(|mut value| get_integer(&mut value, name))
            .transpose()
    }
}

/// Success is 0 in this codec, as in the classic server, and 1 in the others. Nothing else is 0 there, so the
/// two change places.
impl MsgPackKind for ErrorCode {
    #[inline]
    fn put_named(name: &'static str, value: &Self, map: &mut MapWriter<'_>) -> Result<(), PacketError> {
        map.name(name);
        map.signed(with_success_as_0(value.0).into());
        Ok(())
    }

    #[inline]
    fn get_named(name: &'static str, map: &Map<'_>) -> Result<Self, PacketError> {
        get_integer(&mut map.value(name)?, name).map(|number| Self(with_success_as_0(number)))
    }
}

fn with_success_as_0(number: i16) -> i16 {
    match number {
        1 => 0,
        0 => 1,
        _ => number,
    }
}

macro_rules! text_in_map {
    ($($kind:ty),*) => {$(
        impl MsgPackKind for $kind {
            #[inline]
            fn put_named(name: &'static str, value: &&str, map: &mut MapWriter<'_>) -> Result<(), PacketError> {
                Self::check(value)?;
                map.name(name);
                map.text(value);
                Ok(())
            }

            #[inline]
            fn get_named<'a>(name: &'static str, map: &Map<'a>) -> Result<&'a str, PacketError> {
                let text = get_text(&mut map.value(name)?)?;
                Self::check(text)?;
                Ok(text)
            }
        }
    )*};
}

text_in_map!(TextI8, TextI16);

macro_rules! padded_in_map {
    ($($kind:ty),*) => {$(
        impl MsgPackKind for $kind {
            fn put_named(name: &'static str, value: &[u8; 16], map: &mut MapWriter<'_>) -> Result<(), PacketError> {
                let text = unpadded(value)?;
                map.name(name);
                map.text(text);
                Ok(())
            }

            fn get_named(name: &'static str, map: &Map<'_>) -> Result<[u8; 16], PacketError> {
                padded(get_text(&mut map.value(name)?)?)
            }
        }
    )*};
}

padded_in_map!(Padded, Secret);

/// The classic server has no list of users but two lists, of their ids and of their names.
impl MsgPackKind for Users {
    fn put_named(
        _: &'static str,
        users: &Vec<RoomUser<'_>>,
        map: &mut MapWriter<'_>,
    ) -> Result<(), PacketError> {
        Self::check(users.len())?;
        users.iter().try_for_each(|user| TextI8::check(user.user_id))?;
        map.name("UserCount");
        map.unsigned(users.len() as u64);
        map.name("UniqueId");
        map.array(users.len());
        users.iter().for_each(|user| map.unsigned(user.unique_id));
        map.name("ID");
        map.array(users.len());
        users.iter().for_each(|user| map.text(user.user_id));
        Ok(())
    }

    fn get_named<'a>(_: &'static str, map: &Map<'a>) -> Result<Vec<RoomUser<'a>>, PacketError> {
        let expected: u64 = get_integer(&mut map.value("UserCount")?, "UserCount")?;
        let (mut unique_ids, mut user_ids) = (map.value("UniqueId")?, map.value("ID")?);
        for list in [&mut unique_ids, &mut user_ids] {
            let items = get_array(list)?;
            if items != expected {
                return Err(PacketError::ItemsDiffer { expected, items });
            }
        }
        Self::check(usize::try_from(expected).unwrap_or(usize::MAX))?;
        let user = |_| {
            let user = RoomUser {
                unique_id: get_integer(&mut unique_ids, "UniqueId")?,
                user_id: get_text(&mut user_ids)?,
            };
            TextI8::check(user.user_id)?;
            Ok(user)
        };
        (0..expected).map(user).collect()
    }
}
