//! A logged-in user, as the checks of a room server start with it. Getting them is not what it checks, so it is not strict
//! about that: one mistake of a server must make its own checks fail, and not all.

use std::ops::{Deref, DerefMut};

use protocol::{ErrorCode, HEADER_SIZE, PacketId, PacketReader};

use super::words::{enter, entered, error, leave, login};
use crate::checks::packets::echo;
use crate::client::{Client, Incoming};
use crate::failure::{Failure, Outcome};
use crate::stage::Stage;

/// Rooms that are looked at for an empty one.
const MOST_ROOMS_TRIED: usize = 8;

/// Packets that are skipped on the way to one, at most; somebody else may be talking in a room.
const MOST_SKIPPED: usize = 1_000;

/// Characters of a name that say whose it is: of which examination, and of which check. With `alice-` in front these
/// are 14 of 16.
const MARK: u32 = 6;
const NUMBER: u32 = 2;

/// A client that is logged in, and in a room if its unique id is not 0.
pub(crate) struct User<'a> {
    client: Client<'a>,
    pub(crate) name: String,
    pub(crate) id: u64,
}

impl<'a> Deref for User<'a> {
    type Target = Client<'a>;

    fn deref(&self) -> &Self::Target {
        &self.client
    }
}

impl DerefMut for User<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.client
    }
}

impl Stage<'_> {
    /// A name that nobody has: `alice` with the mark of this examination and the number of the check.
    pub(crate) fn name(&self, name: &str) -> String {
        let mark = base36(self.examination.mark, MARK);
        let number = base36(self.number.into(), NUMBER);
        format!("{name}-{mark}{number}")
    }

    /// Another one, each time.
    pub(crate) fn new_name(&self) -> String {
        self.name(&format!("u{}", self.count_up()))
    }

    /// A client that is logged in.
    pub(crate) fn user(&self, name: &str) -> Outcome<User<'_>> {
        self.user_called(self.name(name))
    }

    /// A client that is logged in under exactly this name.
    pub(crate) fn user_called(&self, name: String) -> Outcome<User<'_>> {
        let mut client = self.connect()?;
        client.send(&login(&name))?;
        let result = client.skip_to(PacketId::LOGIN_RES)?;
        succeeded(PacketId::LOGIN_RES, &result)?;
        Ok(User { client, name, id: 0 })
    }

    /// Users who are together in a room, and know it.
    pub(crate) fn members<const N: usize>(&self, room: i32, names: [&str; N]) -> Outcome<[User<'_>; N]> {
        let mut members = Vec::new();
        for name in names {
            let mut member = self.user(name)?;
            member.enter(room)?;
            members.push(member);
        }
        members.iter_mut().try_for_each(|member| member.settle())?;
        Ok(members
            .try_into()
            .unwrap_or_else(|_| unreachable!("one for each name")))
    }

    /// A room in which nobody is.
    pub(crate) fn room(&self) -> Outcome<i32> {
        let [room] = self.rooms()?;
        Ok(room)
    }

    /// Rooms in which nobody is: in the upper half of the server's, since people start with the first. Other ones for
    /// each check, since the users of the check before may not have gone yet, and for each examination.
    pub(crate) fn rooms<const N: usize>(&self) -> Outcome<[i32; N]> {
        let rooms = self.rooms_for(N)?;
        Ok(rooms
            .try_into()
            .unwrap_or_else(|_| unreachable!("as many as were asked for")))
    }

    /// The same, where it is not known before how many.
    pub(crate) fn rooms_for(&self, count: usize) -> Outcome<Vec<i32>> {
        let mut probe = self.user("probe")?;
        (0..count).map(|_| self.empty_room(&mut probe)).collect()
    }

    /// The next empty room; the last that was tried, where a server says that none is empty.
    fn empty_room(&self, probe: &mut User<'_>) -> Outcome<i32> {
        let mut room = 0;
        for _ in 0..MOST_ROOMS_TRIED {
            let used = &self.examination.rooms_used;
            room = (self.settings.rooms - 1) - used.get() % self.settings.rooms;
            used.set(used.get() + 1);
            let was_empty = probe.enter(room)?;
            probe.send(&leave())?;
            probe.settle()?;
            if was_empty {
                break;
            }
        }
        Ok(room)
    }
}

