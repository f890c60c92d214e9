//! Splits the list of a room's members into as many packets as it needs.

use super::{
    Encode, RoomUserListNtf,
    room_user::{MAX_USERS, RoomUser},
};
use crate::{Codec, HEADER_SIZE, Packet, PacketError};

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
