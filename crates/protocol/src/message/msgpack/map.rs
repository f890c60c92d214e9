//! Writing and reading the map that a body is.

use rmp::{Marker, encode};

use super::value::{get_map, get_text_length, skip};
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
    pub(super) fn name(&mut self, name: &str) {
        self.count += 1;
        self.text(name);
    }

    #[inline]
    pub(super) fn text(&mut self, text: &str) {
        let _ = encode::write_str(self.bytes, text);
    }

    #[inline]
    pub(super) fn signed(&mut self, number: i64) {
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
    pub(super) fn find(&self, name: &'static str) -> Result<Option<PacketReader<'a>>, PacketError> {
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
    pub(super) fn value(&self, name: &'static str) -> Result<PacketReader<'a>, PacketError> {
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
