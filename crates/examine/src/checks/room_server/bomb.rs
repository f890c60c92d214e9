//! Checks of any room server: a small packet that claims to be a huge one when it is decompressed. Everybody can send
//! it, also to a server that reads no compressed packets.

use protocol::HEADER_SIZE;

use super::refused::UNREADABLE;
use super::words::{error, logged_in};
use crate::check::{Check, Need};
use crate::checks::any;
use crate::checks::packets::{echo, packet, with_type};
use crate::failure::Outcome;
use crate::stage::Stage;

pub(crate) const BOMB: Check = Check {
    name: "bomb",
    does: "small packets with packet_type 1 that claim a body of 4 GiB, of 1 GiB, and of one byte too many",
    rule: "formats.md: the length that a compressed body claims is looked at first; header and claim together \
           are at most the maximum; else 51, as without compression, or the end of the connection",
    hint: "the first bytes of the body say how long it will be: compare that before you make room for it",
    needs: Need::Nothing,
    play: bomb,
};

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
