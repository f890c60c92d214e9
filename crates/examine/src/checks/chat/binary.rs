//! Checks of the chat: binary bodies that cannot be read.

use super::words::{chatted, error, invited, left, logged_in, not_entered, whispered};
use crate::check::{Check, Need};
use crate::checks::packets::packet;
use crate::checks::room_server::refused::{Case, UNREADABLE, answers};

pub(super) const CHECKS: [Check; 7] = [
    Check {
        name: "too-short",
        does: "logins, entries and messages whose bodies end too early",
        rule: "51: a body that is too short; in the RES of the request where it has one, else in an ERROR_NTF",
        hint: "every read from a body must know where the body ends",
        needs: Need::Nothing,
        play: |stage| answers(stage, &too_short()),
    },
    Check {
        name: "too-long",
        does: "logins, entries, messages and leavings with a byte too many",
        rule: "51: a body that is too long; in the RES of the request where it has one, else in an ERROR_NTF",
        hint: "when all fields are read, nothing must be left over",
        needs: Need::Nothing,
        play: |stage| answers(stage, &too_long()),
    },
    Check {
        name: "bad-length",
        does: "messages whose length is negative, or says more than there is",
        rule: "51: a negative length, or a length field that does not fit",
        hint: "a length has a sign: compare it with what is left before you read so many bytes",
        needs: Need::Nothing,
        play: |stage| answers(stage, &bad_length()),
    },
    Check {
        name: "not-utf8",
        does: "a message that is not UTF-8",
        rule: "51: text that is not UTF-8",
        hint: "decode strictly: a replacement character in place of what was sent is a forgery",
        needs: Need::Nothing,
        play: |stage| answers(stage, &[(packet(731, &[2, 0, 0xff, 0xfe]), chatted(UNREADABLE))]),
    },
    Check {
        name: "bad-ping",
        does: "pings with one byte, and with three",
        rule: "a PING_REQ is empty or an i16; 51 for everything else, in an ERROR_NTF",
        hint: "look how many bytes there are: 0 and 2 are right",
        needs: Need::Nothing,
        play: |stage| {
            answers(
                stage,
                &[1, 3].map(|size| (packet(201, &vec![7; size]), error(UNREADABLE))),
            )
        },
    },
    Check {
        name: "bad-whisper",
        does: "whispers that are too short, too long, not UTF-8, and with lengths that do not fit",
        rule: "51: the body does not fit its packet id; for a whisper it goes into WHISPER_RES",
        hint: "two texts, each behind its length: the first length has one byte, the second has two",
        needs: Need::Nothing,
        play: |stage| answers(stage, &bad_whispers()),
    },
    Check {
        name: "bad-invitation",
        does: "invitations and refusals of them that are too short, too long, and with lengths that do not fit",
        rule: "51: the body does not fit its packet id; in ROOM_INVITE_RES, and for 784 in an ERROR_NTF",
        hint: "one text behind a length of one byte, and nothing after it",
        needs: Need::Nothing,
        play: |stage| answers(stage, &bad_invitations()),
    },
];

fn too_short() -> Vec<Case> {
    vec![
        (packet(701, &[b'x'; 31]), logged_in(UNREADABLE)),
        (packet(701, b""), logged_in(UNREADABLE)),
        (packet(721, &[1, 0, 0]), not_entered(UNREADABLE)),
        (packet(731, b""), chatted(UNREADABLE)),
        (packet(731, &[2]), chatted(UNREADABLE)),
    ]
}

fn too_long() -> Vec<Case> {
    vec![
        (packet(701, &[b'x'; 33]), logged_in(UNREADABLE)),
        (packet(721, &[1, 0, 0, 0, 0]), not_entered(UNREADABLE)),
        (packet(731, &[2, 0, b'h', b'i', b'!']), chatted(UNREADABLE)),
        (packet(726, &[0]), left(UNREADABLE)),
    ]
}

fn bad_length() -> Vec<Case> {
    vec![
        (packet(731, &[3, 0, b'h', b'i']), chatted(UNREADABLE)),
        (packet(731, &[0xff, 0x7f, b'h', b'i']), chatted(UNREADABLE)),
        (packet(731, &[0xff, 0xff, b'h', b'i']), chatted(UNREADABLE)),
        (packet(731, &[0, 0x80]), chatted(UNREADABLE)),
    ]
}

fn bad_whispers() -> Vec<Case> {
    let bodies: [&[u8]; 7] = [
        b"",
        b"\x03bo",
        b"\x03bob",
        b"\x03bob\x02\0h",
        b"\x03bob\x02\0hi!",
        b"\xffbob\x02\0hi",
        b"\x03bob\x02\0\xff\xfe",
    ];
    bodies
        .map(|body| (packet(771, body), whispered(UNREADABLE)))
        .to_vec()
}

fn bad_invitations() -> Vec<Case> {
    let bodies: [&[u8]; 5] = [b"", b"\x03bo", b"\x03bob!", b"\xffbob", b"\x02\xff\xfe"];
    let invitations = bodies.map(|body| (packet(781, body), invited(UNREADABLE)));
    let refusals = bodies.map(|body| (packet(784, body), error(UNREADABLE)));
    [invitations, refusals].concat()
}
