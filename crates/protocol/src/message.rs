//! One struct per message: its fields, and how they become a packet and are read from one.

use crate::{ErrorCode, Packet, PacketError, PacketId, PacketReader};

/// `ERROR_NTF` (203): what went wrong, where no `RES` can say it.
///
/// ```
/// use protocol::{ErrorCode, message::ErrorNtf};
///
/// let full = ErrorNtf { error: ErrorCode::SERVER_FULL };
/// assert_eq!(full.encode()?.as_bytes(), [7, 0, 203, 0, 0, 65, 0]);
/// assert_eq!(ErrorNtf::decode(&[65, 0])?, full);
/// # Ok::<(), protocol::PacketError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorNtf {
    /// What went wrong.
    pub error: ErrorCode,
}

impl ErrorNtf {
    /// The whole packet.
    ///
    /// # Errors
    /// Those of [`PacketBuilder::build`](crate::PacketBuilder::build).
    pub fn encode(&self) -> Result<Packet, PacketError> {
        Packet::framed(PacketId::ERROR_NTF).put_i16(self.error.0).build()
    }

    /// Reads the body of a packet.
    ///
    /// # Errors
    /// [`PacketError`] when bytes are missing or left over.
    pub fn decode(body: &[u8]) -> Result<Self, PacketError> {
        let mut reader = PacketReader::new(body);
        let error = ErrorCode(reader.get()?);
        reader.finish()?;
        Ok(Self { error })
    }
}
