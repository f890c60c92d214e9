//! The 5 bytes in front of every game packet.

use byteorder::{ByteOrder, LittleEndian};

use crate::{HEADER_SIZE, PacketError, PacketId};

/// What stands in front of a packet: its whole size, what it is, and how its body is stored.
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 2 | `total_size`, header and body together |
/// | 2 | 2 | `packet_id` |
/// | 4 | 1 | `packet_type` |
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Bytes of header and body together.
    pub total_size: u16,
    /// What the body means.
    pub packet_id: PacketId,
    /// A bit field: 0 plain, bit 0 (value 1) Snappy-compressed, bit 1 (value 2) reserved for encryption.
    pub packet_type: u8,
}

impl Header {
    /// The `packet_type` of a body that stands as it is.
    pub const PLAIN: u8 = 0;

    /// The `packet_type` of a body that is compressed with Snappy.
    pub const COMPRESSED: u8 = 1;

    // ANCHOR: decode
    /// Reads a header and checks the size that it claims.
    ///
    /// Any id and any type pass: an unknown id is a value that the receiver answers, not an error here.
    ///
    /// # Errors
    /// [`PacketError::SmallerThanHeader`] and [`PacketError::TooLarge`], against `max_packet` bytes.
    pub fn decode(bytes: &[u8; HEADER_SIZE], max_packet: usize) -> Result<Self, PacketError> {
        let total_size = LittleEndian::read_u16(&bytes[0..2]);
        if usize::from(total_size) < HEADER_SIZE {
            return Err(PacketError::SmallerThanHeader { total_size });
        }
        if usize::from(total_size) > max_packet {
            return Err(PacketError::TooLarge {
                total_size: usize::from(total_size),
                max: max_packet,
            });
        }
        Ok(Self {
            total_size,
            packet_id: PacketId(LittleEndian::read_u16(&bytes[2..4])),
            packet_type: bytes[4],
        })
    }
    // ANCHOR_END: decode

    /// The header as it stands on the wire.
    #[must_use]
    pub fn encode(&self) -> [u8; HEADER_SIZE] {
        let mut bytes = [0; HEADER_SIZE];
        LittleEndian::write_u16(&mut bytes[0..2], self.total_size);
        LittleEndian::write_u16(&mut bytes[2..4], self.packet_id.0);
        bytes[4] = self.packet_type;
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DEFAULT_MAX_PACKET;

    const PING: [u8; HEADER_SIZE] = [0x05, 0x00, 0xc9, 0x00, 0x00];

    #[test]
    fn bytes_are_those_of_the_wire() {
        let header = Header {
            total_size: 5,
            packet_id: PacketId::PING_REQ,
            packet_type: 0,
        };
        assert_eq!(header.encode(), PING);
        assert_eq!(Header::decode(&PING, DEFAULT_MAX_PACKET), Ok(header));
    }

    #[test]
    fn a_size_below_the_header_is_refused() {
        for total_size in 0..5_u16 {
            let bytes = [total_size as u8, 0, 0xc9, 0, 0];
            assert_eq!(
                Header::decode(&bytes, DEFAULT_MAX_PACKET),
                Err(PacketError::SmallerThanHeader { total_size })
            );
        }
    }

    #[test]
    fn the_limit_itself_is_allowed_and_one_more_is_not() {
        let header = |total_size: u16| {
            let [low, high] = total_size.to_le_bytes();
            Header::decode(&[low, high, 0, 0, 0], 1024)
        };
        assert_eq!(header(1024).map(|h| h.total_size), Ok(1024));
        let error = header(1025).unwrap_err();
        assert_eq!(
            error.to_string(),
            "packet is 1025 bytes, larger than the 1024 allowed"
        );
    }

    #[test]
    fn an_unknown_id_and_type_are_values() {
        let header = Header::decode(&[5, 0, 0xff, 0xff, 0x83], 1024).unwrap();
        assert_eq!(header.packet_id, PacketId(0xffff));
        assert_eq!(header.packet_type, 0x83);
    }
}
