//! Checks of the echo of packets.

use protocol::Codec;

use super::any;
use super::byte_order::{self, Turned, turned_packet};
use super::packets::{self, SIZES, echo, packet, with_type};
use crate::check::{Check, Need};
use crate::failure::Outcome;
use crate::kind::Kind;
use crate::notation::Notation;
use crate::stage::{Greeting, Opening, Stage};

/// Packets come back.
pub static ECHO_PACKETS: Kind = Kind {
    name: "echo-packets",
    does: "Packets come back",
    section: 3,
    port: 11021,
    has_codecs: false,
    has_services: false,
    notation: |_| Notation::Packets(Codec::Binary),
    opening: Some(Opening {
        greeting: |_| Greeting::same(&echo(b"hello")),
        follow_up: |_| Greeting::same(&echo(b"and again")),
        // Of different sizes.
        one_of_many: |_, number| Greeting::same(&echo("again ".repeat(1 + number % 7).as_bytes())),
        logs_in: false,
        told_to_newcomers: &[],
    }),
    checks: |_| checks(),
};

fn checks() -> Vec<Check> {
    let mut checks = vec![
        ECHO,
        any::NEXT_CLIENT,
        PACKETS,
        MERGED,
        SPLIT,
        any::CUT_SECOND,
        BYTE_BY_BYTE,
    ];
    checks.extend([EMPTY_BODY, LARGEST, ANY_ID, ANY_TYPE, HALF_CLOSE]);
    checks.extend(SIZES);
    checks.extend([
        any::TWO_CLIENTS,
        any::SILENCE,
        any::VANISHING,
        any::UNREAD,
        any::SLOW_READER,
    ]);
    checks
}

const UNCHANGED: &str = "every whole packet comes back unchanged (section 1), header and body";

const ECHO: Check = Check {
    name: "echo",
    does: "an ECHO (101) with a body",
    rule: UNCHANGED,
    hint: "send header and body back as they came",
    needs: Need::Nothing,
    play: |stage| {
        let turned = turned_packet(stage.greeting().request);
        let replies = vec![turned.clone()];
        byte_order::is_served(
            stage,
            &Turned {
                request: turned,
                replies,
            },
        )
    },
};

const PACKETS: Check = Check {
    name: "packets",
    does: "three packets, each when the one before has come back",
    rule: UNCHANGED,
    ..any::ONE_BY_ONE
};

const MERGED: Check = Check {
    does: "three packets in one write",
    rule: "many packets may arrive in one read, and that is normal",
    hint: "when a packet is answered, look at what is left of the read: there may be more",
    ..any::MERGED
};

const HALF_CLOSE: Check = any::half_close::<150>(
    "150 packets without a pause, and then the end of what the client sends",
    "every whole packet comes back, in order; a client that sends no more can still receive",
);

const SPLIT: Check = any::SPLIT.told_as(
    "a header may arrive one byte at a time, and that is normal",
    "one read is not one packet: read on until 5 bytes are there, and then until total_size are",
);

const BYTE_BY_BYTE: Check = any::BYTE_BY_BYTE.told_as(
    "a header may arrive one byte at a time, and that is normal",
    "a read may bring a single byte; a short header is no error, it is not complete yet",
);

const EMPTY_BODY: Check = Check {
    name: "empty-body",
    does: "a packet that is a header and nothing else, with a total_size of 5",
    rule: "5 is the smallest legal total_size",
    hint: "a body may have no bytes: then do not read one",
    needs: Need::Nothing,
    play: |stage| comes_back(stage, &echo(b"")),
};

const LARGEST: Check = Check {
    name: "largest",
    does: "a packet of exactly the largest size",
    rule: "a packet is at most 1,024 bytes by default: 1,024 are allowed",
    hint: "compare with `>`, not with `>=`; and the size counts the header",
    needs: Need::Nothing,
    play: packets::largest,
};

const ANY_ID: Check = Check {
    name: "any-id",
    does: "packets with the ids 0, 1, 201, 255, 256 and 65,535",
    rule: "every whole packet comes back unchanged, whatever its id (section 1)",
    hint: "this server does not look at ids",
    needs: Need::Nothing,
    play: any_id,
};

const ANY_TYPE: Check = Check {
    name: "any-type",
    does: "packets with other values of packet_type",
    rule: UNCHANGED,
    hint: "send the header back as it came, with its packet_type",
    needs: Need::Nothing,
    play: any_type,
};

fn comes_back(stage: &Stage<'_>, packet: &[u8]) -> Outcome {
    stage.connect()?.exchange(packet, packet)
}

fn any_id(stage: &Stage<'_>) -> Outcome {
    let mut client = stage.connect()?;
    for id in [0, 1, 201, 255, 256, u16::MAX] {
        let packet = packet(id, b"body");
        client.exchange(&packet, &packet)?;
    }
    Ok(())
}

fn any_type(stage: &Stage<'_>) -> Outcome {
    let mut client = stage.connect()?;
    for packet_type in [1, 2, u8::MAX] {
        let packet = with_type(echo(b"body"), packet_type);
        client.exchange(&packet, &packet)?;
    }
    Ok(())
}
