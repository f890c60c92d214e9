//! The same tests in every codec: what a test sends and expects is binary, as `wire` has it, and its clients
//! write and read the same messages in the codec of their port.
//!
//! They do it with our own encoder. That this writes what others write is tested in `protocol`, against bodies
//! of Python's encoders.

use protocol::message::{Encode, Message};
use protocol::{Codec, Frame, FrameDecoder, Header, LARGEST_PACKET};

use crate::own_message;
use crate::support::Coding;

/// What a client of this codec does to the packets of a test.
pub(crate) fn coding(codec: Codec) -> Option<Coding> {
    match codec {
        Codec::Binary => None,
        Codec::MsgPack => Some(Coding {
            to_wire: |packets| to_wire(Codec::MsgPack, packets),
            from_wire: |packets| from_wire(Codec::MsgPack, packets),
        }),
        Codec::Protobuf => Some(Coding {
            to_wire: |packets| to_wire(Codec::Protobuf, packets),
            from_wire: |packets| from_wire(Codec::Protobuf, packets),
        }),
    }
}

fn to_wire(codec: Codec, packets: &[u8]) -> Vec<u8> {
    let (translated, rest) = translate(Codec::Binary, codec, packets);
    assert!(
        rest.is_empty(),
        "only whole packets can be translated: {packets:?}"
    );
    translated
}

fn from_wire(codec: Codec, packets: &[u8]) -> Vec<u8> {
    let (translated, rest) = translate(codec, Codec::Binary, packets);
    [translated, rest].concat()
}

/// All whole packets in the other codec, and what is behind them.
fn translate(from: Codec, to: Codec, packets: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut decoder = FrameDecoder::new(LARGEST_PACKET);
    decoder.push(packets);
    let mut translated = Vec::new();
    while let Some(frame) = decoder.next_frame().expect("packets") {
        translated.extend(translated_packet(from, to, frame));
    }
    let rest = packets[packets.len() - decoder.pending()..].to_vec();
    (translated, rest)
}

/// Ids that nobody knows have the same body everywhere.
fn translated_packet(from: Codec, to: Codec, frame: Frame<'_>) -> Vec<u8> {
    assert_eq!(frame.header.packet_type, Header::PLAIN, "{frame:?}");
    let mut scratch = Vec::new();
    let message = Message::decode_as(from, frame.header.packet_id, frame.body(), &mut scratch);
    match message.unwrap_or_else(|error| panic!("{error}: {frame:?}")) {
        Some(message) => message.encode_as(to).expect("a message").into_bytes(),
        None => own_message(from, to, &frame).unwrap_or_else(|| frame.bytes.to_vec()),
    }
}
