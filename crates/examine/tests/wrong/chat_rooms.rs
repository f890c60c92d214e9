//! The rooms of the chat: who comes, who goes, and who is told of it.

use std::sync::mpsc::channel;

use protocol::message::{
    RoomEnterReq, RoomEnterRes, RoomLeaveReq, RoomLeaveUserNtf, RoomNewUserNtf, RoomUser, RoomUserListNtf,
};
use protocol::{ErrorCode, Frame, LARGEST_PACKET, Packet, PacketError, PacketId};

use super::chat::{Answer, Chat, Mistake, ROOM_SIZE, bytes, decode};

#[derive(Default)]
pub(crate) struct Room {
    last_id: u64,
    members: Vec<(u64, usize)>,
    /// For those mistakes that need to remember.
    former: Vec<usize>,
    held: Option<Vec<u8>>,
}

impl Chat {
    pub(crate) fn enter_or_refuse(&mut self, number: usize, frame: &Frame<'_>) {
        if let Err(result) = self.enter(number, frame) {
            let refused = RoomEnterRes {
                result,
                room: 0,
                user_unique_id: 0,
            };
            self.send(number, refused.encode());
        }
    }

    fn enter(&mut self, number: usize, frame: &Frame<'_>) -> Answer {
        let RoomEnterReq { room } = decode(frame, RoomEnterReq::decode)?;
        let exists = match room {
            999 => !self.is(Mistake::OneRoomTooFew),
            _ => room >= 0 && (room < 1_000 || self.is(Mistake::NoLastRoom)),
        };
        let is_seated = self.client(number).seat.is_some();
        if !exists && (!is_seated || self.is(Mistake::RoomBeforeUser)) {
            return Err(ErrorCode::ROOM_INVALID_NUMBER);
        }
        let members = self.rooms.entry(room).or_default().members.clone();
        let is_full = members.len() >= ROOM_SIZE && !self.is(Mistake::NoRoomLimit);
        if is_seated && !(is_full && self.is(Mistake::FullBeforeUser)) {
            return Err(ErrorCode::ENTER_ROOM_ALREADY);
        }
        if is_full {
            return Err(ErrorCode::ENTER_ROOM_USER_FULL);
        }
        let id = self.new_id(room);
        self.comes_to_the_table(room);
        self.tell_of_entry(room, &members, number, id);
        self.client_mut(number).seat = Some((room, id));
        self.rooms.entry(room).or_default().members.push((id, number));
        if !self.is(Mistake::EnteringIsNoAcceptance) {
            self.invitations
                .retain(|(_, to, into)| (*to, *into) != (number, room));
        }
        Ok(())
    }

    fn new_id(&mut self, number: i32) -> u64 {
        if self.is(Mistake::OneCounterForAllRooms) {
            self.last_id += 1;
            return self.last_id;
        }
        let same_twice = self.is(Mistake::SameUniqueIdTwice);
        let room = self.rooms.entry(number).or_default();
        room.last_id += 1;
        if same_twice {
            room.members.len() as u64 + 1
        } else {
            room.last_id
        }
    }

    fn tell_of_entry(&self, room: i32, members: &[(u64, usize)], number: usize, id: u64) {
        let name = self.client(number).name.as_deref().unwrap_or_default();
        let mut users: Vec<_> = members
            .iter()
            .map(|(unique_id, member)| RoomUser {
                unique_id: *unique_id,
                user_id: self.client(*member).name.as_deref().unwrap_or_default(),
            })
            .collect();
        let newcomer = RoomUser {
            unique_id: id,
            user_id: name,
        };
        if self.is(Mistake::ListWithTheNewcomer) && !users.is_empty() {
            users.push(newcomer);
        }
        if self.is(Mistake::ListInAnyOrder) {
            users.reverse();
        }
        for (_, member) in members {
            let mut packet = RoomNewUserNtf {
                unique_id: id,
                user_id: name,
            }
            .encode();
            if self.is(Mistake::ForgetsAField) {
                packet = Packet::framed(PacketId::ROOM_NEW_USER_NTF)
                    .put_text_i8(name)
                    .build();
            }
            self.send(*member, packet);
        }
        let most = if self.is(Mistake::ListInOnePacket) {
            LARGEST_PACKET
        } else {
            self.edge.largest_list()
        };
        let lists = RoomUserListNtf::split(users, most).expect("names fit");
        let entered = RoomEnterRes {
            result: ErrorCode::NONE,
            room,
            user_unique_id: id,
        };
        let of_the_table = self.for_newcomers(room);
        let mut packets: Vec<_> = lists
            .into_iter()
            .chain(of_the_table)
            .chain([entered.encode().expect("numbers")])
            .collect();
        if self.is(Mistake::ListAfterTheResult) {
            packets.rotate_right(1);
        }
        for packet in packets {
            self.send(number, Ok(packet));
        }
    }

