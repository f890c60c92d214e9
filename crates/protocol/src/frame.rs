//! Finding packets in a stream of bytes.

use crate::{HEADER_SIZE, Header, LARGEST_PACKET, PacketError, PacketReader};

/// One complete packet, borrowed from the decoder that found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The first 5 bytes, read and checked.
    pub header: Header,
    /// Header and body as they came.
    pub bytes: &'a [u8],
}

impl<'a> Frame<'a> {
    /// The bytes behind the header.
    #[must_use]
    pub fn body(&self) -> &'a [u8] {
        &self.bytes[HEADER_SIZE..]
    }

    /// A reader at the first byte of the body.
    #[must_use]
    pub fn reader(&self) -> PacketReader<'a> {
        PacketReader::new(self.body())
    }
}

/// Complete packets that stand one behind the other, as they came.
///
/// ```
/// use protocol::{Frames, PacketId};
///
/// let bytes = [5, 0, 201, 0, 0, 6, 0, 101, 0, 0, b'x'];
/// let ids: Vec<_> = Frames::new(&bytes).map(|frame| frame.header.packet_id).collect();
/// assert_eq!(ids, [PacketId::PING_REQ, PacketId::ECHO]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frames<'a> {
    bytes: &'a [u8],
}

impl<'a> Frames<'a> {
    /// Over bytes that a [`FrameDecoder`] has checked. It ends before anything that is no complete packet.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// The packets that are still to come, as bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }
}

impl<'a> Iterator for Frames<'a> {
    type Item = Frame<'a>;

    fn next(&mut self) -> Option<Frame<'a>> {
        let frame = first_frame(self.bytes, LARGEST_PACKET).ok().flatten()?;
        self.bytes = &self.bytes[frame.bytes.len()..];
        Some(frame)
    }
}

// ANCHOR: first_frame
/// The packet at the start of the bytes, or `None` when its rest is not there.
#[inline]
fn first_frame(bytes: &[u8], max_packet: usize) -> Result<Option<Frame<'_>>, PacketError> {
    let Some(head) = bytes.first_chunk::<HEADER_SIZE>() else {
        return Ok(None);
    };
    let header = Header::decode(head, max_packet)?;
    let bytes = bytes.get(..usize::from(header.total_size));
    Ok(bytes.map(|bytes| Frame { header, bytes }))
}
// ANCHOR_END: first_frame

/// Bytes in, complete packets out.
///
/// Feed it what each read brought, however the stream was cut, and take frames until it answers `None`:
///
/// ```
/// # use protocol::{FrameDecoder, PacketError};
/// # let read_some = || -> &[u8] { &[5, 0, 101, 0, 0, 6, 0] };
/// let mut decoder = FrameDecoder::new(1024);
/// decoder.push(read_some());
/// while let Some(frame) = decoder.next_frame()? {
///     println!("{} with {} bytes", frame.header.packet_id, frame.body().len());
/// }
/// assert_eq!(decoder.pending(), 2); // the start of a packet whose rest is still on its way
/// # Ok::<(), PacketError>(())
/// ```
///
/// Frames are borrowed, not copied. Memory grows with what has arrived, never with what a header claims:
/// five bytes that promise 65,535 cost five bytes.
#[derive(Debug)]
pub struct FrameDecoder {
    /// What came and is not given out yet, from `start` on.
    buffer: Vec<u8>,
    start: usize,
    max_packet: usize,
}

impl FrameDecoder {
    /// A decoder that refuses packets over `max_packet` bytes, header included.
    #[must_use]
    pub fn new(max_packet: usize) -> Self {
        Self {
            buffer: Vec::new(),
            start: 0,
            max_packet,
        }
    }

    /// Takes in what a read has brought.
    pub fn push(&mut self, bytes: &[u8]) {
        // What was given out makes room first. After a `None` that leaves part of one packet to move.
        self.buffer.drain(..self.start);
        self.start = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// The next complete packet, or `None` when its rest has not arrived yet.
    ///
    /// # Errors
    /// [`PacketError::SmallerThanHeader`] or [`PacketError::TooLarge`] as soon as a header is complete.
    /// The stream cannot be trusted from there on: the same error comes again at every call.
    pub fn next_frame(&mut self) -> Result<Option<Frame<'_>>, PacketError> {
        let frame = first_frame(&self.buffer[self.start..], self.max_packet)?;
        self.start += frame.map_or(0, |frame| frame.bytes.len());
        Ok(frame)
    }

