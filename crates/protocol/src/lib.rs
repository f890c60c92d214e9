//! Packets to bytes and back: headers, messages, codecs, compression.
//!
//! TCP delivers a stream of bytes, not messages: what one side writes in three calls may arrive in one
//! read, and what it writes in one call may arrive in three. This crate draws the lines between messages
//! and reads the fields inside them. There is no socket, no thread and no clock in it.
//!
//! # Writing and reading fields
//!
//! A [`Packet`] is built by a chain that ends in [`build`](PacketBuilder::build), and read field by field
//! in the same order. All integers are little-endian.
//!
//! ```
//! use protocol::Packet;
//!
//! let mut packet = Packet::new().put_u8(b'+').put_i32(10).put_i32(20).build()?;
//! assert_eq!(packet.as_bytes(), [b'+', 10, 0, 0, 0, 20, 0, 0, 0]);
//!
//! let (op, left, right) = packet.get::<(u8, i32, i32)>()?;
//! assert_eq!((op, left, right), (b'+', 10, 20));
//! # Ok::<(), protocol::PacketError>(())
//! ```
//!
//! # Framing
//!
//! A game packet starts with a [`Header`] of 5 bytes that says how long it is. [`Packet::framed`] writes
//! it, and a [`FrameDecoder`] finds the packets again, however the stream was cut.
//!
//! ```
//! use protocol::{FrameDecoder, Packet, PacketId};
//!
//! let ping = Packet::framed(PacketId::PING_REQ).put_i16(7).build()?;
//! let (first, rest) = ping.as_bytes().split_at(3);
//!
//! let mut decoder = FrameDecoder::new(1024);
//! decoder.push(first);
//! assert!(decoder.next_frame()?.is_none()); // not yet: half a header is no error
//! decoder.push(rest);
//! let frame = decoder.next_frame()?.expect("the packet is complete now");
//! assert_eq!(frame.header.packet_id, PacketId::PING_REQ);
//! assert_eq!(frame.reader().get::<i16>()?, 7);
//! # Ok::<(), protocol::PacketError>(())
//! ```
//!
//! # Messages
//!
//! What a body means stands in one table, [`message`]: a struct for each packet id of the chat, with `encode`
//! and `decode`. [`trace`] shows any packet to a person, with the names of that table.
//!
//! ```
//! use protocol::{Codec, message::RoomEnterReq, trace};
//!
//! let enter = RoomEnterReq { room: 7 }.encode()?;
//! assert_eq!(RoomEnterReq::decode(&[7, 0, 0, 0])?.room, 7);
//! assert_eq!(trace::line(Codec::Binary, enter.as_bytes()), "ROOM_ENTER_REQ room=7");
//! # Ok::<(), protocol::PacketError>(())
//! ```
//!
//! # Codecs
//!
//! The body of a message can be written in three ways, see [`Codec`], and compressed, see [`compress`].
//!
//! ```
//! use protocol::{Codec, message::{Decode, Encode, RoomChatReq}};
//!
//! let hi = RoomChatReq { message: "hi" };
//! let packet = hi.encode_as(Codec::MsgPack)?;
//! assert_eq!(&packet.as_bytes()[5..], b"\x81\xa3Msg\xa2hi");
//!
//! let scratch = &mut Vec::new();
//! assert_eq!(RoomChatReq::decode_as(Codec::MsgPack, b"\x81\xa3Msg\xa2hi", scratch)?, hi);
//! # Ok::<(), protocol::PacketError>(())
//! ```
#![forbid(unsafe_code)]

mod builder;
mod codec;
mod compression;
mod error;
mod error_code;
mod field;
mod frame;
mod header;
pub mod message;
mod name;
mod named_number;
mod packet;
mod packet_id;
mod reader;
mod size;
pub mod trace;
mod values;

pub use builder::PacketBuilder;
pub use codec::{Codec, UnknownCodec};
pub use compression::compress;
pub use error::PacketError;
pub use error_code::ErrorCode;
pub use field::Field;
pub use frame::{Frame, FrameDecoder, Frames};
pub use header::Header;
pub use name::{NameError, user_name};
pub use packet::Packet;
pub use packet_id::PacketId;
pub use reader::PacketReader;
pub use size::{DEFAULT_MAX_PACKET, HEADER_SIZE, LARGEST_PACKET};
