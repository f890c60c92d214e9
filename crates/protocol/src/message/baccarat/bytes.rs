//! Fields of bytes that are no text: a seed or a commitment of 32 bytes, and the rounds of a shoe behind their count.

use std::fmt::{self, Display, Formatter};

use crate::{
    PacketBuilder, PacketError, PacketReader,
    message::{
        description::Notes,
        kind::{Kind, check_count},
        msgpack::{Map, MapWriter, MsgPackKind},
        protobuf::ProtobufKind,
    },
};

/// Two digits a byte, as such bytes are compared by people.
struct Hex<'a>(&'a [u8]);

impl Display for Hex<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Kind for [u8; 32] {
    type Value<'a> = Self;

    fn put(value: &Self, packet: PacketBuilder) -> PacketBuilder {
        packet.put(*value)
    }

    fn get(reader: &mut PacketReader<'_>) -> Result<Self, PacketError> {
        reader.get()
    }

    fn describe(name: &'static str, notes: &mut Notes<'_>) -> Result<(), PacketError> {
        let bytes = Self::get(&mut notes.reader)?;
        notes.field(name, bytes.len(), Hex(&bytes));
        Ok(())
    }
}

impl MsgPackKind for [u8; 32] {
    fn put_named(name: &'static str, value: &Self, map: &mut MapWriter<'_>) -> Result<(), PacketError> {
        map.bin(name, value);
        Ok(())
    }

    fn get_named(name: &'static str, map: &Map<'_>) -> Result<Self, PacketError> {
        whole(name, map.bin(name)?)
    }
}

impl ProtobufKind for [u8; 32] {
    type Proto = Vec<u8>;

    fn to_proto(_: &'static str, value: &Self) -> Result<Vec<u8>, PacketError> {
        Ok(value.to_vec())
    }

    fn from_proto(name: &'static str, proto: &Vec<u8>) -> Result<Self, PacketError> {
        whole(name, proto)
    }
}

/// All 32 bytes, of which those codecs say that send a length as well.
fn whole(name: &'static str, bytes: &[u8]) -> Result<[u8; 32], PacketError> {
    bytes.try_into().map_err(|_| PacketError::WrongLength {
        name,
        expected: 32,
        length: bytes.len(),
    })
}

/// Bytes behind their count in two signed bytes: 32,767 at most.
pub(super) enum BytesI16 {}

impl BytesI16 {
    fn check(bytes: &[u8]) -> Result<(), PacketError> {
        check_count(bytes.len(), i16::MAX as usize)
    }
}

impl Kind for BytesI16 {
    type Value<'a> = &'a [u8];

    fn put(value: &&[u8], packet: PacketBuilder) -> PacketBuilder {
        packet.put_count_i16(value.len()).put_bytes(value)
    }

    fn get<'a>(reader: &mut PacketReader<'a>) -> Result<&'a [u8], PacketError> {
        let count = reader.get_count::<i16>()?;
        reader.get_bytes(count)
    }

    fn describe(name: &'static str, notes: &mut Notes<'_>) -> Result<(), PacketError> {
        let bytes = Self::get(&mut notes.reader)?;
        notes.field("count", size_of::<i16>(), bytes.len());
        notes.field(name, bytes.len(), Hex(bytes));
        Ok(())
    }
}

impl MsgPackKind for BytesI16 {
    fn put_named(name: &'static str, value: &&[u8], map: &mut MapWriter<'_>) -> Result<(), PacketError> {
        Self::check(value)?;
        map.bin(name, value);
        Ok(())
    }

    fn get_named<'a>(name: &'static str, map: &Map<'a>) -> Result<&'a [u8], PacketError> {
        let bytes = map.bin(name)?;
        Self::check(bytes)?;
        Ok(bytes)
    }
}

impl ProtobufKind for BytesI16 {
    type Proto = Vec<u8>;

    fn to_proto(_: &'static str, value: &&[u8]) -> Result<Vec<u8>, PacketError> {
        Self::check(value)?;
        Ok(value.to_vec())
    }

    fn from_proto<'a>(_: &'static str, proto: &'a Vec<u8>) -> Result<&'a [u8], PacketError> {
        Ok(proto)
    }
}
