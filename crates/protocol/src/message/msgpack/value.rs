//! Reads one MessagePack value, of an expected kind or of any.

use rmp::Marker;

use crate::{PacketError, PacketReader, error::MAX_NESTING};

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
pub(super) fn get_integer<T: TryFrom<i128>>(
    reader: &mut PacketReader<'_>,
    name: &'static str,
) -> Result<T, PacketError> {
    let value = get_number(reader)?;
    T::try_from(value).map_err(|_| PacketError::OutOfRange { name, value })
}

#[inline]
pub(super) fn get_text_length(reader: &mut PacketReader<'_>) -> Result<usize, PacketError> {
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
pub(super) fn get_text<'a>(reader: &mut PacketReader<'a>) -> Result<&'a str, PacketError> {
    let length = get_text_length(reader)?;
    let position = reader.position();
    str::from_utf8(reader.get_bytes(length)?).map_err(|source| PacketError::NotUtf8 { position, source })
}

/// Bytes that are not marked as a text.
pub(super) fn get_bin<'a>(reader: &mut PacketReader<'a>) -> Result<&'a [u8], PacketError> {
    let position = reader.position();
    let length = match get_marker(reader)? {
        Marker::Bin8 => get_u8(reader)?,
        Marker::Bin16 => get_u16(reader)?,
        Marker::Bin32 => get_u32(reader)?,
        _ => return Err(wrong_type(position, "bin")),
    };
    reader.get_bytes(usize::try_from(length).unwrap_or(usize::MAX))
}

#[inline]
pub(super) fn get_map(reader: &mut PacketReader<'_>) -> Result<u64, PacketError> {
    match get_marker(reader)? {
        Marker::FixMap(count) => Ok(count.into()),
        Marker::Map16 => get_u16(reader),
        Marker::Map32 => get_u32(reader),
        _ => Err(wrong_type(0, "a map")),
    }
}

/// How many items an array has.
pub(super) fn get_array(reader: &mut PacketReader<'_>) -> Result<u64, PacketError> {
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

/// What libraries write for a value that is not there.
pub(super) const NIL: &str = "nil";

/// Of which kind the value is at which the reader stands.
pub(super) fn kind_of(reader: &PacketReader<'_>) -> &'static str {
    use Marker as M;
    match get_marker(&mut reader.clone()) {
        Ok(M::Null) => NIL,
        Ok(M::True | M::False) => "true or false",
        Ok(M::F32 | M::F64) => "a floating-point number",
        Ok(M::FixStr(_) | M::Str8 | M::Str16 | M::Str32) => "a text",
        Ok(M::Bin8 | M::Bin16 | M::Bin32) => "bin",
        Ok(M::FixArray(_) | M::Array16 | M::Array32) => "an array",
        Ok(M::FixMap(_) | M::Map16 | M::Map32) => "a map",
        Ok(M::FixPos(_) | M::FixNeg(_) | M::U8 | M::U16 | M::U32 | M::U64) => "a whole number",
        Ok(M::I8 | M::I16 | M::I32 | M::I64) => "a whole number",
        Ok(M::Reserved) | Err(_) => "nothing",
        // Extensions, of all sizes.
        Ok(_) => "an extension",
    }
}

/// Passes over one value of any kind that stands `depth` deep, and over those inside it.
#[inline]
pub(super) fn skip(reader: &mut PacketReader<'_>, depth: usize) -> Result<(), PacketError> {
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
