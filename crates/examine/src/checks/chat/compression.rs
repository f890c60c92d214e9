//! Compressed bodies, and whatever else packet_type says of a body.

use protocol::{HEADER_SIZE, compress};

use super::refused::UNREADABLE;
use super::user::User;
use super::words::{
    DONE, chat, chatted, enter, error, leave, left, logged_in, login, not_entered, ping, said,
};
use crate::check::{Check, Need};
use crate::checks::any;
use crate::checks::packets::{echo, packet, with_type};
use crate::failure::Outcome;
use crate::stage::Stage;

pub(super) const CHECKS: [Check; 3] = [
    Check {
        name: "packet-type",
        does: "good requests whose packet_type is not 0",
        rule: "51: a packet_type other than 0 where no compression is on; where it is, a body that is not compressed",
        hint: "look at the packet_type before you read the body",
        needs: Need::Nothing,
        play: packet_type,
    },
    Check {
        name: "bomb",
        does: "small packets with packet_type 1 that claim a body of 4 GiB, of 1 GiB, and of one byte too many",
        rule: "formats.md: the length that a compressed body claims is looked at first; header and claim together \
               are at most the maximum; else 51, as without compression, or the end of the connection",
        hint: "the first bytes of the body say how long it will be: compare that before you make room for it",
        needs: Need::Nothing,
        play: bomb,
    },
    Check {
        name: "compressed",
        does: "one of two members asks for compressed packets, and sends some",
        rule: "formats.md: packet_type 1 is a body compressed with Snappy (raw format); compressed packets go only \
               to who has sent one; an ECHO comes back as it was sent",
        hint: "decompress, and go on as with any other body; remember for each client whether it compresses",
        needs: Need::Compression,
        play: compressed,
    },
];

fn packet_type(stage: &Stage<'_>) -> Outcome {
    let mut client = stage.connect()?;
    let name = stage.new_name();
    for packet_type in [1, 2, 0x80] {
        client.exchange(&with_type(login(&name), packet_type), &logged_in(UNREADABLE))?;
        client.exchange(&with_type(echo(b"x"), packet_type), &error(UNREADABLE))?;
    }
    client.exchange(&login(&name), &logged_in(DONE))?;
    client.exchange(&with_type(enter(1), 1), &not_entered(UNREADABLE))?;
    client.hears_nothing_more()?;
    in_a_room(&mut stage.members(stage.room()?, ["bob"])?)
}

fn in_a_room([bob]: &mut [User<'_>; 1]) -> Outcome {
    bob.exchange(&with_type(chat("hi"), 1), &chatted(UNREADABLE))?;
    bob.exchange(&with_type(leave(), 1), &left(UNREADABLE))?;
    bob.hears_nothing_more()
}

/// 4 GiB less 1, and 1 GiB, as Snappy writes them: 7 bits a byte, the lowest first. There is next to nothing behind
/// them.
const CLAIMS: [&[u8]; 2] = [
    &[0xff, 0xff, 0xff, 0xff, 0x0f, 0],
    &[0x80, 0x80, 0x80, 0x80, 0x04, 0],
];

fn bomb(stage: &Stage<'_>) -> Outcome {
    let mut witness = stage.user("alice")?;
    for claim in CLAIMS {
        for (id, reply) in [(701, logged_in(UNREADABLE)), (101, error(UNREADABLE))] {
            is_refused(stage, &with_type(packet(id, claim), 1), &reply)?;
        }
    }
    // This one would really be an ECHO that is too large, if only by one byte.
    let too_large = many_of_a_letter(stage.settings.max_packet + 1 - HEADER_SIZE);
    is_refused(stage, &with_type(echo(&too_large), 1), &error(UNREADABLE))?;
    witness.hears_nothing_more()?;
    any::is_served(stage)
}

/// So many times the same letter, as Snappy writes it: how many, the letter, and that it comes again and again, up to 64
/// times at once. By hand, since what comes out may be larger than any packet.
fn many_of_a_letter(count: usize) -> Vec<u8> {
    let copy = |length: usize| [((length as u8 - 1) << 2) | 0b10, 1, 0];
    let (copies, rest) = ((count - 1) / 64, (count - 1) % 64);
    let mut body = vec![
        count as u8 | 0x80,
        (count >> 7) as u8 | 0x80,
        (count >> 14) as u8,
        0,
        b'x',
    ];
    body.extend([copy(64)].as_flattened().repeat(copies));
    if rest > 0 {
        body.extend(copy(rest));
    }
    body
}

fn is_refused(stage: &Stage<'_>, packet: &[u8], reply: &[u8]) -> Outcome {
    let mut client = stage.connect()?;
    client.send_as_it_is(packet)?;
    client.expect_or_end(reply)
}

fn compressed(stage: &Stage<'_>) -> Outcome {
    let [mut alice, mut bob] = stage.members(stage.room()?, ["alice", "bob"])?;
    alice.ask_for_compression()?;
    let [_, pong] = ping(b"");
    alice.expect(&pong)?;
    let message = "x".repeat(126);
    alice.send_as_it_is(&smaller(&stage.on_wire(&chat(&message))))?;
    let notification = said(alice.id, &message);
    alice.expect_both(&notification, &chatted(stage.done()))?;
    bob.expect(&notification)?;
    bob.send(&chat(&message))?;
    alice.expect(&said(bob.id, &message))?;
    bob.settle()?;
    let largest = smaller(&echo(&vec![b'x'; stage.settings.max_packet - HEADER_SIZE]));
    alice.send_as_it_is(&largest)?;
    alice.expect(&largest)?;
    alice.hears_nothing_more()?;
    bob.hears_nothing_more()
}

/// A packet that is compressed: those of these checks get smaller.
fn smaller(packet: &[u8]) -> Vec<u8> {
    compress(packet, 0).expect("the same byte many times")
}
