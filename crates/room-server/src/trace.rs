//! Every packet as a line on standard error, or byte by byte.

use std::sync::Arc;

use protocol::message::Table;
use protocol::trace::{Reading, hex, line};
use rooms::{Direction, Trace};

/// How a packet is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum TraceFormat {
    /// Direction, client, id and fields in one line.
    Line,
    /// The line, and every byte with the name of its field.
    Hex,
}

/// Prints every packet that the server gets or sends. `decompressed` is the largest packet that a compressed one may
/// become, `None` for a server that takes none: what the server refuses is not shown as read. `own` are the game's
/// own messages.
pub(crate) fn trace(format: TraceFormat, decompressed: Option<usize>, own: Option<&'static Table>) -> Trace {
    Arc::new(move |direction, session, packet| {
        let reading = Reading {
            codec: session.codec(),
            decompressed,
            own,
        };
        command_line::print_among_log(&text(format, direction, session.id(), reading, packet));
    })
}

fn text(
    format: TraceFormat,
    direction: Direction,
    client: u64,
    reading: impl Into<Reading>,
    packet: &[u8],
) -> String {
    let reading = reading.into();
    let arrow = match direction {
        Direction::In => "-->",
        Direction::Out => "<--",
        Direction::Dropped => "-x>",
    };
    let line = format!("client {client} {arrow} {}\n", line(reading, packet));
    match format {
        TraceFormat::Line => line,
        TraceFormat::Hex => format!("{line}{}", hex(reading, packet)),
    }
}

#[cfg(test)]
mod tests {
    use protocol::Codec;

    use super::*;

    #[test]
    fn a_packet_is_a_line_and_in_hex_its_bytes_follow() {
        let packet = [9, 0, 0xdb, 0x02, 0, 2, 0, b'h', b'i'];
        let line = text(TraceFormat::Line, Direction::In, 7, Codec::Binary, &packet);
        assert_eq!(line, "client 7 --> ROOM_CHAT_REQ len=2 message=\"hi\"\n");
        let dump = text(TraceFormat::Hex, Direction::Out, 7, Codec::Binary, &packet);
        assert!(
            dump.starts_with("client 7 <-- ROOM_CHAT_REQ len=2 message=\"hi\"\n0000  09 00 "),
            "{dump}"
        );
        assert!(dump.ends_with("message = \"hi\"\n"), "{dump}");
    }
}