    /// All complete packets at once, still one behind the other, and what is wrong with what follows them,
    /// if anything is.
    pub fn next_frames(&mut self) -> (Frames<'_>, Option<PacketError>) {
        let start = self.start;
        let error = loop {
            match self.next_frame() {
                Ok(Some(_)) => {}
                Ok(None) => break None,
                Err(error) => break Some(error),
            }
        };
        (Frames::new(&self.buffer[start..self.start]), error)
    }

    /// Makes sure that the stream has ended between two packets, not inside one.
    ///
    /// # Errors
    /// [`PacketError::EndInside`].
    pub fn finish(&self) -> Result<(), PacketError> {
        match self.pending() {
            0 => Ok(()),
            pending => Err(PacketError::EndInside { pending }),
        }
    }

    /// Bytes that came and are not given out: after a `None`, those of a packet that is not complete.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.buffer.len() - self.start
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PacketId;

    const ECHO_ABC: [u8; 8] = [8, 0, 101, 0, 0, b'a', b'b', b'c'];

    // ANCHOR: byte_by_byte
    #[test]
    fn a_packet_that_comes_byte_by_byte_is_given_out_with_its_last() {
        let mut decoder = FrameDecoder::new(1024);
        for (index, byte) in ECHO_ABC.iter().enumerate() {
            assert_eq!(decoder.next_frame(), Ok(None));
            assert_eq!(decoder.pending(), index);
            decoder.push(&[*byte]);
        }
        let frame = decoder.next_frame().unwrap().expect("complete");
        assert_eq!(frame.header.packet_id, PacketId::ECHO);
        assert_eq!(frame.body(), b"abc");
        assert_eq!(frame.bytes, ECHO_ABC);
        assert_eq!(decoder.pending(), 0);
    }
    // ANCHOR_END: byte_by_byte

    #[test]
    fn packets_that_come_together_are_given_out_one_by_one() {
        let mut decoder = FrameDecoder::new(1024);
        decoder.push(&[&ECHO_ABC[..], &ECHO_ABC[..], &ECHO_ABC[..3]].concat());
        assert!(decoder.next_frame().unwrap().is_some());
        assert!(decoder.next_frame().unwrap().is_some());
        assert_eq!(decoder.next_frame(), Ok(None));
        assert_eq!(decoder.pending(), 3);
        assert_eq!(decoder.finish(), Err(PacketError::EndInside { pending: 3 }));
        decoder.push(&ECHO_ABC[3..]);
        assert!(decoder.next_frame().unwrap().is_some());
        assert_eq!(decoder.finish(), Ok(()));
    }

    #[test]
    fn all_complete_packets_can_be_taken_at_once() {
        let mut decoder = FrameDecoder::new(1024);
        decoder.push(&[&ECHO_ABC[..], &ECHO_ABC[..], &ECHO_ABC[..3]].concat());
        let (frames, error) = decoder.next_frames();
        assert_eq!(frames.as_bytes(), ECHO_ABC.repeat(2));
        assert_eq!(
            frames.map(|frame| frame.body().to_vec()).collect::<Vec<_>>(),
            [b"abc", b"abc"]
        );
        assert_eq!((error, decoder.pending()), (None, 3));
        decoder.push(&[&ECHO_ABC[3..], &[3, 0, 0, 0, 0]].concat());
        let (frames, error) = decoder.next_frames();
        assert_eq!(frames.as_bytes(), ECHO_ABC);
        assert_eq!(error, Some(PacketError::SmallerThanHeader { total_size: 3 }));
    }

    #[test]
    fn packets_before_a_bad_header_come_first_and_the_error_stays() {
        let mut decoder = FrameDecoder::new(1024);
        decoder.push(&[&ECHO_ABC[..], &[4, 0, 101, 0, 0]].concat());
        assert!(decoder.next_frame().unwrap().is_some());
        let error = Err(PacketError::SmallerThanHeader { total_size: 4 });
        assert_eq!(decoder.next_frame(), error);
        decoder.push(&ECHO_ABC);
        assert_eq!(decoder.next_frame(), error);
    }

    // ANCHOR: memory
    #[test]
    fn memory_follows_what_came_and_not_what_was_claimed() {
        let mut decoder = FrameDecoder::new(65_535);
        decoder.push(&[0xff, 0xff, 101, 0, 0]);
        assert_eq!(decoder.next_frame(), Ok(None));
        assert!(decoder.buffer.capacity() < 64, "{}", decoder.buffer.capacity());
    }
    // ANCHOR_END: memory
}
