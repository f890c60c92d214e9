//! What must hold for any packet that is compressed, and for any bytes that say they are.

use protocol::{Frame, HEADER_SIZE, Header, PacketError, compress};

/// What is compressed is smaller, has the same id, and is the same body again.
pub(crate) fn check_compression(packet: &[u8]) {
    let Some(small) = compress(packet, 0) else { return };
    assert!(small.len() < packet.len());
    let frame = frame(&small);
    assert_eq!(usize::from(frame.header.total_size), small.len());
    assert_eq!(small[2..4], packet[2..4]);
    assert_eq!(frame.header.packet_type, Header::COMPRESSED);
    assert_eq!(
        frame.plain_body(packet.len()).as_deref(),
        Ok(&packet[HEADER_SIZE..])
    );
    let too_large = frame.plain_body(packet.len() - 1);
    assert!(matches!(too_large, Err(PacketError::TooLarge { .. })));
}

/// Any body that says it is compressed is an error, or has the length that it claims.
pub(crate) fn check_compressed(body: &[u8], max_packet: usize) {
    let [low, high] = u16::try_from(body.len() + HEADER_SIZE)
        .unwrap_or(u16::MAX)
        .to_le_bytes();
    let packet = [&[low, high, 101, 0, Header::COMPRESSED], body].concat();
    if let Ok(plain) = frame(&packet).plain_body(max_packet) {
        assert!(plain.len() + HEADER_SIZE <= max_packet);
        assert_eq!(Ok(plain.len()), snap::raw::decompress_len(body));
    }
}

fn frame(packet: &[u8]) -> Frame<'_> {
    let head = packet.first_chunk().expect("a header");
    let header = Header::decode(head, usize::MAX).expect("a good header");
    Frame {
        header,
        bytes: packet,
    }
}
