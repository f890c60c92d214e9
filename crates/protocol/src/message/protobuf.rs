//! How each kind of field stands in a message of Protocol Buffers.
//!
//! prost owns what it decodes, a message of ours borrows it. So a decoded body is written down once more, as
//! the binary codec has it, and read from there: that costs tens of nanoseconds, and the limits of the
//! binary codec (127 bytes in a name, 127 users in a list) hold for this one too.

use prost::Message;

use self::proto::chat;
use super::{
    kind::{Kind, Padded, Secret, TextI8, TextI16},
    padding::{padded, padded_name, unpadded},
    room_user::{RoomUser, Users},
};
use crate::{ErrorCode, PacketError, PacketReader, error::MAX_NESTING};

/// What prost-build makes of the files in `proto/`. The names of messages and fields are those of the tables, and
/// the compiler tells where they differ. It is kept with the sources, since a person who builds a server should not
/// need to build a compiler of `.proto` files first; `tests/proto.rs` sees that it is what the files say.
#[allow(
    clippy::all,
    missing_docs,
    unreachable_pub,
    dead_code,
    reason = "made by prost-build"
)]
pub(super) mod proto {
    pub(in crate::message) mod chat {
        include!("generated/chat.rs");
    }
    pub(in crate::message) mod baccarat {
        include!("generated/baccarat.rs");
    }
}

/// A kind of field that a message of the files in `proto/` can hold.
pub(super) trait ProtobufKind: Kind {
    /// What prost makes of its type.
    type Proto;

    /// The value as prost holds it.
    fn to_proto(name: &'static str, value: &Self::Value<'_>) -> Result<Self::Proto, PacketError>;

    /// The value of what prost has read.
    fn from_proto<'a>(name: &'static str, proto: &'a Self::Proto) -> Result<Self::Value<'a>, PacketError>;
}

/// Appends a message to `bytes`.
pub(super) fn write(proto: &impl Message, bytes: &mut Vec<u8>) -> Result<(), PacketError> {
    // The one error that encode knows is a buffer without room, and this one grows.
    let _ = proto.encode(bytes);
    Ok(())
}

/// Reads a body.
pub(super) fn read<T: Message + Default>(body: &[u8]) -> Result<T, PacketError> {
    check_groups(body)?;
    Ok(T::decode(body)?)
}

/// Refuses groups in groups in groups.
///
/// No message here has a group, which is the one thing in this format that nests without a length; but a
/// reader must skip those it does not know, and prost follows them 100 deep.
fn check_groups(body: &[u8]) -> Result<(), PacketError> {
    let reader = &mut PacketReader::new(body);
    let mut depth = 0_usize;
    while reader.left() > 0 {
        let position = reader.position();
        let key = get_varint(reader)?;
        match key & 7 {
            0 => drop(get_varint(reader)?),
            1 => drop(reader.get_bytes(8)?),
            2 => drop(get_length_delimited(reader)?),
            3 if depth == MAX_NESTING => return Err(PacketError::NestedTooDeep { position }),
            3 => depth += 1,
            // One end too many is found by prost, which compares the numbers of start and end, too.
            4 => depth = depth.saturating_sub(1),
            5 => drop(reader.get_bytes(4)?),
            _ => {
                return Err(PacketError::WrongType {
                    position,
                    expected: "a field of Protocol Buffers",
                });
            }
        }
    }
    Ok(())
}

/// Seven bits a byte, the lowest first; the highest bit of a byte says that another follows.
fn get_varint(reader: &mut PacketReader<'_>) -> Result<u64, PacketError> {
    let position = reader.position();
    let mut value = 0;
    for shift in (0..70).step_by(7) {
        let byte: u8 = reader.get()?;
        value |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
        if byte < 0x80 {
            return Ok(value);
        }
    }
    Err(PacketError::WrongType {
        position,
        expected: "a number of 10 bytes at most",
    })
}

fn get_length_delimited<'a>(reader: &mut PacketReader<'a>) -> Result<&'a [u8], PacketError> {
    let length = get_varint(reader)?;
    reader.get_bytes(usize::try_from(length).unwrap_or(usize::MAX))
}

macro_rules! same_in_proto {
    ($($type:ty),*) => {$(
        impl ProtobufKind for $type {
            type Proto = Self;

            fn to_proto(_: &'static str, value: &Self) -> Result<Self, PacketError> {
                Ok(*value)
            }

            fn from_proto(_: &'static str, proto: &Self) -> Result<Self, PacketError> {
                Ok(*proto)
            }
        }
    )*};
}

