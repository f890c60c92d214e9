//! What the convenience of [`Packet`], [`FrameDecoder`] and [`RoomChatNtf`] costs, against the same bytes by
//! hand.
//!
//! The packet is a `ROOM_CHAT_NTF` of 64 bytes: header 5, unique id 8, length 2, message 49.
//! Run with `cargo bench -p protocol`.

use divan::{Bencher, black_box};
use protocol::{FrameDecoder, Packet, PacketId, message::RoomChatNtf};

const MESSAGE: &str = "the quick brown fox jumps over the lazy dog again";
const UNIQUE_ID: u64 = 42;

fn main() {
    assert_eq!(encode_packet().len(), 64);
    assert_eq!(encode_packet(), encode_hand());
    assert_eq!(encode_packet(), encode_message());
    let packets = encode_packet().repeat(PACKETS);
    let sum = decode_packets(&mut FrameDecoder::new(1024), &packets);
    assert_eq!(sum, PACKETS as u64 * (733 + UNIQUE_ID + MESSAGE.len() as u64));
    assert_eq!(sum, decode_hand(&mut Vec::new(), &packets));
    assert_eq!(sum, decode_messages(&mut FrameDecoder::new(1024), &packets));
    divan::main();
}

fn encode_packet() -> Vec<u8> {
    Packet::framed(PacketId::ROOM_CHAT_NTF)
        .put_u64(black_box(UNIQUE_ID))
        .put_text_i16(black_box(MESSAGE))
        .build()
        .expect("64 bytes")
        .into_bytes()
}

fn encode_message() -> Vec<u8> {
    let ntf = RoomChatNtf {
        unique_id: black_box(UNIQUE_ID),
        message: black_box(MESSAGE),
    };
    ntf.encode().expect("64 bytes").into_bytes()
}

fn encode_hand() -> Vec<u8> {
    let message = black_box(MESSAGE).as_bytes();
    let total_size = 5 + 8 + 2 + message.len();
    let mut bytes = Vec::with_capacity(total_size);
    bytes.extend_from_slice(&(total_size as u16).to_le_bytes());
    bytes.extend_from_slice(&733_u16.to_le_bytes());
    bytes.push(0);
    bytes.extend_from_slice(&black_box(UNIQUE_ID).to_le_bytes());
    bytes.extend_from_slice(&(message.len() as i16).to_le_bytes());
    bytes.extend_from_slice(message);
    bytes
}

/// What one read brings to a busy server.
const PACKETS: usize = 64;

/// Reads all packets of one read with the crate's decoder; the sum keeps the work from being left out.
fn decode_packets(decoder: &mut FrameDecoder, bytes: &[u8]) -> u64 {
    let mut sum = 0;
    decoder.push(bytes);
    while let Some(frame) = decoder.next_frame().expect("a good header") {
        let mut reader = frame.reader();
        let unique_id: u64 = reader.get().expect("8 bytes");
        let message = reader.get_text_i16().expect("a text");
        reader.finish().expect("nothing over");
        sum += u64::from(frame.header.packet_id.0) + unique_id + message.len() as u64;
    }
    sum
}

/// The same with the struct of the message.
fn decode_messages(decoder: &mut FrameDecoder, bytes: &[u8]) -> u64 {
    let mut sum = 0;
    decoder.push(bytes);
    while let Some(frame) = decoder.next_frame().expect("a good header") {
        let ntf = RoomChatNtf::decode(frame.body()).expect("a chat message");
        sum += u64::from(frame.header.packet_id.0) + ntf.unique_id + ntf.message.len() as u64;
    }
    sum
}

/// The same by hand: what came is kept in a buffer, as a stream needs it, and every length is checked.
fn decode_hand(buffer: &mut Vec<u8>, bytes: &[u8]) -> u64 {
    let mut sum = 0;
    buffer.clear();
    buffer.extend_from_slice(bytes);
    let mut rest = &buffer[..];
    while rest.len() >= 5 {
        let total_size = usize::from(u16::from_le_bytes([rest[0], rest[1]]));
        assert!((15..=1024).contains(&total_size));
        if rest.len() < total_size {
            break;
        }
        let packet_id = u16::from_le_bytes([rest[2], rest[3]]);
        let unique_id = u64::from_le_bytes(rest[5..13].try_into().expect("8 bytes"));
        let length = i16::from_le_bytes([rest[13], rest[14]]) as usize;
        assert!(length == total_size - 15);
        let message = str::from_utf8(&rest[15..total_size]).expect("a text");
        sum += u64::from(packet_id) + unique_id + message.len() as u64;
        rest = &rest[total_size..];
    }
    sum
}

#[divan::bench]
fn encode_with_packet(bencher: Bencher<'_, '_>) {
    bencher.bench(encode_packet);
}

#[divan::bench]
fn encode_with_message(bencher: Bencher<'_, '_>) {
    bencher.bench(encode_message);
}

#[divan::bench]
fn encode_by_hand(bencher: Bencher<'_, '_>) {
    bencher.bench(encode_hand);
}

#[divan::bench]
fn decode_64_with_packet(bencher: Bencher<'_, '_>) {
    let bytes = encode_packet().repeat(PACKETS);
    let mut decoder = FrameDecoder::new(1024);
    bencher.bench_local(|| decode_packets(&mut decoder, black_box(&bytes)));
}

#[divan::bench]
fn decode_64_with_message(bencher: Bencher<'_, '_>) {
    let bytes = encode_packet().repeat(PACKETS);
    let mut decoder = FrameDecoder::new(1024);
    bencher.bench_local(|| decode_messages(&mut decoder, black_box(&bytes)));
}

#[divan::bench]
fn decode_64_by_hand(bencher: Bencher<'_, '_>) {
    let bytes = encode_packet().repeat(PACKETS);
    let mut buffer = Vec::new();
    bencher.bench_local(|| decode_hand(&mut buffer, black_box(&bytes)));
}
