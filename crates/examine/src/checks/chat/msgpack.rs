//! Checks of the chat: bodies in MessagePack, good ones and such as cannot be read.

use protocol::{HEADER_SIZE, PacketId};

use super::words::{
    DONE, chat, chatted, enter, error, invited, leave, left, logged_in, login, not_entered, ping, said,
    whispered,
};
use crate::check::{Check, Need};
use crate::checks::packets::packet;
use crate::checks::room_server::refused::{Case, UNREADABLE, answers, closes_or_refuses};
use crate::failure::Outcome;
use crate::stage::Stage;

pub(super) const CHECKS: [Check; 8] = [
    Check {
        name: "success",
        does: "a login, an entry, a message and a leaving, and what their results are",
        rule: "formats.md: success is 0 in this codec, and 1 in the two others",
        hint: "if your results are those of the binary table: 0 and 1 change places here",
        needs: Need::Nothing,
        play: success,
    },
    Check {
        name: "other-forms",
        does: "requests with numbers and texts of other widths, with names in another order, and with unknown names",
        rule: "formats.md: numbers may be written in any width; unknown names are skipped, \
               with their values",
        hint: "read a map, and look for your names in it; do not compare bytes with what your own client sends",
        needs: Need::Nothing,
        play: other_forms,
    },
    Check {
        name: "wrong-type",
        does: "texts for numbers, numbers for texts, fractions, nil, and bodies that are no map",
        rule: "formats.md: 51 for a value of another kind; in the RES of the request where it has one, else in an \
               ERROR_NTF",
        hint: "ask each value for its type before you use it: a text is not a number, and 1.5 is not one either",
        needs: Need::Nothing,
        play: |stage| answers(stage, &wrong_type()),
    },
    Check {
        name: "missing-field",
        does: "requests without one of their names, and with a name in other capitals",
        rule: "formats.md: a name that is missing is an error, 51; names are compared byte by byte",
        hint: "a missing value is neither 0 nor an empty text",
        needs: Need::Nothing,
        play: |stage| answers(stage, &missing_field()),
    },
    Check {
        name: "bad-length",
        does: "lengths and counts that say more than there is, up to four billion",
        rule: "formats.md: 51 for a length beyond the body",
        hint: "compare each length with what is left, and make no room for what has not come",
        needs: Need::Nothing,
        play: |stage| answers(stage, &bad_length()),
    },
    Check {
        name: "too-long",
        does: "good bodies with bytes behind them",
        rule: "formats.md: 51 for bytes behind the end of the map",
        hint: "when the map is read, nothing must be left over",
        needs: Need::Nothing,
        play: |stage| answers(stage, &too_long()),
    },
    Check {
        name: "not-utf8",
        does: "a message and a whisper that are not UTF-8",
        rule: "51: text that is not UTF-8",
        hint: "decode strictly: a replacement character in place of what was sent is a forgery",
        needs: Need::Nothing,
        play: |stage| answers(stage, &not_utf8()),
    },
    Check {
        name: "nested",
        does: "bodies with arrays in arrays, 20 deep and as deep as a packet has room for",
        rule: "formats.md: values are nested at most 16 deep; else 51, or the end of the connection",
        hint: "a reader that calls itself for each array runs out of stack, which ends the whole process: count how \
               deep it is, also where it only skips",
        needs: Need::Nothing,
        play: nested,
    },
];

/// A map with one name in front of a value.
fn one(name: &str, value: &[u8]) -> Vec<u8> {
    [&[0x81], &*text(name), value].concat()
}

/// A short text.
fn text(text: &str) -> Vec<u8> {
    [&[0xa0 | text.len() as u8], text.as_bytes()].concat()
}

fn success(stage: &Stage<'_>) -> Outcome {
    let room = stage.room()?;
    let mut alice = stage.connect()?;
    alice.exchange(&login(&stage.new_name()), &logged_in(DONE))?;
    alice.send(&enter(room))?;
    let id = alice.expect_entered(room)?;
    alice.send(&chat("hi"))?;
    alice.expect_both(&said(id, "hi"), &chatted(DONE))?;
    alice.exchange(&leave(), &left(DONE))
}

/// 7 in all widths.
const SEVENS: [&[u8]; 9] = [
    &[7],
    &[0xcc, 7],
    &[0xcd, 0, 7],
    &[0xce, 0, 0, 0, 7],
    &[0xcf, 0, 0, 0, 0, 0, 0, 0, 7],
    &[0xd0, 7],
    &[0xd1, 0, 7],
    &[0xd2, 0, 0, 0, 7],
    &[0xd3, 0, 0, 0, 0, 0, 0, 0, 7],
];

fn other_forms(stage: &Stage<'_>) -> Outcome {
    let mut alice = stage.connect()?;
    let [_, seven] = ping(&[7, 0]);
    for number in SEVENS {
        alice.send_as_it_is(&packet(PacketId::PING_REQ.0, &one("Number", number)))?;
        alice.expect(&seven)?;
    }
    let name = stage.new_name();
    // A map with a long count, whose names are in another order, and one of which nobody knows.
    let password_first = [
        b"\xde\0\x03\xd9\x06UserPW\xa0\xa3New\x92\xc0\x81\x01\xca\0\0\0\0\xa6UserID\xda\0",
        &[name.len() as u8][..],
        name.as_bytes(),
    ];
    alice.send_as_it_is(&packet(PacketId::LOGIN_REQ.0, &password_first.concat()))?;
    alice.expect(&logged_in(DONE))?;
    let room = stage.room()?;
    let entry = [
        b"\x82\x07\xc2\xaaRoomNumber\xd3",
        &i64::from(room).to_be_bytes()[..],
    ]
    .concat();
    alice.send_as_it_is(&packet(PacketId::ROOM_ENTER_REQ.0, &entry))?;
    let id = alice.expect_entered(room)?;
    alice.send_as_it_is(&packet(
        PacketId::ROOM_CHAT_REQ.0,
        b"\x81\xdb\0\0\0\x03Msg\xdb\0\0\0\x02hi",
    ))?;
    alice.expect_both(&said(id, "hi"), &chatted(DONE))?;
    // A request without a field is an empty map, or one of which no name is known.
    alice.send_as_it_is(&packet(PacketId::ROOM_LEAVE_REQ.0, &one("New", b"\x01")))?;
    alice.expect(&left(DONE))?;
    alice.hears_nothing_more()
}