impl User<'_> {
    /// Breaks the connection.
    pub(crate) fn breaks_off(self) {
        self.client.reset();
    }

    /// Enters a room, and says whether it was empty.
    pub(crate) fn enter(&mut self, room: i32) -> Outcome<bool> {
        self.client.send(&enter(room))?;
        let mut was_empty = true;
        for _ in 0..MOST_SKIPPED {
            let packet = self.client.next_packet("a ROOM_ENTER_RES (722)")?;
            match id_of(&packet) {
                PacketId::ROOM_ENTER_RES => {
                    succeeded(PacketId::ROOM_ENTER_RES, &packet)
                        .map_err(|_| packet.is_not(&entered(room, 1)))?;
                    self.id = unique_id(&packet)?;
                    return Ok(was_empty);
                }
                PacketId::ROOM_USER_LIST_NTF => was_empty = false,
                PacketId::ERROR_NTF => return Err(no_answer(PacketId::ROOM_ENTER_RES, &packet)),
                _ => {}
            }
        }
        Err(Failure::words(
            "a ROOM_ENTER_RES (722)",
            "other packets without end",
        ))
    }
}

impl Client<'_> {
    /// The next packet with this id, whatever comes before it. An error is an answer too.
    pub(crate) fn skip_to(&mut self, id: PacketId) -> Outcome<Incoming> {
        for _ in 0..MOST_SKIPPED {
            let packet = self.next_packet(&format!("a packet {id}"))?;
            match id_of(&packet) {
                found if found == id => return Ok(packet),
                PacketId::ERROR_NTF => return Err(no_answer(id, &packet)),
                _ => {}
            }
        }
        Err(Failure::words(
            format!("a packet {id}"),
            "other packets without end",
        ))
    }

    /// The next packet is one of these; says which.
    pub(crate) fn expect_one_of(&mut self, packets: &[Vec<u8>]) -> Outcome<usize> {
        let packet = self.next_packet(&self.told(&packets[0]))?;
        let found = packets.iter().position(|one| packet == *one);
        found.ok_or_else(|| packet.is_not(&packets[0]))
    }

    /// The next two packets are these, in whatever order: which of them is first is what another check says.
    pub(crate) fn expect_both(&mut self, one: &[u8], other: &[u8]) -> Outcome {
        match self.expect_one_of(&[one.to_vec(), other.to_vec()])? {
            0 => self.expect(other),
            _ => self.expect(one),
        }
    }

    /// The next packet, but for what the game tells a newcomer, says that the user is in this room; gives its unique
    /// id.
    pub(crate) fn expect_entered(&mut self, room: i32) -> Outcome<u64> {
        let mut packet = self.next_packet(&format!("a ROOM_ENTER_RES (722) for room {room}"))?;
        while self.is_for_newcomers(id_of(&packet)) {
            packet = self.next_packet(&format!("a ROOM_ENTER_RES (722) for room {room}"))?;
        }
        // A unique id is whatever the server says, but 0, which is for who was not let in.
        let id = unique_id(&packet).unwrap_or(1).max(1);
        match entered(room, id) {
            expected if packet == expected => Ok(id),
            expected => Err(packet.is_not(&expected)),
        }
    }

    /// All that was under way to this client has come, and is of no interest.
    pub(crate) fn settle(&mut self) -> Outcome {
        self.packets_so_far().map(drop)
    }

    /// All that was under way to this client.
    pub(crate) fn packets_so_far(&mut self) -> Outcome<Vec<Incoming>> {
        let mark = echo(b"is that all?");
        self.send(&mark)?;
        let mut packets = Vec::new();
        for _ in 0..MOST_SKIPPED {
            let packet = self.next_packet("an ECHO (101), or an ERROR_NTF (203)")?;
            if packet == mark || is_unknown(&packet) {
                return Ok(packets);
            }
            packets.push(packet);
        }
        Err(Failure::words(
            "the answer to an ECHO",
            "other packets without end",
        ))
    }

    /// Nothing comes before the answer to something that is asked now. A server that does not know ECHO says
    /// so, which is an answer as well.
    pub(crate) fn hears_nothing_more(&mut self) -> Outcome {
        let mark = echo(b"is that all?");
        self.send(&mark)?;
        let expected = "nothing before the answer to this ECHO (101)";
        let packet = self.next_packet(expected)?;
        if packet == mark || is_unknown(&packet) {
            return Ok(());
        }
        Err(packet.is_no(expected))
    }
}

