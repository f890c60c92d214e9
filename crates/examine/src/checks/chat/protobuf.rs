//! Checks of the chat: bodies in Protocol Buffers, good ones and such as cannot be read.

use protocol::{ErrorCode, HEADER_SIZE, PacketId};

use super::words::{DONE, chatted, error, invited, left, logged_in, not_entered, ping, said, whispered};
use crate::check::{Check, Need};
use crate::checks::packets::packet;
use crate::checks::room_server::refused::{Case, UNREADABLE, answers, closes_or_refuses};
use crate::failure::Outcome;
use crate::stage::Stage;

pub(super) const CHECKS: [Check; 6] = [
    Check {
        name: "other-forms",
        does: "requests with fields in another order, unknown fields, and numbers longer than they must be",
        rule: "formats.md: unknown fields are skipped; their order is free, and of two with one number \
               the last one counts",
        hint: "if a library reads for you, look what you compare before it does",
        needs: Need::Nothing,
        play: other_forms,
    },
    Check {
        name: "wrong-type",
        does: "a room that is a text, a message that is a number, and fields of no kind at all",
        rule: "formats.md: 51 for a value of another kind; many readers skip such a field, and then it is as if it \
               was missing",
        hint: "whatever your reader makes of it, a text is not a number: do not take it for one",
        needs: Need::Nothing,
        play: wrong_type,
    },
    Check {
        name: "bad-length",
        does: "lengths that say more than there is, and numbers that do not end",
        rule: "formats.md: 51 for a length beyond the body",
        hint: "an error of your reader is not a message with empty fields: answer 51",
        needs: Need::Nothing,
        play: |stage| answers(stage, &bad_length()),
    },
    Check {
        name: "too-long",
        does: "good bodies with bytes behind them that are no field",
        rule: "formats.md: 51 for bytes behind the end of the message; a field has no number 0",
        hint: "an error of your reader is not a message: answer 51, also where the fields before it were good",
        needs: Need::Nothing,
        play: |stage| answers(stage, &too_long()),
    },
    Check {
        name: "not-utf8",
        does: "a message and a whisper that are not UTF-8",
        rule: "51: text that is not UTF-8",
        hint: "a string of proto3 is UTF-8: see whether your reader checks it",
        needs: Need::Nothing,
        play: |stage| answers(stage, &not_utf8()),
    },
    Check {
        name: "nested",
        does: "bodies with groups in groups, 20 deep and as deep as a packet has room for",
        rule: "formats.md: values are nested at most 16 deep; else 51, or the end of the connection",
        hint: "most readers follow unknown groups 100 deep and more: count them before you let yours do it, \
               or set its limit",
        needs: Need::Nothing,
        play: nested,
    },
];

/// Field 99 with 300, field 98 with a text, and field 97 with 8 bytes.
const UNKNOWN: &[u8] = b"\x98\x06\xac\x02\x92\x06\x02hi\x89\x06\0\0\0\0\0\0\0\0";

/// A text as the field with this number.
fn text(field: u8, text: &[u8]) -> Vec<u8> {
    [&[field << 3 | 2, text.len() as u8], text].concat()
}

/// A room number with 5 bytes, of which it mostly needs fewer.
fn room(number: i32) -> Vec<u8> {
    let seven_bits = |shift: u32| (number >> shift & 0x7f) as u8;
    let mut field = vec![8];
    field.extend([0, 7, 14, 21].map(|shift| 0x80 | seven_bits(shift)));
    field.push(seven_bits(28));
    field
}