fn wrong_type() -> Vec<Case> {
    let fraction = [b"\xcb", &1.5_f64.to_be_bytes()[..]].concat();
    let entries = [&b"\xa17"[..], &fraction, b"\xc0"].map(|room| one("RoomNumber", room));
    let messages = [&b"\x07"[..], b"\xc0", b"\x91\xa2hi"].map(|message| one("Msg", message));
    let no_maps = [&b"\x07"[..], b"\xa2hi", b"\xc0", b"\xc1"].map(<[u8]>::to_vec);
    let mut cases = vec![
        (
            packet(701, b"\x82\xa6UserID\x07\xa6UserPW\xa0"),
            logged_in(UNREADABLE),
        ),
        (packet(201, &one("Number", b"\xa17")), error(UNREADABLE)),
        (
            packet(771, b"\x82\xa6UserID\xa3bob\xa3Msg\x07"),
            whispered(UNREADABLE),
        ),
        (packet(781, &one("UserID", b"\x07")), invited(UNREADABLE)),
        (packet(784, &one("UserID", b"\x07")), error(UNREADABLE)),
    ];
    cases.extend(entries.map(|body| (packet(721, &body), not_entered(UNREADABLE))));
    cases.extend(messages.map(|body| (packet(731, &body), chatted(UNREADABLE))));
    cases.extend(no_maps.map(|body| (packet(731, &body), chatted(UNREADABLE))));
    cases
}

fn missing_field() -> Vec<Case> {
    let name_only = one("UserID", b"\xa3bob");
    vec![
        (packet(701, &name_only), logged_in(UNREADABLE)),
        (packet(721, b"\x80"), not_entered(UNREADABLE)),
        (packet(721, b""), not_entered(UNREADABLE)),
        (packet(731, b"\x80"), chatted(UNREADABLE)),
        (packet(731, &one("msg", b"\xa2hi")), chatted(UNREADABLE)),
        (packet(771, &name_only), whispered(UNREADABLE)),
        (packet(781, &one("ID", b"\xa3bob")), invited(UNREADABLE)),
        (packet(784, b"\x80"), error(UNREADABLE)),
    ]
}

fn bad_length() -> Vec<Case> {
    let messages = [
        &b"\xa3hi"[..],
        b"\xd9\xffhi",
        b"\xdb\xff\xff\xff\xffhi",
        b"\xdd\xff\xff\xff\xff\x01",
        b"\xdf\xff\xff\xff\xff\x01",
    ];
    let mut cases: Vec<_> = messages
        .map(|message| (packet(731, &one("Msg", message)), chatted(UNREADABLE)))
        .to_vec();
    for body in [
        &b"\x82\xa3Msg\xa2hi"[..],
        b"\xdf\xff\xff\xff\xff",
        b"\x81",
        b"\x81\xa3Ms",
    ] {
        cases.push((packet(731, body), chatted(UNREADABLE)));
    }
    cases.push((
        packet(721, &one("RoomNumber", b"\xd2\0\0")),
        not_entered(UNREADABLE),
    ));
    cases
}

fn too_long() -> Vec<Case> {
    let behind = |body: Vec<u8>, rest: &[u8]| [&body[..], rest].concat();
    vec![
        (
            packet(721, &behind(one("RoomNumber", b"\x01"), b"\x01")),
            not_entered(UNREADABLE),
        ),
        (
            packet(731, &behind(one("Msg", b"\xa2hi"), b"\0")),
            chatted(UNREADABLE),
        ),
        (
            packet(731, &behind(one("Msg", b"\xa2hi"), &one("Msg", b"\xa2ho"))),
            chatted(UNREADABLE),
        ),
        (packet(726, b"\x80\0"), left(UNREADABLE)),
    ]
}

fn not_utf8() -> Vec<Case> {
    vec![
        (packet(731, &one("Msg", b"\xa2\xff\xfe")), chatted(UNREADABLE)),
        (
            packet(771, b"\x82\xa6UserID\xa3bob\xa3Msg\xa2\xff\xfe"),
            whispered(UNREADABLE),
        ),
    ]
}

/// An entry that would be good without the name that nobody knows.
fn nested(stage: &Stage<'_>) -> Outcome {
    let entry = b"\x82\xaaRoomNumber\x01\xa3New";
    let deepest = stage.settings.max_packet - HEADER_SIZE - entry.len() - 1;
    let bodies = [20, deepest].map(|depth| [&entry[..], &vec![0x91; depth], b"\xc0"].concat());
    // These arrays never end.
    let endless = vec![0x91; stage.settings.max_packet - HEADER_SIZE];
    let bodies = bodies.into_iter().chain([endless]);
    let packets: Vec<_> = bodies.map(|body| packet(721, &body)).collect();
    closes_or_refuses(stage, &packets, &not_entered(UNREADABLE))
}