fn is_unknown(packet: &Incoming) -> bool {
    [
        ErrorCode::PACKET_NOT_LOGIN_USER,
        ErrorCode::ROOM_NOT_REGISTERED_PACKET_ID,
    ]
    .iter()
    .any(|code| *packet == error(*code))
}

/// The id in the header of a packet.
pub(crate) fn id_of(packet: &[u8]) -> PacketId {
    PacketId(u16::from_le_bytes([packet[2], packet[3]]))
}

/// 0 counts as success here: that it should be 1 is what another check says.
fn succeeded(id: PacketId, packet: &Incoming) -> Outcome {
    let mut body = PacketReader::new(&packet[HEADER_SIZE..]);
    match body.get::<i16>() {
        Ok(0 | 1) => Ok(()),
        _ => Err(no_answer(id, packet)),
    }
}

fn no_answer(id: PacketId, packet: &Incoming) -> Box<Failure> {
    packet.is_no(&format!("a packet {id} that says NONE, which is success"))
}

/// The unique id in a ROOM_ENTER_RES.
fn unique_id(packet: &Incoming) -> Outcome<u64> {
    let mut body = PacketReader::new(&packet[HEADER_SIZE..]);
    match body.get::<(i16, i32, u64)>() {
        Ok((_, _, id)) => Ok(id),
        Err(_) => Err(no_answer(PacketId::ROOM_ENTER_RES, packet)),
    }
}

/// The last digits of a number, in few characters.
fn base36(number: u64, digits: u32) -> String {
    let digit = |place| char::from_digit((number / 36_u64.pow(place) % 36) as u32, 36);
    (0..digits).rev().filter_map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notation::Notation;
    use crate::settings::Settings;
    use crate::stage::Examination;

    #[test]
    fn two_examinations_at_once_have_other_names_and_mostly_other_rooms() {
        let settings = Settings::default();
        let examinations: Vec<_> = (0..20).map(|_| Examination::new(&settings)).collect();
        let server = ([127, 0, 0, 1], 1).into();
        let names = examinations.iter().flat_map(|examination| {
            let checks = [0, 1, 79]
                .map(|number| Stage::new(Notation::Text, None, server, &settings, examination, number));
            checks.map(|stage| stage.name("안녕"))
        });
        let mut names: Vec<_> = names.collect();
        assert!(names.iter().all(|name| name.len() < 16), "{names:?}");
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 60);
        let mut rooms: Vec<_> = examinations
            .iter()
            .map(|examination| examination.rooms_used.get())
            .collect();
        rooms.sort_unstable();
        assert!(1 <= rooms[0] && rooms[19] <= 500);
        rooms.dedup();
        assert!(rooms.len() > 10, "{rooms:?}");
    }

    #[test]
    fn the_last_digits_of_a_number_are_always_as_many() {
        assert_eq!(base36(0, 2), "00");
        assert_eq!(base36(36 * 36 + 35, 2), "0z");
        assert_eq!(base36(u64::MAX, 6).len(), 6);
    }
}
