//! The chat: its threads, what each packet is for, and what can be wrong with it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use protocol::message::{ErrorNtf, LoginReq};
use protocol::{
    DEFAULT_MAX_PACKET, ErrorCode, Frame, FrameDecoder, HEADER_SIZE, LARGEST_PACKET, Packet, PacketError,
    PacketId, compress,
};

use super::chat_codecs::Edge;
use super::chat_rooms::Room;
use super::tables::Casino;
use super::{read_some, serve};

/// Time for another thread to do the same.
const BETWEEN_TWO_STEPS: Duration = Duration::from_millis(20);

/// Members that a room may have: the list of fewer would fit into one packet, and more are more work.
pub(crate) const ROOM_SIZE: usize = 50;

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
    LoginInTwoSteps,
    SecondLoginOfAConnection,
    FreesTheNameAtTheLosersEnd,
    NeverFreesAName,
    KeepsTheNameAtAProtocolError,
    AcceptsControlCharacters,
    ListWithTheNewcomer,
    ListAfterTheResult,
    ListInAnyOrder,
    ListInOnePacket,
    ForgetsAField,
    SameUniqueIdTwice,
    OneCounterForAllRooms,
    RoomBeforeUser,
    FullBeforeUser,
    NoLastRoom,
    OneRoomTooFew,
    NoRoomLimit,
    ZeroForSuccessInLeave,
    NoNoticeOfADisconnect,
    NoNoticeOfAProtocolError,
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
    DecompressesAnyEcho,
    CompressesForEverybody,
}

pub(crate) type Answer<T = ()> = Result<T, ErrorCode>;

/// All that the clients share.
#[derive(Default)]
pub(crate) struct Chat {
    pub(crate) mistake: Option<Mistake>,
    pub(crate) edge: Edge,
    pub(crate) clients: BTreeMap<usize, Client>,
    pub(crate) rooms: BTreeMap<i32, Room>,
    pub(crate) invitations: Vec<(usize, usize, i32)>,
    /// For the mistake with that name.
    pub(crate) kept_names: Vec<String>,
    /// For the mistake of one counter for all rooms.
    pub(crate) last_id: u64,
    /// The tables, where cards are played in the rooms.
    pub(crate) casino: Option<Casino>,
}

/// A connection, and its user.
pub(crate) struct Client {
    stream: Arc<TcpStream>,
    /// To the thread that writes, so that nobody else waits for this client.
    pub(crate) outbox: Sender<Vec<u8>>,
    /// What goes there next: to wake a thread for each packet would be most of the work.
    unsent: RefCell<Vec<u8>>,
    pub(crate) name: Option<String>,
    /// Room and unique id.
    pub(crate) seat: Option<(i32, u64)>,
    pub(crate) asked_for: Option<String>,
    /// For the mistake of a login in two steps: its name was free in the first one.
    was_free: bool,
}

pub(crate) fn start(mistake: Option<Mistake>) -> SocketAddr {
    serve_chat(Chat {
        mistake,
        ..Chat::default()
    })
}

pub(crate) fn serve_chat(chat: Chat) -> SocketAddr {
    serve_shared(&Arc::new(Mutex::new(chat)))
}

