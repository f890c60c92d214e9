//! Writes and reads the map of names and values that a MessagePack body is.

use rmp::{Marker, encode};

use super::value::{NIL, get_array, get_bin, get_integer, get_map, get_text, get_text_length, kind_of, skip};
use crate::{PacketError, PacketReader};

/// Writes a map at the end of a packet. A map without an entry is no bytes at all.
pub(in crate::message) struct MapWriter<'a> {
    bytes: &'a mut Vec<u8>,
    start: usize,
    count: u8,
}

// Writing to a Vec cannot fail, so that what `encode` returns can be ignored.
impl<'a> MapWriter<'a> {
    #[inline]
    pub(in crate::message) fn new(bytes: &'a mut Vec<u8>) -> Self {
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
    pub(in crate::message) fn finish(&mut self) {
        match self.count {
            0 => self.bytes.truncate(self.start),
            count => self.bytes[self.start] = Marker::FixMap(count).to_u8(),
        }
    }

    #[inline]
    pub(in crate::message) fn name(&mut self, name: &str) {
        self.count += 1;
        self.text(name);
    }

    #[inline]
    pub(super) fn text(&mut self, text: &str) {
        let _ = encode::write_str(self.bytes, text);
    }

    #[inline]
    pub(in crate::message) fn signed(&mut self, number: i64) {
        let _ = encode::write_sint(self.bytes, number);
    }

    #[inline]
    pub(super) fn unsigned(&mut self, number: u64) {
        let _ = encode::write_uint(self.bytes, number);
    }

    #[inline]
    pub(super) fn array(&mut self, count: usize) {
        // Counted in a signed byte before.
        let _ = encode::write_array_len(self.bytes, count as u32);
    }

    /// Writes a list of whole numbers under its name.
    pub(in crate::message) fn integers(&mut self, name: &str, numbers: impl ExactSizeIterator<Item = i64>) {
        self.name(name);
        self.array(numbers.len());
        numbers.for_each(|number| self.signed(number));
    }

    /// Writes bytes that are no text under their name.
    pub(in crate::message) fn bin(&mut self, name: &str, bytes: &[u8]) {
        self.name(name);
        let _ = encode::write_bin(self.bytes, bytes);
    }
}

/// A map that is known to be whole: every length fits, nothing nests too deep, and nothing is behind it.
pub(in crate::message) struct Map<'a> {
    /// At the first name.
    entries: PacketReader<'a>,
    count: u64,
}

impl<'a> Map<'a> {
    /// Reads a body. No bytes at all are a map without an entry.
    #[inline]
    pub(in crate::message) fn new(body: &'a [u8]) -> Result<Self, PacketError> {
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
        match found {
            Some(value) => Ok(Some(value)),
            None => self.refuse_bin_name(name).map(|()| None),
        }
    }

    /// Who writes a name as bin means it: it is an error of its own, and not a field that is missing.
    #[cold]
    fn refuse_bin_name(&self, name: &'static str) -> Result<(), PacketError> {
        let mut reader = self.entries.clone();
        for _ in 0..self.count {
            let position = reader.position();
            if get_bin(&mut reader.clone()) == Ok(name.as_bytes()) {
                return Err(PacketError::BinName { name, position });
            }
            skip(&mut reader, 1)?;
            skip(&mut reader, 1)?;
        }
        Ok(())
    }

    /// A field that must be there, as a whole number.
    #[inline]
    pub(in crate::message) fn integer<T: TryFrom<i128>>(&self, name: &'static str) -> Result<T, PacketError> {
        self.required(name, |value| get_integer(value, name))
    }

    /// A field that may be missing, or nil: most libraries write so what is not there.
    #[inline]
    pub(super) fn optional_integer<T: TryFrom<i128>>(
        &self,
        name: &'static str,
    ) -> Result<Option<T>, PacketError> {
        match self.find(name)? {
            Some(mut value) if kind_of(&value) != NIL => {
                typed(name, &mut value, |value| get_integer(value, name)).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// A field that must be there, as a text.
    #[inline]
    pub(super) fn text(&self, name: &'static str) -> Result<&'a str, PacketError> {
        self.required(name, get_text)
    }

    /// A field that must be there, as an array: how many items it has, and a reader at the first.
    pub(super) fn array(&self, name: &'static str) -> Result<(u64, PacketReader<'a>), PacketError> {
        self.required(name, |value| Ok((get_array(value)?, value.clone())))
    }

    /// A field that must be there, as an array of whole numbers. The memory follows the items that came.
    pub(in crate::message) fn integers<T: TryFrom<i128>>(
        &self,
        name: &'static str,
    ) -> Result<Vec<T>, PacketError> {
        let (count, mut items) = self.array(name)?;
        (0..count).map(|_| get_integer(&mut items, name)).collect()
    }

    /// A field that must be there, as bytes that are no text.
    pub(in crate::message) fn bin(&self, name: &'static str) -> Result<&'a [u8], PacketError> {
        self.required(name, get_bin)
    }

    #[inline]
    fn required<T>(
        &self,
        name: &'static str,
        get: impl FnOnce(&mut PacketReader<'a>) -> Result<T, PacketError>,
    ) -> Result<T, PacketError> {
        let mut value = self.find(name)?.ok_or(PacketError::MissingField { name })?;
        typed(name, &mut value, get)
    }
}

/// Reads the value of a field. Where it is of another kind, the error names the field.
#[inline]
fn typed<'a, T>(
    name: &'static str,
    value: &mut PacketReader<'a>,
    get: impl FnOnce(&mut PacketReader<'a>) -> Result<T, PacketError>,
) -> Result<T, PacketError> {
    let start = value.clone();
    get(value).map_err(|error| match error {
        PacketError::WrongType { position, expected } => PacketError::FieldType {
            name,
            position,
            found: kind_of(&start),
            expected,
        },
        other => other,
    })
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
