//! The members of a room as they stand in a packet: behind their count, each with id and name.

use super::{
    description::Notes,
    kind::{Kind, TextI8, check_count},
};
use crate::{PacketBuilder, PacketError, PacketReader};

/// One member in a [`RoomUserListNtf`](super::RoomUserListNtf).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoomUser<'a> {
    /// Who the member is in this room.
    pub unique_id: u64,
    /// The member's name.
    pub user_id: &'a str,
}

/// The most users that one packet can count: its count is one signed byte.
pub(super) const MAX_USERS: usize = i8::MAX as usize;

/// Users behind their count in one signed byte.
pub(super) enum Users {}

impl Users {
    /// Makes sure that the binary codec could count this many, whichever codec they came in.
    pub(super) fn check(count: usize) -> Result<(), PacketError> {
        check_count(count, MAX_USERS)
    }
}

impl Kind for Users {
    type Value<'a> = Vec<RoomUser<'a>>;

    fn put(users: &Vec<RoomUser<'_>>, packet: PacketBuilder) -> PacketBuilder {
        let packet = packet.put_count_i8(users.len());
        users.iter().fold(packet, |packet, user| {
            packet.put_u64(user.unique_id).put_text_i8(user.user_id)
        })
    }

    fn get<'a>(reader: &mut PacketReader<'a>) -> Result<Vec<RoomUser<'a>>, PacketError> {
        let count = reader.get_count::<i8>()?;
        // Collected one by one: the memory follows the users that came, not the count that was claimed.
        (0..count)
            .map(|_| {
                Ok(RoomUser {
                    unique_id: reader.get()?,
                    user_id: TextI8::get(reader)?,
                })
            })
            .collect()
    }

    fn describe(_: &'static str, notes: &mut Notes<'_>) -> Result<(), PacketError> {
        let count = notes.reader.get_count::<i8>()?;
        notes.field("count", size_of::<i8>(), count);
        for _ in 0..count {
            u64::describe("unique_id", notes)?;
            TextI8::describe("user_id", notes)?;
        }
        Ok(())
    }
}
