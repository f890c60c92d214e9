//! Writes an error code as the packet that tells it, in the codec of the receiver.

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
