//! An error as its packet.

use super::ErrorNtf;
use crate::{ErrorCode, Packet};

impl ErrorNtf {
    /// The whole packet that tells this error, as it goes on the wire.
    #[must_use]
    pub fn bytes(error: ErrorCode) -> Vec<u8> {
        // A packet of one number can always be built.
        Self { error }
            .encode()
            .map(Packet::into_bytes)
            .unwrap_or_default()
    }
}
