//! The frame decoder next to one that is obviously right, for the property tests and for `fuzz/`.

use protocol::{FrameDecoder, HEADER_SIZE, PacketError};

/// The frames of a stream, and how many bytes wait behind them; `None` where the stream is broken there.
pub(crate) type Decoded = (Vec<Vec<u8>>, Option<usize>);

/// The decoder that is obviously right: the whole stream in one slice, one packet after the other.
pub(crate) fn slow_decoder(stream: &[u8], max_packet: usize) -> Decoded {
    let mut frames = Vec::new();
    let mut at = 0;
    while stream.len() - at >= HEADER_SIZE {
        let size = usize::from(stream[at]) + 256 * usize::from(stream[at + 1]);
        if size < HEADER_SIZE || size > max_packet {
            return (frames, None);
        }
        if stream.len() - at < size {
            break;
        }
        frames.push(stream[at..at + size].to_vec());
        at += size;
    }
    (frames, Some(stream.len() - at))
}

/// The decoder under test, fed in the pieces that `cuts` makes; after each piece `take` takes what is complete.
pub(crate) fn fast_decoder(stream: &[u8], cuts: &[usize], max_packet: usize, take: Take) -> Decoded {
    let mut decoder = FrameDecoder::new(max_packet);
    let mut frames = Vec::new();
    let mut rest = stream;
    let mut cuts = cuts.iter().cycle();
    while !rest.is_empty() {
        let piece = (*cuts.next().expect("at least one cut")).min(rest.len());
        decoder.push(&rest[..piece]);
        rest = &rest[piece..];
        if take(&mut decoder, &mut frames).is_err() {
            return (frames, None);
        }
    }
    (frames, Some(decoder.pending()))
}

/// A way to take all complete frames out of a decoder.
pub(crate) type Take = fn(&mut FrameDecoder, &mut Vec<Vec<u8>>) -> Result<(), PacketError>;

pub(crate) fn one_by_one(decoder: &mut FrameDecoder, frames: &mut Vec<Vec<u8>>) -> Result<(), PacketError> {
    while let Some(frame) = decoder.next_frame()? {
        frames.push(frame.bytes.to_vec());
    }
    Ok(())
}

pub(crate) fn all_at_once(decoder: &mut FrameDecoder, frames: &mut Vec<Vec<u8>>) -> Result<(), PacketError> {
    let (complete, error) = decoder.next_frames();
    frames.extend(complete.map(|frame| frame.bytes.to_vec()));
    error.map_or(Ok(()), Err)
}
