//! What the convenience of [`Packet`] and [`FrameDecoder`] costs, against the same bytes by hand.
//!
//! The packet is a `ROOM_CHAT_NTF` of 64 bytes: header 5, unique id 8, length 2, message 49.
//! Run with `cargo bench -p protocol`.

use divan::{Bencher, black_box};
use protocol::{FrameDecoder, Packet, PacketId};

const MESSAGE: &str = "the quick brown fox jumps over the lazy dog again";
const UNIQUE_ID: u64 = 42;

fn main() {
    assert_eq!(encode_packet().len(), 64);
    assert_eq!(encode_packet(), encode_hand());
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

/// Id, unique id and message, by the crate's decoder.
fn decode_packet<'a>(decoder: &'a mut FrameDecoder, bytes: &[u8]) -> (u16, u64, &'a str) {
    decoder.push(bytes);
    let frame = decoder
        .next_frame()
        .expect("a good header")
        .expect("a whole packet");
    let mut reader = frame.reader();
    let unique_id = reader.get().expect("8 bytes");
    let message = reader.get_text_i16().expect("a text");
    reader.finish().expect("nothing over");
    (frame.header.packet_id.0, unique_id, message)
}

/// The same by hand: the bytes are kept in a buffer, as a stream needs it, and every length is checked.
fn decode_hand<'a>(buffer: &'a mut Vec<u8>, bytes: &[u8]) -> (u16, u64, &'a str) {
    buffer.clear();
    buffer.extend_from_slice(bytes);
    let total_size = usize::from(u16::from_le_bytes([buffer[0], buffer[1]]));
    assert!((15..=1024).contains(&total_size) && buffer.len() >= total_size);
    let unique_id = u64::from_le_bytes(buffer[5..13].try_into().expect("8 bytes"));
    let length = i16::from_le_bytes([buffer[13], buffer[14]]) as usize;
    assert!(length == total_size - 15);
    let message = str::from_utf8(&buffer[15..15 + length]).expect("a text");
    (u16::from_le_bytes([buffer[2], buffer[3]]), unique_id, message)
}

#[divan::bench]
fn encode_with_packet(bencher: Bencher<'_, '_>) {
    bencher.bench(encode_packet);
}

#[divan::bench]
fn encode_by_hand(bencher: Bencher<'_, '_>) {
    bencher.bench(encode_hand);
}

#[divan::bench]
fn decode_with_packet(bencher: Bencher<'_, '_>) {
    let bytes = encode_packet();
    let mut decoder = FrameDecoder::new(1024);
    bencher.bench_local(|| {
        let (id, unique_id, message) = decode_packet(&mut decoder, black_box(&bytes));
        black_box((id, unique_id, message.len()))
    });
}

#[divan::bench]
fn decode_by_hand(bencher: Bencher<'_, '_>) {
    let bytes = encode_packet();
    let mut buffer = Vec::new();
    bencher.bench_local(|| {
        let (id, unique_id, message) = decode_hand(&mut buffer, black_box(&bytes));
        black_box((id, unique_id, message.len()))
    });
}
