//! What cannot be read, what is not known, what is not allowed: requests and their answers, as tables.

use protocol::ErrorCode;

use super::user::User;
use super::words::{
    DONE, chat, chatted, decline, enter, error, invite, invited, leave, left, logged_in, login, not_entered,
    relay, whisper, whispered,
};
use crate::check::{Check, Need};
use crate::checks::packets::{echo, packet, with_type};
use crate::client::Outcome;
use crate::stage::Stage;

const UNREADABLE: ErrorCode = ErrorCode::PACKET_DECODING_FAIL;

pub(super) const CHECKS: [Check; 11] = [
    Check {
        name: "before-login",
        does: "every kind of request before the login, and ids that nobody knows",
        rule: "52: anything but LOGIN, PING or ECHO before login, in an ERROR_NTF; the connection stays open",
        hint: "look whether the client is logged in before you look at the id",
        needs: Need::Nothing,
        play: before_login,
    },
    Check {
        name: "unknown-id",
        does: "ids that nobody knows, that only a server sends, and that are another server's",
        rule: "53: a packet id that the server does not know, in an ERROR_NTF; the connection stays open",
        hint: "the last branch of your switch answers; it does not close",
        needs: Need::Nothing,
        play: unknown_id,
    },
    Check {
        name: "not-in-room",
        does: "leaving, and a message, from a user who is in no room",
        rule: "121: a room packet from a user who is in no room, always in an ERROR_NTF",
        hint: "look for the user's room before you read the body",
        needs: Need::Nothing,
        play: not_in_room,
    },
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
    Check {
        name: "packet-type",
        does: "good requests whose packet_type is not 0",
        rule: "51: a packet_type other than 0 where no compression is on",
        hint: "look at the packet_type before you read the body",
        needs: Need::Nothing,
        play: packet_type,
    },
];

/// A request, and the answer to it.
type Case = (Vec<u8>, Vec<u8>);

/// Each of them has its answer, in a room; and others hear nothing of all that.
fn answers(stage: &Stage<'_>, cases: &[Case]) -> Outcome {
    let [mut alice, mut bob] = stage.members(stage.room()?, ["alice", "bob"])?;
    for (request, reply) in cases {
        alice.exchange(request, reply)?;
    }
    alice.hears_nothing_more()?;
    bob.hears_nothing_more()
}

fn before_login(stage: &Stage<'_>) -> Outcome {
    let mut client = stage.connect()?;
    let requests = [
        enter(0),
        leave(),
        chat("hi"),
        relay(b"x"),
        whisper("bob", "psst"),
        invite("bob"),
        decline("bob"),
    ];
    let unknown = [999, 702, 751].map(|id| packet(id, b""));
    for request in requests.iter().chain(&unknown) {
        client.exchange(request, &error(ErrorCode::PACKET_NOT_LOGIN_USER))?;
    }
    client.exchange(&login(&stage.new_name()), &logged_in(DONE))
}

fn unknown_id(stage: &Stage<'_>) -> Outcome {
    let mut alice = stage.user("alice")?;
    for id in [0, 1, 999, u16::MAX, 202, 702, 733, 751, 761] {
        alice.exchange(
            &packet(id, b"body"),
            &error(ErrorCode::ROOM_NOT_REGISTERED_PACKET_ID),
        )?;
    }
    Ok(())
}

fn not_in_room(stage: &Stage<'_>) -> Outcome {
    let mut alice = stage.user("alice")?;
    for request in [leave(), chat("hi")] {
        alice.exchange(&request, &error(ErrorCode::ROOM_NOT_IN_USER))?;
    }
    Ok(())
}

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

fn packet_type(stage: &Stage<'_>) -> Outcome {
    let mut client = stage.connect()?;
    let name = stage.new_name();
    for packet_type in [1, 2, 0x80] {
        client.exchange(&with_type(login(&name), packet_type), &logged_in(UNREADABLE))?;
        client.exchange(&with_type(echo(b"x"), packet_type), &error(UNREADABLE))?;
    }
    client.exchange(&login(&name), &logged_in(DONE))?;
    client.exchange(&with_type(enter(0), 1), &not_entered(UNREADABLE))?;
    client.hears_nothing_more()?;
    in_a_room(&mut stage.members(stage.room()?, ["bob"])?)
}

fn in_a_room([bob]: &mut [User<'_>; 1]) -> Outcome {
    bob.exchange(&with_type(chat("hi"), 1), &chatted(UNREADABLE))?;
    bob.exchange(&with_type(leave(), 1), &left(UNREADABLE))?;
    bob.hears_nothing_more()
}
