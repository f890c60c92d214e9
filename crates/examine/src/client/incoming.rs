//! A packet that has come: its meaning, and its bytes.

use std::ops::Deref;

use protocol::{Codec, Frame};

use crate::failure::Failure;
use crate::notation::Notation;
use crate::translation;

/// One packet. Checks read it and compare it as the binary packet that it is by its meaning; people are shown
/// its bytes on the wire.
#[derive(Debug, Clone, Eq)]
pub(crate) struct Incoming {
    codec: Codec,
    packet: Vec<u8>,
    pub(crate) wire: Vec<u8>,
}

/// The same meaning is enough: another client may get it in other bytes.
impl PartialEq for Incoming {
    fn eq(&self, other: &Self) -> bool {
        self.packet == other.packet
    }
}

impl PartialEq<Vec<u8>> for Incoming {
    fn eq(&self, packet: &Vec<u8>) -> bool {
        self.packet == *packet
    }
}

impl Deref for Incoming {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.packet
    }
}

impl Incoming {
    /// A packet for a client that compresses, or for one that does not and must get none that is compressed.
    pub(crate) fn new(codec: Codec, frame: &Frame<'_>, compresses: bool) -> Self {
        Self {
            codec,
            packet: match compresses {
                true => translation::to_plain_binary(codec, frame),
                false => translation::to_binary(codec, frame),
            },
            wire: frame.bytes.to_vec(),
        }
    }

    /// What it says, in one line.
    pub(crate) fn told(&self) -> String {
        self.notation().describe(&self.wire)
    }

    /// It is not the packet that should have come.
    pub(crate) fn is_not(&self, expected: &[u8]) -> Box<Failure> {
        let expected = translation::from_binary(self.codec, expected);
        Failure::bytes(self.notation(), &expected, &self.wire, None)
    }

    /// It is not what should have come, in words.
    pub(crate) fn is_no(&self, expected: &str) -> Box<Failure> {
        Failure::no_bytes(self.notation(), expected, &self.wire, None)
    }

    fn notation(&self) -> Notation {
        Notation::Packets(self.codec)
    }
}
