//! Packets that come back.

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
        logs_in: false,
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
        SLOW_READER,
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
    hint: "read and write in a loop, until a read brings nothing",
    needs: Need::Nothing,
    play: one_by_one,
};

const MERGED: Check = Check {
    name: "merged",
    does: "three packets in one write",
    rule: "many packets may arrive in one read, and that is normal",
    hint: "when a packet is answered, look at what is left of the read: there may be more",
    needs: Need::Nothing,
    play: merged,
};

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

const HALF_CLOSE: Check = Check {
    name: "half-close",
    does: "150 packets without a pause, and then the end of what the client sends",
    rule: "every whole packet comes back, in order; whoever has said its last word can still listen",
    hint: "a read of 0 bytes says that no more requests come: send what is owed, and close then",
    needs: Need::Nothing,
    play: half_close,
};

const SLOW_READER: Check = Check {
    name: "slow-reader",
    does: "a client that sends and never reads what comes back, and another that is served meanwhile",
    rule: "clients do not wait for each other",
    hint: "a write waits too, when its client does not read: it must keep nobody else waiting",
    needs: Need::Nothing,
    play: slow_reader,
};

fn comes_back(stage: &Stage<'_>, packet: &[u8]) -> Outcome {
    stage.connect()?.exchange(packet, packet)
}

/// Packets of different sizes.
fn several(count: u16) -> Vec<Vec<u8>> {
    (0..count)
        .map(|number| echo("again ".repeat(usize::from(1 + number % 7)).as_bytes()))
        .collect()
}

fn one_by_one(stage: &Stage<'_>) -> Outcome {
    let mut client = stage.connect()?;
    for packet in several(3) {
        client.exchange(&packet, &packet)?;
    }
    Ok(())
}

fn merged(stage: &Stage<'_>) -> Outcome {
    comes_back(stage, &several(3).concat())
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

fn half_close(stage: &Stage<'_>) -> Outcome {
    let packets = several(150).concat();
    let mut client = stage.connect()?;
    client.send(&packets)?;
    client.half_close();
    client.expect(&packets)?;
    client.expect_end()
}

fn slow_reader(stage: &Stage<'_>) -> Outcome {
    let mut slow = stage.connect_with_little_room()?;
    slow.send_without_reading(&echo(b"and again").repeat(1_000));
    any::is_served(stage)?;
    slow.close();
    any::is_served(stage)
}
