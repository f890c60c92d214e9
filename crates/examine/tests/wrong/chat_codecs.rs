//! The bodies of the chat in other codecs: whatever comes is made binary first, and whatever goes is binary last.
//! A mistake is a body that is mended before it is read, in place of being refused.

use std::net::SocketAddr;

use protocol::message::{Encode, Message};
use protocol::{Codec, DEFAULT_MAX_PACKET, Frame, Frames, HEADER_SIZE, Packet, PacketError, PacketId};

use super::chat::{Chat, bytes, serve_chat};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mistake {
    AnotherSuccess,
    KnowsItsOwnBytesOnly,
    TakesTextsForNumbers,
    TakesNumbersForTexts,
    MissingIsEmpty,
    TakesWhatIsThere,
    IgnoresTheRest,
    ReplacesBrokenText,
    FollowsAnyDepth,
}

pub(crate) fn start_msgpack(mistake: Option<Mistake>) -> SocketAddr {
    start(Edge {
        codec: Codec::MsgPack,
        mistake,
        ..Edge::default()
    })
}

pub(crate) fn start_protobuf(mistake: Option<Mistake>) -> SocketAddr {
    start(Edge {
        codec: Codec::Protobuf,
        mistake,
        ..Edge::default()
    })
}

/// A server that is right, and writes MessagePack as no other server here does.
pub(crate) fn start_another_encoder() -> SocketAddr {
    start(Edge {
        codec: Codec::MsgPack,
        other_forms: true,
        ..Edge::default()
    })
}

fn start(edge: Edge) -> SocketAddr {
    serve_chat(Chat {
        edge,
        ..Chat::default()
    })
}

/// Between the wire and the chat.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Edge {
    codec: Codec,
    mistake: Option<Mistake>,
    other_forms: bool,
}

impl Edge {
    /// The packet in binary; one that cannot be read there either, where the body cannot be read.
    pub(crate) fn read(self, frame: &Frame<'_>) -> Vec<u8> {
        let (id, body) = (frame.header.packet_id, frame.body());
        if self.codec == Codec::Binary {
            return frame.bytes.to_vec();
        }
        let packet = match self.binary(id, body) {
            Ok(None) => return frame.bytes.to_vec(),
            Ok(Some(packet)) => Some(packet),
            Err(error) => self
                .mend(&error, body)
                .and_then(|body| self.binary(id, &body).ok()?),
        };
        // No message is this byte.
        let mut packet = packet.unwrap_or_else(|| with_body(id, &[0xff]));
        packet[HEADER_SIZE - 1] = frame.header.packet_type;
        packet
    }

    fn binary(self, id: PacketId, body: &[u8]) -> Result<Option<Vec<u8>>, PacketError> {
        let mut scratch = Vec::new();
        let Some(message) = Message::decode_as(self.codec, id, body, &mut scratch)? else {
            return Ok(None);
        };
        let own = bytes(message.encode_as(self.codec));
        if self.mistake == Some(Mistake::KnowsItsOwnBytesOnly) && own[HEADER_SIZE..] != *body {
            return Err(PacketError::TooMany { count: 0, max: 0 });
        }
        message.encode().map(|packet| Some(packet.into_bytes()))
    }

    /// What a mistake makes of a body with this error.
    fn mend(self, error: &PacketError, body: &[u8]) -> Option<Vec<u8>> {
        let mut body = body.to_vec();
        match (self.mistake?, error) {
            (Mistake::TakesTextsForNumbers, PacketError::FieldType { position, .. }) => {
                body.splice(position..=&(position + 1), [7]);
            }
            (Mistake::TakesNumbersForTexts, _) if body == [8, 5] => body = b"\x0a\x015".to_vec(),
            (Mistake::MissingIsEmpty, PacketError::MissingField { name }) => {
                body.resize(body.len().max(1), 0x80);
                body[0] += 1;
                body.push(0xa0 | name.len() as u8);
                body.extend(name.bytes());
                body.push(if *name == "RoomNumber" { 0 } else { 0xa0 });
            }
            (Mistake::TakesWhatIsThere, PacketError::NotEnough { .. }) => body.push(b' '),
            (Mistake::IgnoresTheRest, PacketError::BytesLeft { left, .. }) => {
                body.truncate(body.len() - left);
            }
            (Mistake::IgnoresTheRest, _) if self.codec == Codec::Protobuf && body.ends_with(&[0]) => {
                body.pop();
            }
            (Mistake::ReplacesBrokenText, _) if body.ends_with(&[0xff, 0xfe]) => {
                let end = body.len() - 2;
                body[end..].fill(b'?');
            }
            (Mistake::FollowsAnyDepth, PacketError::NestedTooDeep { .. }) => {
                body.dedup_by(|byte, before| byte == before && matches!(byte, 0x91 | 0x7b | 0x7c));
            }
            _ => return None,
        }
        Some(body)
    }

