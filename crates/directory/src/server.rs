//! A game server as others see it: who it is, what it offers, how busy it is.

use std::fmt;
use std::ops::RangeInclusive;

use protocol::Codec;

use crate::game_name::GameName;

/// Rooms that can be numbered, 0 to the largest `i32`.
const NUMBERS: u32 = 1 << 31;

/// Names a server: the holder of a slot, in one generation. When it dies, the generation is over, and all that names this
/// server is invalid at once: nothing has to be cleaned up behind it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Owner {
    /// The game that the slot is of.
    pub game: GameName,
    /// Which slot, from 0.
    pub slot: u32,
    /// Grows with every holder of this slot.
    pub generation: u64,
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            game,
            slot,
            generation,
        } = self;
        write!(f, "{game} slot {slot} generation {generation}")
    }
}

/// How a client connects, which decides on the address that it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// As a program that speaks this codec.
    Codec(Codec),
    /// As a browser.
    Web,
}

impl From<Codec> for Way {
    fn from(codec: Codec) -> Self {
        Self::Codec(codec)
    }
}

/// What a server tells of itself when it takes a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What it plays.
    pub game: GameName,
    /// Where clients connect: `host:port`, an IPv6 address in brackets.
    pub address: String,
    /// Where those do that speak these codecs, in the same form. Whoever speaks another one connects to `address`.
    pub by_codec: Vec<(Codec, String)>,
    /// Where browsers do, if they can.
    pub web: Option<String>,
    /// Rooms of each server of this game. Slot k has those from `k * rooms` on.
    pub rooms: u32,
    /// Members that a room may have.
    pub room_size: u32,
}

impl Offer {
    /// Host and port of where clients connect that come this way, for one that wants them apart; `None` where the address has
    /// no port, or there is none for browsers.
    #[must_use]
    pub fn host_and_port(&self, way: impl Into<Way>) -> Option<(&str, u16)> {
        let address = match way.into() {
            Way::Codec(codec) => {
                let of_codec = self.by_codec.iter().find(|(one, _)| *one == codec);
                of_codec.map_or(&self.address, |(_, address)| address)
            }
            Way::Web => self.web.as_ref()?,
        };
        let (host, port) = address.rsplit_once(':')?;
        let in_brackets = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let host = in_brackets.unwrap_or(host);
        Some((host, port.parse().ok()?)).filter(|_| !host.is_empty())
    }

    /// How many slots there are: as many as have rooms with a number.
    #[must_use]
    pub fn slots(&self) -> u32 {
        NUMBERS / self.rooms.max(1)
    }

    /// The numbers of the rooms of a slot.
    pub(crate) fn rooms_of(&self, slot: u32) -> RangeInclusive<i32> {
        let first = first_room(slot, self.rooms);
        let others = i32::try_from(self.rooms.saturating_sub(1)).unwrap_or(i32::MAX);
        first..=first.saturating_add(others)
    }
}

/// How busy a server is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Load {
    /// Users who are logged in.
    pub users: u32,
    /// Connections, of users or not.
    pub connections: u32,
}

/// A server whose lease has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Who it is.
    pub owner: Owner,
    /// What it has said when it took the slot.
    pub offer: Offer,
    /// What it has said last.
    pub load: Load,
}

impl Server {
    /// The number of its first room.
    #[must_use]
    pub fn first_room(&self) -> i32 {
        first_room(self.owner.slot, self.offer.rooms)
    }

    /// True where it has the room of this number.
    #[must_use]
    pub fn has_room(&self, room: i32) -> bool {
        slot_of(room, self.offer.rooms) == Some(self.owner.slot)
    }
}

/// The first room of a slot.
pub(crate) fn first_room(slot: u32, rooms: u32) -> i32 {
    i32::try_from(u64::from(slot) * u64::from(rooms)).unwrap_or(i32::MAX)
}

