//! Checks of the chat: compressed bodies, and other values of packet_type.

use protocol::{HEADER_SIZE, compress};

use super::words::{
    DONE, chat, chatted, enter, error, leave, left, logged_in, login, not_entered, ping, said,
};
use crate::check::{Check, Need};
use crate::checks::packets::{echo, with_type};
use crate::checks::room_server::bomb::BOMB;
use crate::checks::room_server::refused::UNREADABLE;
use crate::checks::room_server::user::User;
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
    BOMB,
    Check {
        name: "compressed",
        does: "one of two members asks for compressed packets, and sends some",
        rule: "formats.md: packet_type 1 is a body compressed with Snappy (raw format); compressed packets go only to a \
               client that has sent one; an ECHO comes back as it was sent",
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
