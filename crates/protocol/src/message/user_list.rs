//! The list of a room's members, and how a long one becomes several packets.

use super::{
    Encode, RoomUserListNtf,
    describe::Notes,
    kind::{Kind, TextI8},
};
use crate::{Codec, HEADER_SIZE, Packet, PacketBuilder, PacketError, PacketReader};

/// One member in a [`RoomUserListNtf`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoomUser<'a> {
    /// Who the member is in this room.
    pub unique_id: u64,
    /// The member's name.
    pub user_id: &'a str,
}

/// The most bytes of a list of users in one codec.
struct ListSize {
    /// With nobody in it, header included.
    empty: usize,
    /// Of each user, without the name.
    user: usize,
}

impl ListSize {
    fn of(codec: Codec) -> Self {
        match codec {
            // The count; unique id and length of the name.
            Codec::Binary => Self {
                empty: HEADER_SIZE + size_of::<i8>(),
                user: size_of::<u64>() + size_of::<i8>(),
            },
            // Map, "UserCount" and the count, "UniqueId", "ID" and the lengths of both lists; unique id of at most
            // 9 bytes, length of the name of at most 2.
            Codec::MsgPack => Self {
                empty: HEADER_SIZE + 1 + 11 + 12 + 6,
                user: 9 + 2,
            },
            // A field's key and length, of at most 3 bytes; keys, unique id of at most 10 bytes, length of the name.
            Codec::Protobuf => Self {
                empty: HEADER_SIZE,
                user: 3 + 1 + 10 + 1 + 1,
            },
        }
    }
}

/// The most users that one packet can count: its count is one signed byte.
const MAX_USERS: usize = i8::MAX as usize;

impl RoomUserListNtf<'_> {
    /// The packets that tell a newcomer of all `users`, in their order: as few as hold 127 users and
    /// `max_packet` bytes each. Nobody in the room is no packet.
    ///
    /// # Errors
    /// Those of [`split_as`](Self::split_as).
    pub fn split<'a>(
        users: impl IntoIterator<Item = RoomUser<'a>>,
        max_packet: usize,
    ) -> Result<Vec<Packet>, PacketError> {
        Self::split_as(Codec::Binary, users, max_packet)
    }

    /// The same in any codec. The sizes of numbers vary in those that are not binary; here each counts as the
    /// largest, so a packet may have room for a user more.
    ///
    /// # Errors
    /// [`PacketError::TooLarge`] for a user who alone does not fit into `max_packet`, and
    /// [`PacketError::TextTooLong`] for a name over 127 bytes.
    pub fn split_as<'a>(
        codec: Codec,
        users: impl IntoIterator<Item = RoomUser<'a>>,
        max_packet: usize,
    ) -> Result<Vec<Packet>, PacketError> {
        let size = ListSize::of(codec);
        let mut packets = Vec::new();
        let mut list = RoomUserListNtf { users: Vec::new() };
        let mut total_size = size.empty;
        for user in users {
            let user_size = size.user + user.user_id.len();
            if list.users.len() == MAX_USERS || total_size + user_size > max_packet {
                list.flush(codec, &mut packets)?;
                total_size = size.empty;
            }
            total_size += user_size;
            if total_size > max_packet {
                return Err(PacketError::TooLarge {
                    total_size,
                    max: max_packet,
                });
            }
            list.users.push(user);
        }
        list.flush(codec, &mut packets)?;
        Ok(packets)
    }

    /// Makes a packet of the users so far, if there are any, and starts again.
    fn flush(&mut self, codec: Codec, packets: &mut Vec<Packet>) -> Result<(), PacketError> {
        if !self.users.is_empty() {
            packets.push(self.encode_as(codec)?);
            self.users.clear();
        }
        Ok(())
    }
}

/// Users behind their count in one signed byte.
pub(super) enum Users {}

impl Users {
    /// Makes sure that the binary codec could count this many, whichever codec they came in.
    pub(super) fn check(count: usize) -> Result<(), PacketError> {
        if count > MAX_USERS {
            return Err(PacketError::TooMany {
                count,
                max: MAX_USERS,
            });
        }
        Ok(())
    }

    /// Reads how many users follow.
    fn get_count(reader: &mut PacketReader<'_>) -> Result<usize, PacketError> {
        let position = reader.position();
        let count: i8 = reader.get()?;
        usize::try_from(count).map_err(|_| PacketError::NegativeLength {
            position,
            length: count.into(),
        })
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
        let count = Self::get_count(reader)?;
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
        let count = Self::get_count(&mut notes.reader)?;
        notes.field("count", size_of::<i8>(), count);
        for _ in 0..count {
            u64::describe("unique_id", notes)?;
            TextI8::describe("user_id", notes)?;
        }
        Ok(())
    }
}