pub(crate) fn serve_shared(chat: &Arc<Mutex<Chat>>) -> SocketAddr {
    let chat = Arc::clone(chat);
    let numbers = Arc::new(Mutex::new(0..));
    serve(move |stream| {
        let number = lock(&numbers).next().expect("numbers do not end");
        serve_client(&chat, number, Arc::new(stream))
    })
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve_client(chat: &Mutex<Chat>, number: usize, stream: Arc<TcpStream>) -> io::Result<()> {
    let (outbox, packets) = channel::<Vec<u8>>();
    let client = Client {
        stream: Arc::clone(&stream),
        outbox,
        unsent: RefCell::default(),
        name: None,
        seat: None,
        asked_for: None,
        was_free: false,
    };
    lock(chat).clients.insert(number, client);
    let writer = Arc::clone(&stream);
    thread::spawn(move || {
        while let Ok(mut waiting) = packets.recv() {
            packets.try_iter().for_each(|packets| waiting.extend(packets));
            if writer.as_ref().write_all(&waiting).is_err() {
                break;
            }
        }
        // The client's queue is gone, and all of it is written.
        writer.shutdown(Shutdown::Both)
    });
    let outcome = read_packets(chat, number, &stream);
    let mut chat = lock(chat);
    chat.goes(number);
    chat.flush();
    outcome
}

fn read_packets(chat: &Mutex<Chat>, number: usize, stream: &TcpStream) -> io::Result<()> {
    let (mistake, edge) = {
        let chat = lock(chat);
        (chat.mistake, chat.edge)
    };
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
        let mut shared = lock(chat);
        loop {
            match decoder.next_frame() {
                Ok(Some(frame)) => {
                    let packet = edge.read(&frame);
                    let frame = Frame {
                        bytes: &packet,
                        ..frame
                    };
                    let is_login = frame.header.packet_id == PacketId::LOGIN_REQ;
                    if is_login && mistake == Some(Mistake::LoginInTwoSteps) {
                        shared.looks_up(number, &frame);
                        drop(shared);
                        thread::sleep(BETWEEN_TWO_STEPS);
                        shared = lock(chat);
                    }
                    shared.packet(number, &frame)?;
                }
                Ok(None) => {
                    shared.flush();
                    break;
                }
                Err(error) => {
                    shared.breaks_the_protocol(number);
                    return Err(io::Error::other(error));
                }
            }
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

pub(crate) fn bytes(packet: Result<Packet, PacketError>) -> Vec<u8> {
    packet.expect("the fields fit").into_bytes()
}

impl Client {
    pub(crate) fn flush(&self) {
        let unsent = self.unsent.take();
        if !unsent.is_empty() {
            // Nobody listens where the connection is broken.
            let _ = self.outbox.send(unsent);
        }
    }
}

impl Chat {
    pub(crate) fn is(&self, mistake: Mistake) -> bool {
        self.mistake == Some(mistake)
    }

    pub(crate) fn client(&self, number: usize) -> &Client {
        &self.clients[&number]
    }

    pub(crate) fn client_mut(&mut self, number: usize) -> &mut Client {
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

    pub(crate) fn send_bytes(&self, number: usize, packet: Vec<u8>) {
        let Some(client) = self.clients.get(&number) else {
            return;
        };
        let mut packet = self.edge.write(&packet);
        if self.is(Mistake::CompressesForEverybody) {
            packet = compress(&packet, 100).unwrap_or(packet);
        }
        if self.is(Mistake::WritesWhileOthersWait) {
            let _ = client.stream.as_ref().write_all(&packet);
        } else {
            client.unsent.borrow_mut().extend(packet);
        }
    }

    /// Gives all that was sent to the threads that write.
    pub(crate) fn flush(&self) {
        self.clients.values().for_each(Client::flush);
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
            PacketId::ECHO
                if self.is(Mistake::DecompressesAnyEcho) && frame.plain_body(LARGEST_PACKET).is_ok() =>
            {
                self.send_bytes(number, frame.bytes.to_vec());
                Ok(())
            }
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

    /// The first of the two steps.
    fn looks_up(&mut self, number: usize, frame: &Frame<'_>) {
        let login = decode(frame, LoginReq::decode).ok();
        let name = login.as_ref().and_then(|login| login.user_id().ok());
        let was_free = name.is_some_and(|name| self.find(&name).is_none());
        self.client_mut(number).was_free = was_free;
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
            Err(_) if self.is(Mistake::AcceptsControlCharacters) && login.user_id[0] == b'a' => {
                String::from("a b")
            }
            name => name?,
        };
        self.client_mut(number).asked_for = Some(name.clone());
        let has_name = self.client(number).name.is_some() && !self.is(Mistake::SecondLoginOfAConnection);
        let is_taken = (self.find(&name).is_some() || self.kept_names.contains(&name))
            && !self.client(number).was_free
            && !self.is(Mistake::AcceptsDuplicateLogins);
        if has_name || is_taken {
            return Err(ErrorCode::LOGIN_USER_DUPLICATION);
        }
        self.client_mut(number).name = Some(name);
        Ok(())
    }
}
