//! Guesses the mistake behind the bytes of a failure, such as a wrong byte order or another codec.

use std::ops::Range;

use protocol::message::Message;
use protocol::{Codec, ErrorCode, Frames, HEADER_SIZE, PacketId};

use crate::notation::Notation;
use crate::translation;

/// Bytes that are shown as text, and how many there must be: fewer may be letters by chance.
const LETTERS: usize = 30;
const FEWEST_LETTERS: usize = 5;

/// Whose bytes are turned.
pub(crate) const WRONG_ORDER: &str = "this is the wrong order of the bytes: numbers are little-endian, the byte that \
                                      counts least first";

/// Text where no text is spoken: it is another server.
pub(super) fn text_remark(notation: Notation, came: &[u8]) -> Option<String> {
    let beginning = &came[..came.len().min(LETTERS)];
    let is_letter = |byte: &u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    let is_text =
        notation != Notation::Text && came.len() >= FEWEST_LETTERS && beginning.iter().all(is_letter);
    is_text.then(|| {
        let text = beginning.escape_ascii();
        format!("these bytes are text, which this wire does not begin with: `{text}`; is it another server?")
    })
}

/// What this looks like: mistakes that have a face of their own.
pub(super) fn remark(notation: Notation, expected: &[u8], came: &[u8]) -> Option<String> {
    if let text @ Some(_) = text_remark(notation, came) {
        return text;
    }
    if let Notation::Packets(codec) = notation {
        if is_other_success(codec, expected, came) {
            return Some(success(codec).to_owned());
        }
        if let Some(other) = other_codec(codec, came) {
            return Some(format!(
                "this body is {other}: does the server speak that here, and not {codec}?"
            ));
        }
    }
    if is_turned(notation, expected, came) {
        return Some(WRONG_ORDER.to_owned());
    }
    match notation {
        Notation::Packets(Codec::Binary) => misread(expected, came),
        _ => None,
    }
}

/// A refusal that fits a number of the request, had the server read it in the wrong order.
fn misread(expected: &[u8], came: &[u8]) -> Option<String> {
    let (expected, came) = (Frames::new(expected).next()?, Frames::new(came).next()?);
    let [expected, came] = [&expected, &came].map(|frame| {
        let message = Message::decode(frame.header.packet_id, frame.body());
        message.ok().flatten()
    });
    match (expected?, came?) {
        (Message::RoomEnterRes(entered), Message::RoomEnterRes(refused))
            if refused.result == ErrorCode::ROOM_INVALID_NUMBER && entered.result != refused.result =>
        {
            let room = entered.room;
            Some(format!(
                "the server has no room {room} (--rooms says how many it has), or reads the number as {}, in the \
                 wrong order of the bytes",
                room.swap_bytes()
            ))
        }
        (Message::RoomChatNtf(said), Message::RoomChatRes(refused))
            if refused.result == ErrorCode::PACKET_DECODING_FAIL =>
        {
            let length = i16::try_from(said.message.len()).ok()?;
            Some(format!(
                "the server reads the length of the message, {length}, as {}, in the wrong order of the bytes",
                length.swap_bytes()
            ))
        }
        _ => None,
    }
}

/// Whether a number that comes early has the right bytes in the wrong order.
fn is_turned(notation: Notation, expected: &[u8], came: &[u8]) -> bool {
    let turned = |field: Range<usize>| match (expected.get(field.clone()), came.get(field)) {
        (Some(expected), Some(came)) => expected != came && expected.iter().rev().eq(came),
        _ => false,
    };
    match notation {
        Notation::Text => false,
        Notation::Numbers => turned(0..4),
        Notation::Packets(codec) => {
            turned(0..2) || (codec == Codec::Binary && starts_with_result(came) && turned(5..7))
        }
    }
}

/// Whether it is a packet whose body starts with a result.
fn starts_with_result(packet: &[u8]) -> bool {
    let Some(frame) = Frames::new(packet).next() else {
        return false;
    };
    [
        PacketId::LOGIN_RES,
        PacketId::ROOM_ENTER_RES,
        PacketId::ROOM_LEAVE_RES,
        PacketId::ROOM_CHAT_RES,
        PacketId::ERROR_NTF,
    ]
    .contains(&frame.header.packet_id)
}

/// A RES with nothing in it but success should have come, and one has that means another success.
fn is_other_success(codec: Codec, expected: &[u8], came: &[u8]) -> bool {
    let [Some(expected), Some(frame)] = [expected, came].map(|packet| Frames::new(packet).next()) else {
        return false;
    };
    let same_id = expected.header.packet_id == frame.header.packet_id && frame.bytes == came;
    let is_success = translation::to_binary(codec, &expected)[HEADER_SIZE..] == [1, 0];
    let is_other = match codec {
        Codec::Binary | Codec::MsgPack => translation::to_binary(codec, &frame)[HEADER_SIZE..] == [0, 0],
        // A field that is 0 is mostly not sent.
        Codec::Protobuf => matches!(frame.body(), [] | [8, 0]),
    };
    same_id && is_success && is_other
}