    pub(crate) fn leave_by_request(&mut self, number: usize, frame: &Frame<'_>) -> Answer {
        if self.client(number).seat.is_none() {
            return Err(ErrorCode::ROOM_NOT_IN_USER);
        }
        let outcome = decode(frame, RoomLeaveReq::decode).map(|_| self.leave(number, true));
        self.answer(number, PacketId::ROOM_LEAVE_RES, outcome);
        Ok(())
    }

    fn leave(&mut self, number: usize, by_request: bool) {
        let Some((place, unique_id)) = self.client_mut(number).seat.take() else {
            return;
        };
        let room = self.rooms.entry(place).or_default();
        room.members.retain(|(_, member)| *member != number);
        room.former.push(number);
        let members = room.members.clone();
        if by_request || !self.is(Mistake::NoNoticeOfADisconnect) {
            for (_, member) in members {
                self.send(member, RoomLeaveUserNtf { unique_id }.encode());
            }
        }
        self.leaves_the_table(place, number);
    }

    /// Unique id and client of each, in the order in which they came.
    pub(crate) fn members(&self, room: i32) -> Vec<(u64, usize)> {
        self.rooms
            .get(&room)
            .map(|room| room.members.clone())
            .unwrap_or_default()
    }

    /// Where there is a mistake, its way out is another one.
    pub(crate) fn breaks_the_protocol(&mut self, number: usize) {
        if self.is(Mistake::KeepsTheNameAtAProtocolError) {
            let name = self.client(number).name.clone();
            self.kept_names.extend(name);
        }
        if self.is(Mistake::NoNoticeOfAProtocolError)
            && let Some((room, _)) = self.client_mut(number).seat.take()
        {
            let members = &mut self.rooms.entry(room).or_default().members;
            members.retain(|(_, member)| *member != number);
        }
    }

    /// One way out, whatever the cause.
    pub(crate) fn goes(&mut self, number: usize) {
        self.leave(number, false);
        self.client(number).flush();
        self.invitations
            .retain(|(from, to, _)| *from != number && *to != number);
        if self.is(Mistake::NeverFreesAName) {
            // The client stays in the table, with its name; only its connection ends.
            let (nobody, _) = channel();
            self.client_mut(number).outbox = nobody;
            return;
        }
        let asked_for = self.client(number).asked_for.clone();
        self.clients.remove(&number);
        if self.is(Mistake::FreesTheNameAtTheLosersEnd) && asked_for.is_some() {
            for client in self
                .clients
                .values_mut()
                .filter(|client| client.name == asked_for)
            {
                client.name = Some(String::new());
            }
        }
    }

    /// A packet of a room for all of its members, but not for `except`.
    pub(crate) fn tell(&mut self, number: i32, packet: Result<Packet, PacketError>, except: Option<usize>) {
        let packet = bytes(packet);
        let two_orders = self.is(Mistake::TwoOrders);
        let room = self.rooms.entry(number).or_default();
        let mut receivers: Vec<_> = room.members.iter().map(|(_, member)| *member).collect();
        let former = room.former.clone();
        // The third member gets every two messages in the other order.
        let mut late = None;
        if two_orders && let Some(third) = receivers.get(2).copied() {
            receivers.remove(2);
            late = match room.held.take() {
                Some(held) => Some((third, [packet.clone(), held].concat())),
                None => {
                    room.held = Some(packet.clone());
                    None
                }
            };
        }
        match self.mistake {
            Some(Mistake::DeliversToAllRooms) => receivers = self.seated(),
            Some(Mistake::DeliversToOneWhoHasLeft) => receivers.extend(former),
            _ => {}
        }
        for receiver in receivers.into_iter().filter(|receiver| Some(*receiver) != except) {
            self.send_bytes(receiver, packet.clone());
        }
        if let Some((third, packets)) = late {
            self.send_bytes(third, packets);
        }
    }

    fn seated(&self) -> Vec<usize> {
        let clients = self.clients.iter();
        clients
            .filter(|(_, client)| client.seat.is_some())
            .map(|(number, _)| *number)
            .collect()
    }
}
