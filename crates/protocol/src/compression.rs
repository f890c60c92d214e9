//! Bodies compressed with Snappy: `packet_type` 1.
//!
//! The header stays as it is, but for its size and type, so that a packet can be found in a stream and told by
//! its id without being decompressed. The format is Snappy's raw one: the length of what was compressed, then
//! the block, with no checksum, since TCP has one.

use std::borrow::Cow;

use byteorder::{ByteOrder, LittleEndian};
use snap::raw::{Decoder, Encoder, decompress_len};

use crate::{Frame, HEADER_SIZE, Header, LARGEST_PACKET, PacketError};

/// The packet with its body compressed: where the body has more than `over` bytes, and where that makes it
/// smaller. `None` says: send it as it is.
///
/// ```
/// use protocol::{FrameDecoder, PacketId, compress, message::Echo};
///
/// let packet = Echo { bytes: &[b'a'; 1000] }.encode()?;
/// let small = compress(packet.as_bytes(), 256).expect("it is smaller");
/// assert!(small.len() < 100);
///
/// let mut decoder = FrameDecoder::new(1024);
/// decoder.push(&small);
/// let frame = decoder.next_frame()?.expect("a whole packet");
/// assert_eq!(frame.header.packet_id, PacketId::ECHO);
/// assert_eq!(*frame.plain_body(1024)?, [b'a'; 1000]);
/// assert_eq!(frame.plain_size(1024), 1005);
/// # Ok::<(), protocol::PacketError>(())
/// ```
#[must_use]
pub fn compress(packet: &[u8], over: usize) -> Option<Vec<u8>> {
    let (head, body) = packet.split_first_chunk::<HEADER_SIZE>()?;
    let header = Header::decode(head, LARGEST_PACKET).ok()?;
    if header.packet_type != Header::PLAIN || body.len() <= over {
        return None;
    }
    let mut compressed = vec![0; HEADER_SIZE + snap::raw::max_compress_len(body.len())];
    let body_size = Encoder::new()
        .compress(body, &mut compressed[HEADER_SIZE..])
        .ok()?;
    compressed.truncate(HEADER_SIZE + body_size);
    compressed[..HEADER_SIZE].copy_from_slice(head);
    compressed[4] = Header::COMPRESSED;
    LittleEndian::write_u16(&mut compressed, u16::try_from(HEADER_SIZE + body_size).ok()?);
    (body_size < body.len()).then_some(compressed)
}

impl<'a> Frame<'a> {
    /// The body as it was before it was compressed; borrowed where it was not.
    ///
    /// # Errors
    /// [`PacketError::TooLarge`] when the packet would have more than `max_packet` bytes, which is known
    /// before anything is decompressed; [`PacketError::Snappy`] when it cannot be decompressed, and
    /// [`PacketError::UnknownType`] for what is neither plain nor compressed.
    pub fn plain_body(&self, max_packet: usize) -> Result<Cow<'a, [u8]>, PacketError> {
        plain(self.header.packet_type, self.body(), max_packet)
    }

    /// Bytes of the packet once it is decompressed, as it claims itself: nothing is decompressed for that. What
    /// claims more than `max_packet` will not be, and counts as it came.
    #[must_use]
    pub fn plain_size(&self, max_packet: usize) -> usize {
        let claimed = match self.header.packet_type {
            Header::COMPRESSED => decompress_len(self.body()).unwrap_or_default(),
            _ => 0,
        };
        Some(HEADER_SIZE.saturating_add(claimed))
            .filter(|size| *size <= max_packet)
            .map_or(self.bytes.len(), |size| size.max(self.bytes.len()))
    }
}

// ANCHOR: plain
/// A body of this type as it was before it was compressed.
pub(crate) fn plain(packet_type: u8, body: &[u8], max_packet: usize) -> Result<Cow<'_, [u8]>, PacketError> {
    match packet_type {
        Header::PLAIN => return Ok(Cow::Borrowed(body)),
        Header::COMPRESSED => {}
        packet_type => return Err(PacketError::UnknownType { packet_type }),
    }
    let total_size = HEADER_SIZE.saturating_add(decompress_len(body)?);
    if total_size > max_packet {
        return Err(PacketError::TooLarge {
            total_size,
            max: max_packet,
        });
    }
    Ok(Cow::Owned(Decoder::new().decompress_vec(body)?))
}
// ANCHOR_END: plain
