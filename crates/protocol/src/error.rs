//! The one error of this crate.

use std::str::Utf8Error;

use crate::HEADER_SIZE;

/// Why bytes could not be turned into a packet, or a packet into bytes.
///
/// "Not yet" is never an error: a [`FrameDecoder`](crate::FrameDecoder) that waits for the rest of a
/// packet answers `Ok(None)`. What is here stays wrong, however many bytes follow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PacketError {
    /// A field reaches past the end of the bytes.
    #[error("field at byte {position} needs {needed} bytes, but {left} are left")]
    NotEnough {
        /// Where the field starts, in bytes from the start of what is read.
        position: usize,
        /// Bytes that the field needs.
        needed: usize,
        /// Bytes from `position` to the end.
        left: usize,
    },
    /// All fields are read, and bytes are left.
    #[error("{left} bytes are left over after the last field, at byte {position}")]
    BytesLeft {
        /// Where the last field ended, in bytes from the start of what is read.
        position: usize,
        /// Bytes from `position` to the end.
        left: usize,
    },
    /// A header claims less than its own size.
    #[error("packet is {total_size} bytes, smaller than its header of {HEADER_SIZE}")]
    SmallerThanHeader {
        /// What the header says.
        total_size: u16,
    },
    /// A packet is larger than allowed.
    #[error("packet is {total_size} bytes, larger than the {max} allowed")]
    TooLarge {
        /// What the header says, or what was put.
        total_size: usize,
        /// The most that is allowed, header included.
        max: usize,
    },
    /// The stream has ended, and the last packet is not complete.
    #[error("the stream ended {pending} bytes into a packet")]
    EndInside {
        /// Bytes of the packet that came.
        pending: usize,
    },
    /// A length field that counts bytes is negative.
    #[error("length field at byte {position} is {length}, but a length cannot be negative")]
    NegativeLength {
        /// Where the length field starts.
        position: usize,
        /// What it says.
        length: i64,
    },
    /// A text is longer than its field, or its length field, can say.
    #[error("text is {length} bytes, but its field holds at most {max}")]
    TextTooLong {
        /// Bytes in the text.
        length: usize,
        /// The most that fits.
        max: usize,
    },
    /// A list has more items than its count can say.
    #[error("list has {count} items, but its count holds at most {max}")]
    TooMany {
        /// Items in the list.
        count: usize,
        /// The most that can be counted.
        max: usize,
    },
    /// A text is not UTF-8.
    #[error("text at byte {position} is not UTF-8")]
    NotUtf8 {
        /// Where the text starts.
        position: usize,
        /// Which byte of the text is at fault.
        source: Utf8Error,
    },
    /// A field that must be there is not.
    #[error("field {name} is missing")]
    MissingField {
        /// What it is called in this codec.
        name: &'static str,
    },
    /// A field is there twice, so that two readers could read two things.
    #[error("field {name} is there twice")]
    FieldTwice {
        /// What it is called in this codec.
        name: &'static str,
    },
    /// A value is of another kind than the field.
    #[error("value at byte {position} is not {expected}")]
    WrongType {
        /// Where the value starts, in bytes from the start of the body.
        position: usize,
        /// What should be there, as "a text".
        expected: &'static str,
    },
    /// The value of a field is of another kind than the field, and it is known which kind that is.
    #[error("field {name} at byte {position} is {found}, not {expected}")]
    FieldType {
        /// What the field is called in this codec.
        name: &'static str,
        /// Where its value starts, in bytes from the start of the body.
        position: usize,
        /// What is there, as "bin".
        found: &'static str,
        /// What should be there, as "a text".
        expected: &'static str,
    },
    /// The name of a field is there, but not as a text.
    #[error("name {name} at byte {position} is bin, not a text")]
    BinName {
        /// What the field is called in this codec.
        name: &'static str,
        /// Where the name starts, in bytes from the start of the body.
        position: usize,
    },
    /// A number is too large or too small for its field.
    #[error("number {value} is out of the range of field {name}")]
    OutOfRange {
        /// What the field is called in this codec.
        name: &'static str,
        /// What came.
        value: i128,
    },
    /// A list has another number of items than was said.
    #[error("list should have {expected} items, but has {items}")]
    ItemsDiffer {
        /// What was said.
        expected: u64,
        /// What came.
        items: u64,
    },
    /// A field of a fixed size holds more bytes, or fewer.
    #[error("field {name} has {length} bytes, not {expected}")]
    WrongLength {
        /// What the field is called in this codec.
        name: &'static str,
        /// What it must have.
        expected: usize,
        /// What came.
        length: usize,
    },
    /// Values inside values inside values.
    #[error("value at byte {position} is nested deeper than {MAX_NESTING}")]
    NestedTooDeep {
        /// Where the value starts, in bytes from the start of the body.
        position: usize,
    },
    /// A body is not what Protocol Buffers look like.
    #[error("body is not a Protocol Buffers message")]
    Protobuf {
        /// What is wrong with it.
        #[from]
        source: prost::DecodeError,
    },
    /// A body that should be compressed cannot be decompressed.
    #[error("body cannot be decompressed")]
    Snappy {
        /// What is wrong with it.
        #[from]
        source: snap::Error,
    },
    /// A body is stored in a way that this side does not know.
    #[error("packet_type is {packet_type}, neither plain nor compressed")]
    UnknownType {
        /// What the header says.
        packet_type: u8,
    },
}

/// The deepest that values may stand in each other. No message needs more than 3.
pub(crate) const MAX_NESTING: usize = 16;
