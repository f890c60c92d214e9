//! The frame decoder next to one that is obviously right, for the property tests and for `fuzz/`.

use protocol::{Frame, FrameDecoder, HEADER_SIZE};

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

/// The decoder under test, fed in the pieces that `cuts` makes.
pub(crate) fn fast_decoder(stream: &[u8], cuts: &[usize], max_packet: usize) -> Decoded {
    let mut decoder = FrameDecoder::new(max_packet);
    let mut frames = Vec::new();
    let mut rest = stream;
    let mut cuts = cuts.iter().cycle();
    while !rest.is_empty() {
        let piece = (*cuts.next().expect("at least one cut")).min(rest.len());
        decoder.push(&rest[..piece]);
        rest = &rest[piece..];
        loop {
            match decoder.next_frame() {
                Ok(Some(Frame { bytes, .. })) => frames.push(bytes.to_vec()),
                Ok(None) => break,
                Err(_) => return (frames, None),
            }
        }
    }
    (frames, Some(decoder.pending()))
}
