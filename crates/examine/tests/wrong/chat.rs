//! The chat: its threads, its rooms, and what can be wrong with them.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use protocol::message::{
    ErrorNtf, LoginReq, RoomEnterReq, RoomEnterRes, RoomLeaveReq, RoomLeaveUserNtf, RoomNewUserNtf, RoomUser,
    RoomUserListNtf,
};
use protocol::{
    DEFAULT_MAX_PACKET, ErrorCode, Frame, FrameDecoder, HEADER_SIZE, LARGEST_PACKET, Packet, PacketError,
    PacketId,
};

use super::{read_some, serve};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mistake {
    ClosesOnASplitHeader,
    NoMaximum,
    WritesWhileOthersWait,
    PingWithoutItsNumber,
    LoginNotAskedFor,
    ClosesAtAnUnknownId,
    IgnoresPacketType,
    ForgivesALongLogin,
    AcceptsDuplicateLogins,
    SecondLoginOfAConnection,
    FreesTheNameAtTheLosersEnd,
    NeverFreesAName,
    AcceptsControlCharacters,
    ListWithTheNewcomer,
    ListAfterTheResult,
    ListInAnyOrder,
    ListInOnePacket,
    ForgetsAField,
    SameUniqueIdTwice,
    RoomBeforeUser,
    NoLastRoom,
    NoRoomLimit,
    ZeroForSuccessInLeave,
    NoNoticeOfADisconnect,
    DeliversToOneWhoHasLeft,
    DeliversToAllRooms,
    ResultBeforeNotification,
    ZeroForSuccessInChat,
    CountsCharacters,
    ReplacesBrokenText,
    TrimsMessages,
    TwoOrders,
    RelayNotToItsSender,
    RelayOfAnySize,
    WhisperInTheSameRoomOnly,
    WhisperToOneself,
    InvitesMembers,
    DeclineWithoutInvitation,
    EnteringIsNoAcceptance,
}

pub(crate) type Answer<T = ()> = Result<T, ErrorCode>;

/// All that the clients share.
#[derive(Default)]
pub(crate) struct Chat {
    pub(crate) mistake: Option<Mistake>,
    clients: BTreeMap<usize, Client>,
    rooms: BTreeMap<i32, Room>,
    pub(crate) invitations: Vec<(usize, usize, i32)>,
}

/// A connection, and its user.
pub(crate) struct Client {
    stream: Arc<TcpStream>,
    /// To the thread that writes, so that nobody else waits for this client.
    outbox: Sender<Vec<u8>>,
    pub(crate) name: Option<String>,
    /// Room and unique id.
    pub(crate) seat: Option<(i32, u64)>,
    asked_for: Option<String>,
}

#[derive(Default)]
struct Room {
    last_id: u64,
    members: Vec<(u64, usize)>,
    /// For those mistakes that need to remember.
    former: Vec<usize>,
    held: Option<Vec<u8>>,
}