    /// The largest list of users in binary that is no larger than a packet may be when it goes out.
    pub(crate) fn largest_list(self) -> usize {
        match self.other_forms {
            true => DEFAULT_MAX_PACKET * 3 / 4,
            false => DEFAULT_MAX_PACKET,
        }
    }

    /// Binary packets as they go out.
    pub(crate) fn write(self, packets: &[u8]) -> Vec<u8> {
        Frames::new(packets)
            .flat_map(|frame| match self.codec {
                Codec::Binary => frame.bytes.to_vec(),
                _ => self.encoded(&frame),
            })
            .collect()
    }

    fn encoded(self, frame: &Frame<'_>) -> Vec<u8> {
        let id = frame.header.packet_id;
        // The body of an ECHO is whatever the client has sent.
        let Some(message) = Message::decode(id, frame.body()).expect("the chat is right") else {
            return frame.bytes.to_vec();
        };
        let mut packet = bytes(message.encode_as(self.codec));
        if id != PacketId::ECHO {
            packet[HEADER_SIZE - 1] = frame.header.packet_type;
        }
        let body = &packet[HEADER_SIZE..];
        match self.mistake {
            Some(Mistake::AnotherSuccess) => with_body(id, &another_success(self.codec, body)),
            _ if self.other_forms && is_map(id) => with_body(id, &another_form(body)),
            _ => packet,
        }
    }
}

fn with_body(id: PacketId, body: &[u8]) -> Vec<u8> {
    bytes(Packet::framed(id).put_bytes(body).build())
}

/// Of a body that says success, what a server says that takes it for another number.
fn another_success(codec: Codec, body: &[u8]) -> Vec<u8> {
    let (before, start, rest) = match codec {
        Codec::Protobuf => (&b"\x08\x01"[..], 0, &b""[..]),
        _ => (&b"\xa6Result\0"[..], 1, &b"\xa6Result\x01"[..]),
    };
    let mut body = body.to_vec();
    if body.get(start..).is_some_and(|body| body.starts_with(before)) {
        body.splice(start..start + before.len(), rest.iter().copied());
    }
    body
}

fn is_map(id: PacketId) -> bool {
    ![PacketId::ECHO, PacketId::ROOM_RELAY_NTF].contains(&id)
}

/// The same map: the last name comes first, all numbers have 8 bytes, all lengths 2, and one more name is there.
fn another_form(body: &[u8]) -> Vec<u8> {
    let (count, mut rest) = body.split_first().unwrap_or((&0x80, b""));
    let mut entries = Vec::new();
    for _ in 0..count - 0x80 {
        let mut entry = Vec::new();
        for _ in 0..2 {
            rest = widen(rest, &mut entry);
        }
        entries.push(entry);
    }
    entries.push(b"\xa7Version\x93\x02\xcb\0\0\0\0\0\0\0\0\xc3".to_vec());
    let entries = entries.into_iter().rev().flatten();
    [0xde, 0, count - 0x80 + 1].into_iter().chain(entries).collect()
}

/// Appends the first value in its widest form. What is left is what stands behind it.
fn widen<'a>(value: &'a [u8], wide: &mut Vec<u8>) -> &'a [u8] {
    let (marker, mut rest) = value.split_first().expect("a value");
    let mut take = |count: usize| {
        let (bytes, left) = rest.split_at(count);
        rest = left;
        bytes
    };
    let mut number = |count: usize| {
        take(count)
            .iter()
            .fold(0_u64, |number, byte| number << 8 | u64::from(*byte))
    };
    let long_length = |marker: u8, length: usize| [marker, (length >> 8) as u8, length as u8];
    match marker {
        0..0x80 => wide.extend([&[0xcf][..], &u64::from(*marker).to_be_bytes()].concat()),
        0xcc..=0xcf => wide.extend([&[0xcf][..], &number(1 << (marker - 0xcc)).to_be_bytes()].concat()),
        0xd0..=0xd3 => {
            let unused = 64 - 8 * (1 << (marker - 0xd0));
            let signed = (number(1 << (marker - 0xd0)) << unused) as i64 >> unused;
            wide.extend([&[0xd3][..], &signed.to_be_bytes()].concat());
        }
        0xe0.. => wide.extend([&[0xd3][..], &i64::from(*marker as i8).to_be_bytes()].concat()),
        0xa0..0xc0 | 0xd9 => {
            let length = match marker {
                0xd9 => number(1) as usize,
                _ => usize::from(marker - 0xa0),
            };
            wide.extend(long_length(0xda, length));
            wide.extend(take(length));
        }
        0x90..0xa0 | 0xdc => {
            let count = match marker {
                0xdc => number(2) as usize,
                _ => usize::from(marker - 0x90),
            };
            wide.extend(long_length(0xdc, count));
            for _ in 0..count {
                rest = widen(rest, wide);
            }
        }
        _ => unreachable!("{marker:#x} is not what the chat says"),
    }
    rest
}
