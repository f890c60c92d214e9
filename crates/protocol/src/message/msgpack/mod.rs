//! How each kind of field stands in a body of MessagePack: a map from names to values.
//!
//! Written with `rmp` rather than with `rmp-serde`: texts are borrowed and errors say where, the lists of users
//! are two arrays under two names, a result is another number here, and what nests too deep is found without
//! recursing into it. With serde each of these is an attribute or a function beside every field, and its error
//! type can neither be compared nor cloned.

mod map;
mod value;

pub(super) use map::{Map, MapWriter};

use value::{get_integer, get_text};

use super::{
    kind::{Kind, Padded, Secret, TextI8, TextI16},
    padding::{padded, padded_name, unpadded},
    room_user::{RoomUser, Users},
};
use crate::{ErrorCode, PacketError};

/// A kind of field that stands in a map.
pub(super) trait MsgPackKind: Kind {
    /// Appends the field's name and value.
    fn put_named(
        name: &'static str,
        value: &Self::Value<'_>,
        map: &mut MapWriter<'_>,
    ) -> Result<(), PacketError>;

    /// Reads the field out of the map.
    fn get_named<'a>(name: &'static str, map: &Map<'a>) -> Result<Self::Value<'a>, PacketError>;
}

macro_rules! integer_in_map {
    ($($type:ty, $put:ident;)*) => {$(
        impl MsgPackKind for $type {
            #[inline]
            fn put_named(name: &'static str, value: &Self, map: &mut MapWriter<'_>) -> Result<(), PacketError> {
                map.name(name);
                map.$put((*value).into());
                Ok(())
            }

            #[inline]
            fn get_named(name: &'static str, map: &Map<'_>) -> Result<Self, PacketError> {
                map.integer(name)
            }
        }
    )*};
}

integer_in_map! {
    i8, signed;
    i16, signed;
    i32, signed;
    i64, signed;
    u16, unsigned;
    u64, unsigned;
}

impl MsgPackKind for Option<i16> {
    fn put_named(name: &'static str, value: &Self, map: &mut MapWriter<'_>) -> Result<(), PacketError> {
        if let Some(number) = value {
            map.name(name);
            map.signed((*number).into());
        }
        Ok(())
    }

    fn get_named(name: &'static str, map: &Map<'_>) -> Result<Self, PacketError> {
        map.optional_integer(name)
    }
}

/// Success is 0 in this codec, as in the original codelab's server, and 1 in the others. Nothing else is 0 there, so
/// the two change places.
impl MsgPackKind for ErrorCode {
    #[inline]
    fn put_named(name: &'static str, value: &Self, map: &mut MapWriter<'_>) -> Result<(), PacketError> {
        map.name(name);
        map.signed(with_success_as_0(value.0).into());
        Ok(())
    }

    #[inline]
    fn get_named(name: &'static str, map: &Map<'_>) -> Result<Self, PacketError> {
        map.integer(name).map(|number| Self(with_success_as_0(number)))
    }
}

fn with_success_as_0(number: i16) -> i16 {
    match number {
        1 => 0,
        0 => 1,
        _ => number,
    }
}

macro_rules! text_in_map {
    ($($kind:ty),*) => {$(
        impl MsgPackKind for $kind {
            #[inline]
            fn put_named(name: &'static str, value: &&str, map: &mut MapWriter<'_>) -> Result<(), PacketError> {
                Self::check(value)?;
                map.name(name);
                map.text(value);
                Ok(())
            }

            #[inline]
            fn get_named<'a>(name: &'static str, map: &Map<'a>) -> Result<&'a str, PacketError> {
                let text = map.text(name)?;
                Self::check(text)?;
                Ok(text)
            }
        }
    )*};
}

text_in_map!(TextI8, TextI16);

macro_rules! padded_in_map {
    ($($kind:ty, $padded:ident;)*) => {$(
        impl MsgPackKind for $kind {
            fn put_named(name: &'static str, value: &[u8; 16], map: &mut MapWriter<'_>) -> Result<(), PacketError> {
                let text = unpadded(value)?;
                map.name(name);
                map.text(text);
                Ok(())
            }

            fn get_named(name: &'static str, map: &Map<'_>) -> Result<[u8; 16], PacketError> {
                $padded(map.text(name)?)
            }
        }
    )*};
}

padded_in_map! {
    Padded, padded_name;
    Secret, padded;
}

/// The original codelab's server has no list of users but two lists, of their ids and of their names.
impl MsgPackKind for Users {
    fn put_named(
        _: &'static str,
        users: &Vec<RoomUser<'_>>,
        map: &mut MapWriter<'_>,
    ) -> Result<(), PacketError> {
        Self::check(users.len())?;
        users.iter().try_for_each(|user| TextI8::check(user.user_id))?;
        map.name("UserCount");
        map.unsigned(users.len() as u64);
        map.name("UniqueId");
        map.array(users.len());
        users.iter().for_each(|user| map.unsigned(user.unique_id));
        map.name("ID");
        map.array(users.len());
        users.iter().for_each(|user| map.text(user.user_id));
        Ok(())
    }

    fn get_named<'a>(_: &'static str, map: &Map<'a>) -> Result<Vec<RoomUser<'a>>, PacketError> {
        let expected: u64 = map.integer("UserCount")?;
        let (id_count, mut unique_ids) = map.array("UniqueId")?;
        let (name_count, mut user_ids) = map.array("ID")?;
        for items in [id_count, name_count] {
            if items != expected {
                return Err(PacketError::ItemsDiffer { expected, items });
            }
        }
        Self::check(usize::try_from(expected).unwrap_or(usize::MAX))?;
        let user = |_| {
            let user = RoomUser {
                unique_id: get_integer(&mut unique_ids, "UniqueId")?,
                user_id: get_text(&mut user_ids)?,
            };
            TextI8::check(user.user_id)?;
            Ok(user)
        };
        (0..expected).map(user).collect()
    }
}