pub(crate) fn start(mistake: Option<Mistake>) -> SocketAddr {
    let chat = Arc::new(Mutex::new(Chat {
        mistake,
        ..Chat::default()
    }));
    let numbers = Arc::new(Mutex::new(0..));
    serve(move |stream| {
        let number = lock(&numbers).next().expect("numbers do not end");
        serve_client(&chat, number, Arc::new(stream))
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve_client(chat: &Mutex<Chat>, number: usize, stream: Arc<TcpStream>) -> io::Result<()> {
    let (outbox, packets) = channel::<Vec<u8>>();
    let client = Client {
        stream: Arc::clone(&stream),
        outbox,
        name: None,
        seat: None,
        asked_for: None,
    };
    lock(chat).clients.insert(number, client);
    let writer = Arc::clone(&stream);
    thread::spawn(move || {
        for packet in packets {
            if writer.as_ref().write_all(&packet).is_err() {
                break;
            }
        }
        // The client's queue is gone, and all of it is written.
        writer.shutdown(Shutdown::Both)
    });
    let outcome = read_packets(chat, number, &stream);
    lock(chat).goes(number);
    outcome
}

fn read_packets(chat: &Mutex<Chat>, number: usize, stream: &TcpStream) -> io::Result<()> {
    let mistake = lock(chat).mistake;
    let maximum = match mistake {
        Some(Mistake::NoMaximum) => LARGEST_PACKET,
        _ => DEFAULT_MAX_PACKET,
    };
    let mut decoder = FrameDecoder::new(maximum);
    loop {
        let piece = read_some(stream)?;
        if piece.is_empty() {
            return Ok(());
        }
        decoder.push(&piece);
        if mistake == Some(Mistake::ClosesOnASplitHeader) && decoder.pending() < HEADER_SIZE {
            return Ok(());
        }
        while let Some(frame) = decoder.next_frame().map_err(io::Error::other)? {
            lock(chat).packet(number, &frame)?;
        }
    }
}

/// Reads a body that is not compressed.
pub(crate) fn decode<'a, T>(
    frame: &Frame<'a>,
    decode: impl FnOnce(&'a [u8]) -> Result<T, PacketError>,
) -> Answer<T> {
    match frame.header.packet_type {
        0 => decode(frame.body()).map_err(|_| ErrorCode::PACKET_DECODING_FAIL),
        _ => Err(ErrorCode::PACKET_DECODING_FAIL),
    }
}

fn bytes(packet: Result<Packet, PacketError>) -> Vec<u8> {
    packet.expect("the fields fit").into_bytes()
}

impl Chat {
    pub(crate) fn is(&self, mistake: Mistake) -> bool {
        self.mistake == Some(mistake)
    }

    pub(crate) fn client(&self, number: usize) -> &Client {
        &self.clients[&number]
    }

    fn client_mut(&mut self, number: usize) -> &mut Client {
        self.clients.get_mut(&number).expect("it is connected")
    }

    /// Who has this name.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        let mut clients = self.clients.iter();
        clients
            .find(|(_, client)| client.name.as_deref() == Some(name))
            .map(|(number, _)| *number)
    }

    pub(crate) fn send(&self, number: usize, packet: Result<Packet, PacketError>) {
        self.send_bytes(number, bytes(packet));
    }

    fn send_bytes(&self, number: usize, packet: Vec<u8>) {
        let Some(client) = self.clients.get(&number) else {
            return;
        };
        if self.is(Mistake::WritesWhileOthersWait) {
            let _ = client.stream.as_ref().write_all(&packet);
        } else {
            let _ = client.outbox.send(packet);
        }
    }

    /// A RES with nothing in it but a result.
    pub(crate) fn answer(&self, number: usize, id: PacketId, outcome: Answer) {
        let result = outcome.err().unwrap_or(ErrorCode::NONE);
        let zero = (self.is(Mistake::ZeroForSuccessInLeave) && id == PacketId::ROOM_LEAVE_RES)
            || (self.is(Mistake::ZeroForSuccessInChat) && id == PacketId::ROOM_CHAT_RES);
        let result = if zero && result == ErrorCode::NONE {
            0
        } else {
            result.0
        };
        self.send(number, Packet::framed(id).put_i16(result).build());
    }

    fn packet(&mut self, number: usize, frame: &Frame<'_>) -> io::Result<()> {
        let mut frame = *frame;
        if self.is(Mistake::IgnoresPacketType) {
            frame.header.packet_type = 0;
        }
        let is_user = self.client(number).name.is_some() || self.is(Mistake::LoginNotAskedFor);
        let outcome = match frame.header.packet_id {
            PacketId::ECHO => {
                decode(&frame, |_| Ok(())).map(|()| self.send_bytes(number, frame.bytes.to_vec()))
            }
            PacketId::PING_REQ => self.ping(number, &frame),
            PacketId::LOGIN_REQ => {
                let outcome = self.login(number, &frame);
                self.answer(number, PacketId::LOGIN_RES, outcome);
                Ok(())
            }
            _ if !is_user => Err(ErrorCode::PACKET_NOT_LOGIN_USER),
            PacketId::ROOM_ENTER_REQ => {
                self.enter_or_refuse(number, &frame);
                Ok(())
            }
            PacketId::ROOM_LEAVE_REQ => self.leave_by_request(number, &frame),
            _ => self.user_packet(number, &frame),
        };
        match outcome {
            Err(ErrorCode::ROOM_NOT_REGISTERED_PACKET_ID) if self.is(Mistake::ClosesAtAnUnknownId) => {
                Err(io::Error::other("an unknown id"))
            }
            Err(error) => {
                self.send(number, ErrorNtf { error }.encode());
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    fn ping(&self, number: usize, frame: &Frame<'_>) -> Answer {
        let body = decode(frame, |body| match body.len() {
            0 | 2 => Ok(body),
            _ => Err(PacketError::TooMany { count: 0, max: 0 }),
        })?;
        let body = if self.is(Mistake::PingWithoutItsNumber) {
            &[]
        } else {
            body
        };
        self.send(number, Packet::framed(PacketId::PING_RES).put_bytes(body).build());
        Ok(())
    }

    fn login(&mut self, number: usize, frame: &Frame<'_>) -> Answer {
        let login = match self.is(Mistake::ForgivesALongLogin) {
            true => decode(frame, |body| LoginReq::decode(&body[..body.len().min(32)]))?,
            false => decode(frame, LoginReq::decode)?,
        };
        let name = match login.user_id() {
            Err(_) if self.is(Mistake::AcceptsControlCharacters) && login.user_id[0] == b'a' => "a b",
            name => name?,
        };
        self.client_mut(number).asked_for = Some(name.to_owned());
        let has_name = self.client(number).name.is_some() && !self.is(Mistake::SecondLoginOfAConnection);
        let is_taken = self.find(name).is_some() && !self.is(Mistake::AcceptsDuplicateLogins);
        if has_name || is_taken {
            return Err(ErrorCode::LOGIN_USER_DUPLICATION);
        }
        self.client_mut(number).name = Some(name.to_owned());
        Ok(())
    }

    fn enter_or_refuse(&mut self, number: usize, frame: &Frame<'_>) {
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
        let exists = room >= 0 && (room < 1_000 || self.is(Mistake::NoLastRoom));
        let is_seated = self.client(number).seat.is_some();
        if !exists && (!is_seated || self.is(Mistake::RoomBeforeUser)) {
            return Err(ErrorCode::ROOM_INVALID_NUMBER);
        }
        if is_seated {
            return Err(ErrorCode::ENTER_ROOM_ALREADY);
        }
        let members = self.rooms.entry(room).or_default().members.clone();
        if members.len() >= 100 && !self.is(Mistake::NoRoomLimit) {
            return Err(ErrorCode::ENTER_ROOM_USER_FULL);
        }
        let id = self.new_id(room);
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
            DEFAULT_MAX_PACKET
        };
        let lists = RoomUserListNtf::split(users, most).expect("names fit");
        let entered = RoomEnterRes {
            result: ErrorCode::NONE,
            room,
            user_unique_id: id,
        };
        let mut packets: Vec<_> = lists
            .into_iter()
            .chain([entered.encode().expect("numbers")])
            .collect();
        if self.is(Mistake::ListAfterTheResult) {
            packets.rotate_right(1);
        }
        for packet in packets {
            self.send(number, Ok(packet));
        }
    }

    fn leave_by_request(&mut self, number: usize, frame: &Frame<'_>) -> Answer {
        if self.client(number).seat.is_none() {
            return Err(ErrorCode::ROOM_NOT_IN_USER);
        }
        let outcome = decode(frame, RoomLeaveReq::decode).map(|_| self.leave(number, true));
        self.answer(number, PacketId::ROOM_LEAVE_RES, outcome);
        Ok(())
    }

    fn leave(&mut self, number: usize, by_request: bool) {
        let Some((room, unique_id)) = self.client_mut(number).seat.take() else {
            return;
        };
        let room = self.rooms.entry(room).or_default();
        room.members.retain(|(_, member)| *member != number);
        room.former.push(number);
        let members = room.members.clone();
        if by_request || !self.is(Mistake::NoNoticeOfADisconnect) {
            for (_, member) in members {
                self.send(member, RoomLeaveUserNtf { unique_id }.encode());
            }
        }
    }

    /// One way out, whatever the cause.
    fn goes(&mut self, number: usize) {
        self.leave(number, false);
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
        if self.is(Mistake::FreesTheNameAtTheLosersEnd) {
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