fn other_forms(stage: &Stage<'_>) -> Outcome {
    let mut alice = stage.connect()?;
    let [_, seven] = ping(&[7, 0]);
    // 14 is 7 as sint32; then with a byte more than it needs, and as the last one of two.
    for number in [&b"\x08\x0e"[..], b"\x08\x8e\0", b"\x08\x02\x08\x0e"] {
        alice.send_as_it_is(&packet(PacketId::PING_REQ.0, number))?;
        alice.expect(&seven)?;
    }
    let name = stage.new_name();
    let password_first = [&text(2, b"")[..], UNKNOWN, &text(1, name.as_bytes())].concat();
    alice.send_as_it_is(&packet(PacketId::LOGIN_REQ.0, &password_first))?;
    alice.expect(&logged_in(DONE))?;
    let number = stage.room()?;
    alice.send_as_it_is(&packet(
        PacketId::ROOM_ENTER_REQ.0,
        &[UNKNOWN, &room(number)].concat(),
    ))?;
    let id = alice.expect_entered(number)?;
    let twice = [text(1, b"no"), text(1, b"hi")].concat();
    alice.send_as_it_is(&packet(PacketId::ROOM_CHAT_REQ.0, &twice))?;
    alice.expect_both(&said(id, "hi"), &chatted(DONE))?;
    alice.send_as_it_is(&packet(PacketId::ROOM_LEAVE_REQ.0, UNKNOWN))?;
    alice.expect(&left(DONE))?;
    alice.hears_nothing_more()
}

fn wrong_type(stage: &Stage<'_>) -> Outcome {
    let [mut alice, mut bob] = stage.members(stage.room()?, ["alice", "bob"])?;
    for (request, replies) in [
        (
            packet(721, &text(1, b"7")),
            [UNREADABLE, ErrorCode::ENTER_ROOM_ALREADY].map(not_entered),
        ),
        (
            packet(731, b"\x08\x05"),
            [UNREADABLE, ErrorCode::ROOM_CHAT_MSG_LEN].map(chatted),
        ),
    ] {
        alice.send_as_it_is(&request)?;
        alice.expect_one_of(&replies)?;
    }
    // Kinds 6 and 7 do not exist; the end of a group without its start.
    for body in [b"\x0e", b"\x0f", b"\x0c"] {
        alice.send_as_it_is(&packet(731, body))?;
        alice.expect(&chatted(UNREADABLE))?;
    }
    alice.hears_nothing_more()?;
    bob.hears_nothing_more()
}

fn bad_length() -> Vec<Case> {
    let bodies: [&[u8]; 7] = [
        b"\x0a\x03hi",
        b"\x0a\xff\xff\xff\xff\x0fhi",
        b"\x0a",
        b"\x09\0",
        b"\x0a\x02hi\x9a\x06\x7f",
        b"\x08\xff",
        b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
    ];
    let mut cases = bodies
        .map(|body| (packet(731, body), chatted(UNREADABLE)))
        .to_vec();
    cases.extend([
        (packet(701, b"\x0a\x03bo"), logged_in(UNREADABLE)),
        (packet(721, b"\x08"), not_entered(UNREADABLE)),
        (packet(771, b"\x0a\x03bob\x12\x03hi"), whispered(UNREADABLE)),
        (packet(781, b"\x0a\x04bob"), invited(UNREADABLE)),
        (packet(784, b"\x0a\x04bob"), error(UNREADABLE)),
        (packet(201, b"\x08\x8e"), error(UNREADABLE)),
    ]);
    cases
}

fn too_long() -> Vec<Case> {
    let behind = |body: &[u8], rest: u8| [body, &[rest]].concat();
    vec![
        (packet(721, &behind(b"\x08\x01", 0)), not_entered(UNREADABLE)),
        (packet(731, &behind(b"\x0a\x02hi", 0)), chatted(UNREADABLE)),
        (packet(731, &behind(b"\x0a\x02hi", 0xff)), chatted(UNREADABLE)),
        (packet(726, &[0]), left(UNREADABLE)),
    ]
}

fn not_utf8() -> Vec<Case> {
    vec![
        (packet(731, &text(1, b"\xff\xfe")), chatted(UNREADABLE)),
        (
            packet(771, &[text(1, b"bob"), text(2, b"\xff\xfe")].concat()),
            whispered(UNREADABLE),
        ),
    ]
}

/// An entry that would be good without the groups: field 15, start and end.
fn nested(stage: &Stage<'_>) -> Outcome {
    let entry = b"\x08\x01";
    let deepest = (stage.settings.max_packet - HEADER_SIZE - entry.len()) / 2;
    let groups = |depth| [&entry[..], &vec![0x7b; depth], &vec![0x7c; depth]].concat();
    let packets = [20, deepest].map(|depth| packet(721, &groups(depth)));
    closes_or_refuses(stage, &packets, &not_entered(UNREADABLE))
}
