//! The head of a frame: 2 to 14 bytes in front of what it carries.

use std::io::Cursor;

use tungstenite::Error;
use tungstenite::error::ProtocolError;
use tungstenite::protocol::frame::FrameHeader;
use tungstenite::protocol::frame::coding::OpCode;

use super::mask::Mask;
use super::mistake::Mistake;

/// Two bytes, a length of eight, and a mask.
pub const LONGEST_HEAD: usize = 14;

/// What a head says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// What kind of frame it is.
    pub opcode: OpCode,
    /// The last frame of its message.
    pub is_final: bool,
    /// What lies over what it carries: always where a client has sent it, never where a server has.
    pub mask: Option<Mask>,
    /// Bytes that it carries.
    pub length: u64,
}

impl Head {
    /// Its bytes, in the shortest form of its length, and how many they are.
    ///
    /// # Panics
    /// Never: the longest head fits.
    #[must_use]
    pub fn encode(&self) -> ([u8; LONGEST_HEAD], usize) {
        let header = FrameHeader {
            is_final: self.is_final,
            opcode: self.opcode,
            mask: self.mask.map(Mask::bytes),
            ..FrameHeader::default()
        };
        let mut bytes = [0; LONGEST_HEAD];
        header
            .format(self.length, &mut &mut bytes[..])
            .expect("the longest head fits");
        (bytes, header.len(self.length))
    }

    /// Appends its bytes.
    pub fn append(&self, out: &mut Vec<u8>) {
        let (bytes, length) = self.encode();
        out.extend_from_slice(&bytes[..length]);
    }

    /// What these bytes say, all of which are one head.
    fn parse(bytes: &[u8]) -> Result<Self, Mistake> {
        let (header, length) = match FrameHeader::parse(&mut Cursor::new(bytes)) {
            Ok(Some(parsed)) => parsed,
            Err(Error::Protocol(ProtocolError::InvalidOpcode(opcode))) => {
                return Err(Mistake::Opcode(opcode));
            }
            // Neither can be of a head that is whole.
            Ok(None) | Err(_) => unreachable!("a head of {} bytes is whole", bytes.len()),
        };
        if header.rsv1 || header.rsv2 || header.rsv3 {
            return Err(Mistake::ReservedBits);
        }
        if header.len(length) != bytes.len() {
            return Err(Mistake::LongForm(length));
        }
        Ok(Self {
            opcode: header.opcode,
            is_final: header.is_final,
            mask: header.mask.map(Mask::new),
            length,
        })
    }
}

/// What has come of a head.
#[derive(Debug, Default)]
pub(super) struct HeadReader {
    bytes: [u8; LONGEST_HEAD],
    length: usize,
}

impl HeadReader {
    /// Takes bytes off the front of `input` until a head is whole, which it gives with the count of its bytes; all of them
    /// where none is.
    pub(super) fn read(&mut self, input: &mut &[u8]) -> Result<Option<(Head, usize)>, Mistake> {
        while let Some((&byte, rest)) = input.split_first() {
            *input = rest;
            self.bytes[self.length] = byte;
            self.length += 1;
            if self.is_whole() {
                let length = std::mem::take(&mut self.length);
                return Head::parse(&self.bytes[..length]).map(|head| Some((head, length)));
            }
        }
        Ok(None)
    }

    /// Bytes that have come of a head that is not whole.
    pub(super) fn pending(&self) -> usize {
        self.length
    }

    /// The second byte says how long the length is, and whether a mask follows.
    fn is_whole(&self) -> bool {
        let second = self.bytes[1];
        let length = match second & 0x7f {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        let mask = if second & 0x80 == 0 { 0 } else { 4 };
        self.length >= 2 && self.length == 2 + length + mask
    }
}