/// The codec of a packet that cannot be read in the one that is spoken.
fn other_codec(codec: Codec, came: &[u8]) -> Option<Codec> {
    let frame = Frames::new(came).next().filter(|frame| frame.bytes == came)?;
    // A body of no bytes can be read in many ways, and says nothing.
    if frame.body().is_empty() || translation::is_message(codec, &frame) {
        return None;
    }
    // Any two bytes are a number in the binary codec, so it comes last.
    let mut others = Codec::ALL.into_iter().rev();
    others.find(|other| translation::is_message(*other, &frame))
}

/// What it looks like, and what success is.
fn success(codec: Codec) -> &'static str {
    match codec {
        Codec::Binary => "the result is 0, as if the field was never written: success is 1",
        Codec::MsgPack => "the result is 1: success is 0 in this codec, and 1 in the others",
        Codec::Protobuf => "the result is 0, which nobody can tell from one that is missing: success is 1",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;

    #[test]
    fn mistakes_with_a_face_are_named() {
        let turned = Failure::bytes(Notation::Numbers, &[30, 0, 0, 0], &[0, 0, 0, 30], None);
        assert!(turned.remark.unwrap().contains("little-endian"));
        let packets = Notation::Packets(Codec::Binary);
        let expected = [7, 0, 0xbe, 2, 0, 1, 0];
        for turned in [[0, 7, 2, 0xbe, 0, 0, 1], [7, 0, 0xbe, 2, 0, 0, 1]] {
            let failure = Failure::bytes(packets, &expected, &turned, None);
            assert!(failure.remark.unwrap().contains("little-endian"), "{turned:?}");
        }
        let entered = b"\x13\0\xd2\x02\0\x01\0\xe7\x03\0\0\x01\0\0\0\0\0\0\0";
        let no_such_room = b"\x13\0\xd2\x02\0\x7a\0\0\0\0\0\0\0\0\0\0\0\0\0";
        let failure = Failure::bytes(packets, entered, no_such_room, None);
        let words =
            "the server has no room 999 (--rooms says how many it has), or reads the number as -419233792";
        assert!(failure.remark.as_ref().unwrap().starts_with(words), "{failure:?}");
        let said = b"\x11\0\xdd\x02\0\x01\0\0\0\0\0\0\0\x02\0hi";
        let failure = Failure::bytes(packets, said, &[7, 0, 0xdc, 2, 0, 51, 0], None);
        assert!(failure.remark.unwrap().contains("message, 2, as 512,"));
        let other = Failure::bytes(packets, &expected, &[7, 0, 0xbe, 2, 0, 111, 0], None);
        assert_eq!(other.remark, None);
        let http = Failure::no_bytes(packets, "a packet", b"HTTP/1.1 400 Bad\r\n", None);
        assert!(
            http.remark
                .unwrap()
                .contains("`HTTP/1.1 400 Bad\\r\\n`; is it another server?")
        );
    }

    #[test]
    fn another_success_is_named_in_each_codec() {
        let result = |body: &[u8]| [&[5 + body.len() as u8, 0, 0xdc, 2, 0], body].concat();
        for (codec, expected, came, remark) in [
            (Codec::Binary, &[1, 0][..], &[0, 0][..], "never written"),
            (
                Codec::MsgPack,
                b"\x81\xa6Result\0",
                b"\x81\xa6Result\x01",
                "success is 0",
            ),
            (Codec::Protobuf, &[8, 1], &[], "missing: success is 1"),
            (Codec::Protobuf, &[8, 1], &[8, 0], "missing: success is 1"),
        ] {
            let failure = Failure::bytes(Notation::Packets(codec), &result(expected), &result(came), None);
            assert!(failure.remark.unwrap().contains(remark), "{codec}");
            let other = Failure::bytes(Notation::Packets(codec), &result(expected), &result(&[7]), None);
            assert_eq!(other.remark, None, "{codec}");
        }
    }

    #[test]
    fn another_codec_is_named() {
        let remark = |came: &[u8]| {
            let notation = Notation::Packets(Codec::MsgPack);
            Failure::bytes(notation, &[5, 0, 0xca, 0, 0], came, None).remark
        };
        let binary = remark(&[9, 0, 0xd1, 2, 0, 7, 0, 0, 0]);
        assert!(binary.unwrap().starts_with("this body is binary: "));
        let protobuf = remark(&[7, 0, 0xd1, 2, 0, 8, 7]);
        assert!(protobuf.unwrap().starts_with("this body is protobuf: "));
        let refused = remark(&[7, 0, 0xbe, 2, 0, 8, 51]);
        assert!(refused.unwrap().starts_with("this body is protobuf: "));
        // In MessagePack, in no codec, and with nothing to tell by.
        assert_eq!(remark(b"\x0e\0\xbe\x02\0\x81\xa6Result\0"), None);
        assert_eq!(remark(&[6, 0, 0xd1, 2, 0, 0xc1]), None);
        assert_eq!(remark(&[5, 0, 0xd1, 2, 0]), None);
    }
}
