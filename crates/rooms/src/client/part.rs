//! The packets of one read as items: how many of them go to a worker together.

use protocol::{Frames, PacketId};

use crate::progress::MAX_IN_FLIGHT;

/// Packets that become one item.
pub(super) struct Part<'a> {
    pub(super) bytes: &'a [u8],
    /// Bytes when they are decompressed: what answers and other clients can get out of them.
    pub(super) size: usize,
    pub(super) packets: usize,
    /// The session may move.
    pub(super) enters: bool,
    /// The answer may be as long as the outbox allows.
    pub(super) asks_for_history: bool,
    /// A login may have to be checked.
    pub(super) logs_in: bool,
}

impl<'a> Part<'a> {
    /// All packets, or those before the second ROOM_ENTER_REQ, or those up to a ROOM_HISTORY_REQ, or as many as may be under
    /// way; `frames` are what is left.
    pub(super) fn first_of(frames: &mut Frames<'a>, max_packet: usize) -> Option<Self> {
        let all = frames.as_bytes();
        let (mut length, mut size, mut packets) = (0, 0, 0);
        let (mut enters, mut logs_in, mut asks_for_history) = (false, false, false);
        for frame in frames.clone() {
            let is_entry = frame.header.packet_id == PacketId::ROOM_ENTER_REQ;
            if (is_entry && enters) || asks_for_history || size > MAX_IN_FLIGHT {
                break;
            }
            enters |= is_entry;
            asks_for_history = frame.header.packet_id == PacketId::ROOM_HISTORY_REQ;
            logs_in |= frame.header.packet_id == PacketId::LOGIN_REQ;
            packets += 1;
            size += frame.plain_size(max_packet);
            length += frame.bytes.len();
        }
        let (bytes, rest) = all.split_at(length);
        *frames = Frames::new(rest);
        (packets > 0).then_some(Self {
            bytes,
            size,
            packets,
            enters,
            asks_for_history,
            logs_in,
        })
    }
}

#[cfg(test)]
mod tests {
    use protocol::message::Echo;
    use protocol::{LARGEST_PACKET, compress};

    use super::*;

    /// How many packets each part has.
    fn parts(bytes: &[u8], max_packet: usize) -> Vec<usize> {
        let mut frames = Frames::new(bytes);
        std::iter::from_fn(|| Part::first_of(&mut frames, max_packet).map(|part| part.packets)).collect()
    }

    #[test]
    fn a_part_counts_what_comes_out_of_compressed_packets() {
        let echo = Echo { bytes: &[7; 10_000] }.encode().unwrap().into_bytes();
        let small = compress(&echo, 0).unwrap();
        assert!(small.len() * 5 < MAX_IN_FLIGHT);
        assert_eq!(parts(&small.repeat(5), LARGEST_PACKET), [2, 2, 1]);
        // Those will be refused as they are.
        assert_eq!(parts(&small.repeat(5), 1_024), [5]);
        assert_eq!(parts(&echo.repeat(5), LARGEST_PACKET), [2, 2, 1]);
    }
}
