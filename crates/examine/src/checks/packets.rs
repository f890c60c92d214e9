//! Checks of packet headers, for the echo of packets and the chat.

use protocol::{HEADER_SIZE, LARGEST_PACKET, Packet, PacketError, PacketId};

use super::any;
use crate::check::{Check, Need};
use crate::failure::Outcome;
use crate::stage::Stage;

/// A packet as bytes. Those of the checks are short enough for their fields.
pub(super) fn bytes(packet: Result<Packet, PacketError>) -> Vec<u8> {
    packet.expect("the fields fit").into_bytes()
}

/// A packet with any id and any body.
pub(super) fn packet(id: u16, body: &[u8]) -> Vec<u8> {
    bytes(Packet::framed(PacketId(id)).put_bytes(body).build())
}

/// An ECHO with this body.
pub(super) fn echo(body: &[u8]) -> Vec<u8> {
    packet(PacketId::ECHO.0, body)
}

/// The same packet with another packet_type.
pub(super) fn with_type(mut packet: Vec<u8>, packet_type: u8) -> Vec<u8> {
    packet[HEADER_SIZE - 1] = packet_type;
    packet
}

const SIZE_RULE: &str = "total_size under 5 or over the maximum is a protocol error: the connection is closed, \
                         after the replies to what came before";
const SIZE_HINT: &str = "check total_size as soon as the header is there, and before you wait for the body or make \
                         room for it; close this connection, and no other";

/// A check of one total_size that must not be.
const fn size_check(
    name: &'static str,
    does: &'static str,
    needs: Need,
    play: fn(&Stage<'_>) -> Outcome,
) -> Check {
    Check {
        name,
        does,
        rule: SIZE_RULE,
        hint: SIZE_HINT,
        needs,
        play,
    }
}

/// Lengths that cannot be, and a packet that is never complete.
pub(super) const SIZES: [Check; 7] = [
    size_check(
        "size-0",
        "a good packet, and behind it a total_size of 0",
        Need::Nothing,
        |stage| is_closed_for(stage, 0),
    ),
    size_check(
        "size-1",
        "a good packet, and behind it a total_size of 1",
        Need::Nothing,
        |stage| is_closed_for(stage, 1),
    ),
    size_check(
        "size-4",
        "a good packet, and behind it a total_size of 4, one less than a header",
        Need::Nothing,
        |stage| is_closed_for(stage, 4),
    ),
    size_check(
        "size-over-maximum",
        "a good packet, and behind it a total_size of one more than the maximum",
        Need::Maximum,
        |stage| is_closed_for(stage, stage.settings.max_packet + 1),
    ),
    size_check(
        "size-negative",
        "a good packet, and behind it a total_size of 65,535, which is -1 for a server that reads it with a sign",
        Need::Maximum,
        |stage| is_closed_for(stage, LARGEST_PACKET),
    ),
    any::OTHERS_STAY,
    any::END_INSIDE.told_as(
        "an incomplete packet is not a packet",
        "a read of 0 bytes is the end: close, and answer nothing that was not complete",
    ),
];

/// The good packet is answered, the bad one closes its connection, and others are served.
fn is_closed_for(stage: &Stage<'_>, total_size: usize) -> Outcome {
    let greeting = stage.greeting();
    let [low, high, ..] = total_size.to_le_bytes();
    let mut client = stage.connect()?;
    client.send(&[&greeting.request[..], &[low, high, 101, 0, 0]].concat())?;
    client.expect(&greeting.reply)?;
    client.expect_end()?;
    any::is_served(stage)
}

/// An ECHO that is as large as a packet can be.
pub(super) fn largest(stage: &Stage<'_>) -> Outcome {
    let largest = echo(&vec![b'x'; stage.settings.max_packet - HEADER_SIZE]);
    stage.connect()?.exchange(&largest, &largest)
}
