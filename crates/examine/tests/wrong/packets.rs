//! The echo of packets, and what can be wrong with it.

use std::io::{self, Write};
use std::net::{SocketAddr, TcpStream};

use protocol::{DEFAULT_MAX_PACKET, HEADER_SIZE, LARGEST_PACKET};

use super::{keep_open, read_some, serve, serve_until_an_error};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mistake {
    ClosesOnASplitHeader,
    LoopsOnSizeZero,
    OnlyTheFirstPacketOfARead,
    AnswersOutOfOrder,
    NoMaximum,
    MaximumIsTooLarge,
    BigEndianSize,
    ForgetsPacketType,
    KnowsOnlyEcho,
    WaitsForABody,
    AnswersHalfAPacket,
    IgnoresHalfClose,
    ClosesBeforeItAnswers,
    ClosesAllAtAnError,
}

pub(crate) fn start(mistake: Option<Mistake>) -> SocketAddr {
    if mistake == Some(Mistake::ClosesAllAtAnError) {
        return serve_until_an_error(move |client| talk(client, mistake));
    }
    serve(move |client| talk(&client, mistake))
}

fn talk(mut client: &TcpStream, mistake: Option<Mistake>) -> io::Result<()> {
    let is = |one| mistake == Some(one);
    let mut begun = Vec::new();
    loop {
        let piece = read_some(client)?;
        if piece.is_empty() {
            break;
        }
        begun.extend(piece);
        if is(Mistake::ClosesOnASplitHeader) && begun.len() < HEADER_SIZE {
            return Ok(());
        }
        let (mut packets, outcome) = take_packets(&mut begun, mistake);
        if is(Mistake::AnswersOutOfOrder) {
            packets.reverse();
        }
        if is(Mistake::OnlyTheFirstPacketOfARead) {
            packets.truncate(1);
        }
        if is(Mistake::ClosesBeforeItAnswers) && outcome.is_err() {
            return outcome;
        }
        let replies: Vec<_> = packets
            .into_iter()
            .flat_map(|packet| echo(packet, mistake))
            .collect();
        client.write_all(&replies)?;
        match outcome {
            Err(_) if is(Mistake::LoopsOnSizeZero) && begun.starts_with(&[0, 0]) => keep_open(),
            outcome => outcome?,
        }
    }
    match mistake {
        Some(Mistake::AnswersHalfAPacket) => client.write_all(&begun)?,
        Some(Mistake::IgnoresHalfClose) => keep_open(),
        _ => {}
    }
    Ok(())
}

/// All complete packets; an error where a size cannot be.
fn take_packets(begun: &mut Vec<u8>, mistake: Option<Mistake>) -> (Vec<Vec<u8>>, io::Result<()>) {
    let maximum = match mistake {
        Some(Mistake::NoMaximum) => LARGEST_PACKET,
        Some(Mistake::MaximumIsTooLarge) => DEFAULT_MAX_PACKET - 1,
        _ => DEFAULT_MAX_PACKET,
    };
    let mut packets = Vec::new();
    while begun.len() >= HEADER_SIZE {
        let size = usize::from(u16::from_le_bytes([begun[0], begun[1]]));
        if !(HEADER_SIZE..=maximum).contains(&size) {
            return (packets, Err(io::Error::other("a size that cannot be")));
        }
        let waits = mistake == Some(Mistake::WaitsForABody) && size == HEADER_SIZE;
        if begun.len() < size || waits {
            break;
        }
        packets.push(begun.drain(..size).collect());
    }
    (packets, Ok(()))
}

fn echo(mut packet: Vec<u8>, mistake: Option<Mistake>) -> Vec<u8> {
    match mistake {
        Some(Mistake::BigEndianSize) => packet.swap(0, 1),
        Some(Mistake::ForgetsPacketType) => packet[4] = 0,
        Some(Mistake::KnowsOnlyEcho) if packet[2..4] != [101, 0] => packet.clear(),
        _ => {}
    }
    packet
}
