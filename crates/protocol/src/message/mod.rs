//! One struct per message of the chat: its fields, and how they become a packet and are read from one.
//!
//! `table.rs` is the protocol's table, and the only place where a message is defined; `definition.rs` makes
//! the structs, [`Message`] and [`MESSAGES`] of it, and `kind.rs` says how each kind of field stands on the
//! wire. Decoding copies nothing: texts and bytes are borrowed from the body. What is said only at a table for
//! baccarat is a table of its own, [`baccarat`].
//!
//! `encode` and `decode` are the binary codec; [`Encode`] and [`Decode`] take any
//! [`Codec`](crate::Codec): `msgpack` and `protobuf.rs` say how the same kinds of fields stand there.
//!
//! What a body must look like is checked here, what a server allows is not: a chat message of 0 or of 1,000
//! bytes is a message, and a room number may be negative.
//!
//! ```
//! use protocol::message::RoomChatReq;
//!
//! let hello = RoomChatReq { message: "hi" };
//! assert_eq!(hello.encode()?.as_bytes(), [9, 0, 0xdb, 0x02, 0, 2, 0, b'h', b'i']);
//! assert_eq!(RoomChatReq::decode(&[2, 0, b'h', b'i'])?, hello);
//! # Ok::<(), protocol::PacketError>(())
//! ```

pub mod baccarat;
mod codecs;
mod definition;
mod describe;
mod description;
mod error;
mod kind;
mod login;
mod msgpack;
mod own;
mod padding;
mod protobuf;
mod room_user;
mod table;
mod user_list;

pub use codecs::{Decode, Encode};
pub use describe::describe;
pub(crate) use describe::describe_unread;
pub use description::{Description, FieldDescription};
pub use own::Table;
pub use room_user::RoomUser;
pub use table::*;
pub use text::quoted;

/// What [`message_table!`](crate::message_table) is made of.
#[doc(hidden)]
pub mod internal {
    pub use super::description::Notes;
    pub use super::kind::{Kind, Rest, TextI8, TextI16};
    pub use super::own::Row;
}
