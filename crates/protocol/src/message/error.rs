//! An error as its packet.

use super::{Encode, ErrorNtf};
use crate::{Codec, ErrorCode, Packet};

impl ErrorNtf {
    /// The whole packet that tells this error in this codec, as it goes on the wire.
    #[must_use]
    pub fn bytes(codec: Codec, error: ErrorCode) -> Vec<u8> {
        // A packet of one number can always be built.
        Self { error }
            .encode_as(codec)
            .map(Packet::into_bytes)
            .unwrap_or_default()
    }
}