same_in_proto!(i32, i64, u64);

/// The smallest number of Protocol Buffers has 32 bits.
pub(super) fn narrow<P: Copy + Into<i128>, T: TryFrom<P>>(
    name: &'static str,
    value: P,
) -> Result<T, PacketError> {
    T::try_from(value).map_err(|_| PacketError::OutOfRange {
        name,
        value: value.into(),
    })
}

macro_rules! wider_in_proto {
    ($($type:ty: $proto:ty),*) => {$(
        impl ProtobufKind for $type {
            type Proto = $proto;

            fn to_proto(_: &'static str, value: &Self) -> Result<$proto, PacketError> {
                Ok((*value).into())
            }

            fn from_proto(name: &'static str, proto: &$proto) -> Result<Self, PacketError> {
                narrow(name, *proto)
            }
        }
    )*};
}

wider_in_proto!(i8: i32, i16: i32, u16: u32);

impl ProtobufKind for Option<i16> {
    type Proto = Option<i32>;

    fn to_proto(_: &'static str, value: &Self) -> Result<Option<i32>, PacketError> {
        Ok(value.map(i32::from))
    }

    fn from_proto(name: &'static str, proto: &Option<i32>) -> Result<Self, PacketError> {
        proto.map(|number| narrow(name, number)).transpose()
    }
}

/// 0 is what a missing result reads as, so it must not be one: success is 1, as in the binary codec.
impl ProtobufKind for ErrorCode {
    type Proto = i32;

    fn to_proto(name: &'static str, value: &Self) -> Result<i32, PacketError> {
        match value.0 {
            0 => Err(PacketError::MissingField { name }),
            number => Ok(number.into()),
        }
    }

    fn from_proto(name: &'static str, proto: &i32) -> Result<Self, PacketError> {
        match narrow(name, *proto)? {
            0 => Err(PacketError::MissingField { name }),
            number => Ok(Self(number)),
        }
    }
}

macro_rules! text_in_proto {
    ($($kind:ty),*) => {$(
        impl ProtobufKind for $kind {
            type Proto = String;

            fn to_proto(_: &'static str, value: &&str) -> Result<String, PacketError> {
                Self::check(value)?;
                Ok(String::from(*value))
            }

            fn from_proto<'a>(_: &'static str, proto: &'a String) -> Result<&'a str, PacketError> {
                Ok(proto)
            }
        }
    )*};
}

text_in_proto!(TextI8, TextI16);

macro_rules! padded_in_proto {
    ($($kind:ty, $padded:ident;)*) => {$(
        impl ProtobufKind for $kind {
            type Proto = String;

            fn to_proto(_: &'static str, value: &[u8; 16]) -> Result<String, PacketError> {
                unpadded(value).map(String::from)
            }

            fn from_proto(_: &'static str, proto: &String) -> Result<[u8; 16], PacketError> {
                $padded(proto)
            }
        }
    )*};
}

padded_in_proto! {
    Padded, padded_name;
    Secret, padded;
}

impl ProtobufKind for Users {
    type Proto = Vec<chat::RoomUser>;

    fn to_proto(_: &'static str, users: &Vec<RoomUser<'_>>) -> Result<Self::Proto, PacketError> {
        Self::check(users.len())?;
        let to_proto = |user: &RoomUser<'_>| {
            Ok(chat::RoomUser {
                unique_id: user.unique_id,
                user_id: TextI8::to_proto("user_id", &user.user_id)?,
            })
        };
        users.iter().map(to_proto).collect()
    }

    fn from_proto<'a>(_: &'static str, proto: &'a Self::Proto) -> Result<Vec<RoomUser<'a>>, PacketError> {
        let from_proto = |user: &'a chat::RoomUser| RoomUser {
            unique_id: user.unique_id,
            user_id: &user.user_id,
        };
        Ok(proto.iter().map(from_proto).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::{proto::chat, *};

    /// The file is what other languages know the errors from.
    #[test]
    fn the_proto_file_has_every_error_code_under_its_name() {
        let mut numbers = vec![0];
        for error in ErrorCode::ALL {
            let number = i32::from(error.0);
            let proto = chat::ErrorCode::try_from(number).expect("in the file");
            let name = error.name().expect("a name");
            assert_eq!(proto.as_str_name(), format!("ERROR_CODE_{name}"));
            numbers.push(number);
        }
        let in_file = (0..=i32::from(i16::MAX)).filter(|number| chat::ErrorCode::try_from(*number).is_ok());
        assert!(in_file.eq(numbers));
    }
}
