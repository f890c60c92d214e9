//! What the codecs cost: nanoseconds to encode and to decode, and bytes on the wire, with Snappy and without.
//!
//! Run with `cargo bench -p protocol --bench codecs`. The sizes are printed first; `compress` counts only what
//! Snappy adds to a packet that is encoded, and `decompress` what it adds before one is decoded.

use divan::{Bencher, black_box};
use protocol::{
    Codec, ErrorCode, FrameDecoder, HEADER_SIZE, PacketId, compress,
    message::{Encode, LoginReq, Message, RoomChatNtf, RoomEnterRes, RoomUser, RoomUserListNtf},
};

/// Larger than any packet here, as a server with `--max-packet` 4,096 has it.
const MAX_PACKET: usize = 4096;

const SHORT: &str = "the quick brown fox jumps over the lazy dog again";

/// 126 bytes, the longest that a server takes, in sentences as people write them.
const LONG: &str = "I think that this room is full, but you can try it again in a minute or so. \
                    If the room is still full then, go to another one.";

fn main() {
    print_sizes();
    divan::main();
}

/// The samples by name; a name is also what a row of divan is called.
const SAMPLES: [&str; 5] = ["chat", "chat 126", "enter", "login", "40 users"];

fn sample(name: &str) -> Message<'static> {
    let chat = |message| {
        Message::RoomChatNtf(RoomChatNtf {
            unique_id: 42,
            message,
        })
    };
    match name {
        "chat" => chat(SHORT),
        "chat 126" => chat(LONG),
        "enter" => Message::RoomEnterRes(RoomEnterRes {
            result: ErrorCode::NONE,
            room: 7,
            user_unique_id: 42,
        }),
        "login" => Message::LoginReq(LoginReq::new("alice", "sesame").expect("short")),
        _ => Message::RoomUserListNtf(RoomUserListNtf { users: users() }),
    }
}

fn users() -> Vec<RoomUser<'static>> {
    const NAMES: [&str; 4] = ["alice", "bob", "carol-the-third", "dave42"];
    let user = |unique_id: u64| RoomUser {
        unique_id,
        user_id: NAMES[unique_id as usize % NAMES.len()],
    };
    (100..140).map(user).collect()
}

fn packet(codec: Codec, name: &str) -> Vec<u8> {
    sample(name).encode_as(codec).expect("it fits").into_bytes()
}

fn print_sizes() {
    println!("bytes on the wire, header included; with Snappy where that is smaller");
    println!("{:<10} {:>12} {:>12} {:>12}", "", "binary", "msgpack", "protobuf");
    for name in SAMPLES {
        let size = |codec| {
            let packet = packet(codec, name);
            let small = compress(&packet, 0).map(|small| format!(" ({})", small.len()));
            format!("{}{}", packet.len(), small.unwrap_or_default())
        };
        let [binary, msgpack, protobuf] = Codec::ALL.map(size);
        println!("{name:<10} {binary:>12} {msgpack:>12} {protobuf:>12}");
    }
}

fn cases() -> impl Iterator<Item = String> {
    let cases = Codec::ALL.map(|codec| SAMPLES.map(|name| format!("{codec} {name}")));
    cases.into_iter().flatten()
}

fn case(case: &str) -> (Codec, &str) {
    let (codec, name) = case.split_once(' ').expect("a codec and a name");
    (codec.parse().expect("a codec"), name)
}

#[divan::bench(args = cases())]
fn encode(bencher: Bencher<'_, '_>, name: &str) {
    let (codec, name) = case(name);
    let message = sample(name);
    bencher.bench(|| black_box(&message).encode_as(codec).expect("it fits"));
}

#[divan::bench(args = cases())]
fn decode(bencher: Bencher<'_, '_>, name: &str) {
    let (codec, name) = case(name);
    let packet_id: PacketId = sample(name).packet_id();
    let packet = packet(codec, name);
    let mut scratch = Vec::new();
    bencher.bench_local(|| {
        let body = black_box(&packet[HEADER_SIZE..]);
        Message::decode_as(codec, packet_id, body, &mut scratch)
            .expect("a body")
            .is_some()
    });
}

/// Samples that Snappy makes smaller.
fn compressible() -> impl Iterator<Item = String> {
    cases().filter(|name| {
        let (codec, name) = case(name);
        compress(&packet(codec, name), 0).is_some()
    })
}

#[divan::bench(args = compressible())]
fn compress_packet(bencher: Bencher<'_, '_>, name: &str) {
    let (codec, name) = case(name);
    let packet = packet(codec, name);
    bencher.bench(|| compress(black_box(&packet), 0));
}

#[divan::bench(args = compressible())]
fn decompress_body(bencher: Bencher<'_, '_>, name: &str) {
    let (codec, name) = case(name);
    let small = compress(&packet(codec, name), 0).expect("it is smaller");
    let mut decoder = FrameDecoder::new(MAX_PACKET);
    decoder.push(&small);
    let frame = decoder
        .next_frame()
        .expect("a good header")
        .expect("a whole packet");
    bencher.bench_local(|| {
        black_box(frame)
            .plain_body(MAX_PACKET)
            .expect("compressed here")
            .len()
    });
}
