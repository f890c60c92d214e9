//! Translates the packets of the checks, which are binary, into the codec that the server speaks, and back.
//!
//! A check speaks binary, whatever the codec of the server is: it sends binary packets, and compares what comes
//! with binary packets. That is what makes one check fit all codecs, and any server: in the other codecs the same
//! can be said with numbers of other widths, with fields in another order, and with fields that nobody knows.

use protocol::message::{Encode, Message, baccarat};
use protocol::{Codec, Frame, Frames, HEADER_SIZE, Header, LARGEST_PACKET, PacketId};

/// Binary packets in this codec. What is no message there, such as half a packet, stays as it is.
pub(crate) fn from_binary(codec: Codec, bytes: &[u8]) -> Vec<u8> {
    if codec == Codec::Binary {
        return bytes.to_vec();
    }
    let mut frames = Frames::new(bytes);
    let mut packets: Vec<_> = frames
        .by_ref()
        .map(|frame| {
            let packet = translated(&frame, frame.body(), Codec::Binary, codec);
            packet.map_or_else(|| frame.bytes.to_vec(), |packet| with_type(packet, &frame))
        })
        .collect();
    packets.push(frames.as_bytes().to_vec());
    packets.concat()
}

// ANCHOR: to_binary
/// A packet in this codec, in binary. What is no message stays as it is, and equals nothing that a check expects.
pub(crate) fn to_binary(codec: Codec, frame: &Frame<'_>) -> Vec<u8> {
    match codec {
        Codec::Binary => None,
        _ => translated(frame, frame.body(), codec, Codec::Binary).map(|packet| with_type(packet, frame)),
    }
    .unwrap_or_else(|| frame.bytes.to_vec())
}
// ANCHOR_END: to_binary

/// The same for one who may get compressed packets. An ECHO comes back as it was sent, compressed too.
pub(crate) fn to_plain_binary(codec: Codec, frame: &Frame<'_>) -> Vec<u8> {
    let header = frame.header;
    if header.packet_type != Header::COMPRESSED || header.packet_id == PacketId::ECHO {
        return to_binary(codec, frame);
    }
    let plain = frame.plain_body(LARGEST_PACKET).ok();
    plain
        .and_then(|body| translated(frame, &body, codec, Codec::Binary))
        .unwrap_or_else(|| frame.bytes.to_vec())
}

/// Whether the body is the message of its id in this codec.
pub(crate) fn is_message(codec: Codec, frame: &Frame<'_>) -> bool {
    translated(frame, frame.body(), codec, codec).is_some()
}

/// `None` for what is no message in the codec that it comes in.
fn translated(frame: &Frame<'_>, body: &[u8], from: Codec, to: Codec) -> Option<Vec<u8>> {
    let id = frame.header.packet_id;
    let mut scratch = Vec::new();
    let packet = match baccarat::Message::IDS.contains(&id) {
        true => baccarat::Message::decode_as(from, id, body, &mut scratch)
            .ok()??
            .encode_as(to),
        false => Message::decode_as(from, id, body, &mut scratch)
            .ok()??
            .encode_as(to),
    };
    packet.ok().map(protocol::Packet::into_bytes)
}

fn with_type(mut packet: Vec<u8>, frame: &Frame<'_>) -> Vec<u8> {
    packet[HEADER_SIZE - 1] = frame.header.packet_type;
    packet
}

#[cfg(test)]
mod tests {
    use super::*;

    const HI: &[u8] = &[9, 0, 0xdb, 2, 0, 2, 0, b'h', b'i'];

    fn only_frame(packet: &[u8]) -> Frame<'_> {
        Frames::new(packet).next().expect("a whole packet")
    }

    #[test]
    fn messages_are_translated_and_all_else_stays_as_it_is() {
        let unreadable = [6, 0, 0xdb, 2, 0, 7];
        let unknown = [6, 0, 0xe7, 3, 0, 7];
        let half = &HI[..7];
        let said = [HI, &unreadable, &unknown, half].concat();
        let hi = b"\x0d\0\xdb\x02\0\x81\xa3Msg\xa2hi";
        assert_eq!(
            from_binary(Codec::MsgPack, &said),
            [&hi[..], &unreadable, &unknown, half].concat()
        );
        assert_eq!(from_binary(Codec::Binary, &said), said);
    }

    #[test]
    fn what_is_said_in_other_bytes_is_the_same() {
        for body in [
            &b"\x81\xa3Msg\xa2hi"[..],
            b"\xde\0\x02\xa3New\x91\xc0\xd9\x03Msg\xda\0\x02hi",
        ] {
            let packet = [&[5 + body.len() as u8, 0, 0xdb, 2, 0], body].concat();
            assert_eq!(to_binary(Codec::MsgPack, &only_frame(&packet)), HI);
        }
        let broken = b"\x0d\0\xdb\x02\0\x81\xa3Msg\xa3hi";
        assert_eq!(to_binary(Codec::MsgPack, &only_frame(broken)), broken);
    }

    #[test]
    fn a_message_of_baccarat_is_translated_as_well() {
        let bet = [6, 0, 0xf9, 2, 0, 2];
        let wire = from_binary(Codec::MsgPack, &bet);
        assert_eq!(wire, b"\x0c\0\xf9\x02\0\x81\xa4Side\x02");
        assert_eq!(to_binary(Codec::MsgPack, &only_frame(&wire)), bet);
    }

    #[test]
    fn the_packet_type_stays_unless_the_body_is_decompressed() {
        let typed = [&HI[..4], &[1], &HI[5..]].concat();
        let wire = from_binary(Codec::Protobuf, &typed);
        assert_eq!(wire, b"\x09\0\xdb\x02\x01\x0a\x02hi");
        let long = protocol::message::RoomChatReq {
            message: &"x".repeat(100),
        };
        let plain = long.encode().expect("it fits").into_bytes();
        let wire = from_binary(Codec::Protobuf, &plain);
        let compressed = protocol::compress(&wire, 0).expect("it is smaller");
        assert_eq!(to_binary(Codec::Protobuf, &only_frame(&compressed)), compressed);
        assert_eq!(to_plain_binary(Codec::Protobuf, &only_frame(&compressed)), plain);
    }
}