/// The slot that has this room, where every server has so many; `None` for a number below 0.
pub(crate) fn slot_of(room: i32, rooms: u32) -> Option<u32> {
    Some(u32::try_from(room).ok()? / rooms.max(1))
}

// ANCHOR: first_unique_id
/// Unique ids that a room may give to members while the generation of its slot stays the same, for each that the next owner's
/// is higher.
///
/// The next generation is higher by the milliseconds that the slot has had this owner, or by more. In each of them a room can
/// take in a thousand users: more than a server can do in all. So whoever has the slot next begins above all ids that were
/// given. Generations of a directory that counts them in milliseconds since 1970 have 41 bits, so ids have 51: they are exact
/// where a number is a double, as in JavaScript, until the year 2248.
const IDS_OF_A_GENERATION: u64 = 1 << 10;

/// The unique id of the first member of each room of an owner of this generation. The first of all is 1.
pub(crate) fn first_unique_id(generation: u64) -> u64 {
    generation
        .saturating_sub(1)
        .saturating_mul(IDS_OF_A_GENERATION)
        .saturating_add(1)
}
// ANCHOR_END: first_unique_id

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(address: &str, rooms: u32) -> Offer {
        Offer {
            game: GameName::new("chat"),
            address: address.to_owned(),
            by_codec: vec![(Codec::Protobuf, "[::2]:81".to_owned())],
            web: None,
            rooms,
            room_size: 1,
        }
    }

    #[test]
    fn an_address_has_a_host_and_a_port() {
        for (address, host, port) in [
            ("127.0.0.1:11021", "127.0.0.1", 11_021),
            ("[::1]:80", "::1", 80),
            ("chat.example:65535", "chat.example", 65_535),
        ] {
            let offer = offer(address, 1);
            assert_eq!(offer.host_and_port(Codec::Binary), Some((host, port)));
            assert_eq!(offer.host_and_port(Codec::MsgPack), Some((host, port)));
            assert_eq!(offer.host_and_port(Codec::Protobuf), Some(("::2", 81)));
            assert_eq!(offer.host_and_port(Way::Web), None);
            let with_web = Offer {
                web: Some(address.to_owned()),
                ..offer
            };
            assert_eq!(with_web.host_and_port(Way::Web), Some((host, port)));
        }
        for address in [
            "",
            "chat.example",
            ":80",
            "[]:80",
            "chat.example:",
            "a:65536",
            "a:-1",
        ] {
            assert_eq!(offer(address, 1).host_and_port(Codec::Binary), None, "{address}");
        }
    }

    #[test]
    fn the_ids_of_a_generation_are_below_those_of_the_next() {
        assert_eq!(first_unique_id(1), 1);
        for generation in [1, 2, 1_795_992_000_000] {
            let last = first_unique_id(generation) + IDS_OF_A_GENERATION - 1;
            assert!(first_unique_id(generation + 1) > last);
        }
        // As a double, in the year 2248.
        let latest = first_unique_id(8_773_000_000_000);
        assert!(latest < 1 << 53, "{latest}");
        assert!(first_unique_id(u64::MAX) > latest);
    }

    #[test]
    fn slots_share_all_rooms_that_have_a_number() {
        for rooms in [1, 3, 100, 1_000, NUMBERS - 1, NUMBERS] {
            let offer = offer("127.0.0.1:80", rooms);
            let last = offer.slots() - 1;
            let first = first_room(last, rooms);
            assert_eq!(u64::try_from(first).unwrap(), u64::from(last) * u64::from(rooms));
            assert!(u64::from(last) * u64::from(rooms) + u64::from(rooms) <= u64::from(NUMBERS));
            assert_eq!(slot_of(first, rooms), Some(last));
            assert_eq!(slot_of(0, rooms), Some(0));
            assert_eq!(*offer.rooms_of(last).start(), first);
            assert_eq!(slot_of(*offer.rooms_of(last).end(), rooms), Some(last));
        }
        assert_eq!(slot_of(-1, 100), None);
    }
}
