//! What must hold for any bytes, any fields and any cut of the stream.

#[path = "support/decoders.rs"]
mod decoders;

use decoders::{all_at_once, fast_decoder, one_by_one, slow_decoder};
use proptest::prelude::*;
use protocol::{Header, Packet, PacketBuilder, PacketError, PacketId, PacketReader};

/// One put, and the get that must give it back.
#[derive(Debug, Clone)]
enum Value {
    U8(u8),
    I8(i8),
    U16(u16),
    I16(i16),
    U32(u32),
    I32(i32),
    U64(u64),
    I64(i64),
    Array([u8; 7]),
    Tuple((u8, i16, u64)),
    Bytes(Vec<u8>),
    TextI8(String),
    TextI16(String),
}

impl Value {
    fn any() -> impl Strategy<Value = Self> {
        prop_oneof![
            any::<u8>().prop_map(Self::U8),
            any::<i8>().prop_map(Self::I8),
            any::<u16>().prop_map(Self::U16),
            any::<i16>().prop_map(Self::I16),
            any::<u32>().prop_map(Self::U32),
            any::<i32>().prop_map(Self::I32),
            any::<u64>().prop_map(Self::U64),
            any::<i64>().prop_map(Self::I64),
            any::<[u8; 7]>().prop_map(Self::Array),
            any::<(u8, i16, u64)>().prop_map(Self::Tuple),
            prop::collection::vec(any::<u8>(), 0..40).prop_map(Self::Bytes),
            "\\PC{0,30}".prop_map(Self::TextI8),
            "\\PC{0,80}".prop_map(Self::TextI16),
        ]
    }

    fn put(&self, packet: PacketBuilder) -> PacketBuilder {
        match self {
            Self::U8(value) => packet.put_u8(*value),
            Self::I8(value) => packet.put_i8(*value),
            Self::U16(value) => packet.put_u16(*value),
            Self::I16(value) => packet.put_i16(*value),
            Self::U32(value) => packet.put_u32(*value),
            Self::I32(value) => packet.put_i32(*value),
            Self::U64(value) => packet.put_u64(*value),
            Self::I64(value) => packet.put_i64(*value),
            Self::Array(value) => packet.put(*value),
            Self::Tuple(value) => packet.put(*value),
            Self::Bytes(value) => packet.put_bytes(value),
            Self::TextI8(value) => packet.put_text_i8(value),
            Self::TextI16(value) => packet.put_text_i16(value),
        }
    }

    fn is_read_back_from(&self, packet: &mut Packet) -> Result<bool, PacketError> {
        Ok(match self {
            Self::U8(value) => packet.get::<u8>()? == *value,
            Self::I8(value) => packet.get::<i8>()? == *value,
            Self::U16(value) => packet.get::<u16>()? == *value,
            Self::I16(value) => packet.get::<i16>()? == *value,
            Self::U32(value) => packet.get::<u32>()? == *value,
            Self::I32(value) => packet.get::<i32>()? == *value,
            Self::U64(value) => packet.get::<u64>()? == *value,
            Self::I64(value) => packet.get::<i64>()? == *value,
            Self::Array(value) => packet.get::<[u8; 7]>()? == *value,
            Self::Tuple(value) => packet.get::<(u8, i16, u64)>()? == *value,
            Self::Bytes(value) => packet.get_bytes(value.len())? == value,
            Self::TextI8(value) => packet.get_text_i8()? == value,
            Self::TextI16(value) => packet.get_text_i16()? == value,
        })
    }
}

/// Packets with honest headers, now and then followed by bytes that are none.
fn any_stream() -> impl Strategy<Value = Vec<u8>> {
    let packet = (any::<u16>(), prop::collection::vec(any::<u8>(), 0..60)).prop_map(|(id, body)| {
        let packet = Packet::framed(PacketId(id)).put_bytes(&body).build();
        packet.expect("under 65,535 bytes").into_bytes()
    });
    let packets = prop::collection::vec(packet, 0..12).prop_map(|packets| packets.concat());
    let noise = prop_oneof![
        3 => Just(Vec::new()),
        1 => prop::collection::vec(any::<u8>(), 0..40),
    ];
    (packets, noise).prop_map(|(packets, noise)| [packets, noise].concat())
}

proptest! {
    #[test]
    fn any_sequence_of_puts_reads_back_the_same(
        values in prop::collection::vec(Value::any(), 0..30),
        framed in any::<bool>(),
    ) {
        let start = if framed { Packet::framed(PacketId::ECHO) } else { Packet::new() };
        let mut packet = values.iter().fold(start, |packet, value| value.put(packet)).build()?;
        for value in &values {
            prop_assert!(value.is_read_back_from(&mut packet)?, "{value:?}");
        }
        prop_assert_eq!(packet.finish(), Ok(()));
    }

    #[test]
    fn any_cut_of_any_stream_gives_the_frames_of_the_slow_decoder(
        stream in any_stream(),
        cuts in prop::collection::vec(1_usize..90, 1..20),
        max_packet in prop_oneof![Just(1024_usize), 5_usize..80],
    ) {
        let expected = slow_decoder(&stream, max_packet);
        for take in [one_by_one, all_at_once] {
            prop_assert_eq!(&fast_decoder(&stream, &cuts, max_packet, take), &expected);
        }
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        count in any::<usize>(),
    ) {
        let mut reader = PacketReader::new(&bytes);
        while reader.left() > 0 {
            let before = reader.left();
            let _ = reader.get_text_i8();
            let _ = reader.get_text_i16();
            let _ = reader.get_bytes(count);
            let _ = reader.get::<(u64, [u8; 16])>();
            let _ = reader.get::<u8>();
            prop_assert!(reader.left() < before);
        }
    }

    #[test]
    fn any_header_reads_back_the_same(total_size in 5_u16.., id in any::<u16>(), packet_type in any::<u8>()) {
        let header = Header { total_size, packet_id: PacketId(id), packet_type };
        prop_assert_eq!(Header::decode(&header.encode(), 65_535), Ok(header));
    }
}

/// Every number of the tables has one name only, and the name leads back to it.
#[test]
fn the_tables_have_no_number_twice() {
    use std::collections::HashSet;

    let ids: HashSet<_> = PacketId::ALL.iter().map(|id| id.0).collect();
    assert_eq!(ids.len(), PacketId::ALL.len());
    let codes: HashSet<_> = protocol::ErrorCode::ALL.iter().map(|code| code.0).collect();
    assert_eq!(codes.len(), protocol::ErrorCode::ALL.len());
    assert_eq!(PacketId::GAME_BET_NTF.0, 763);
    assert_eq!(PacketId::GAME_START_NTF.0, 753);
}
