//! Chat, step 4: rooms.
//!
//! **New:** a user enters a room and leaves it, and a message goes to that room only. Members are told who is
//! there, who comes and who goes, each with name and number. One worker owns all rooms.
//!
//! **Run it:** `cargo run --bin chat-4-rooms` (an address such as `127.0.0.1:7000` may follow). Ctrl-C
//! ends it.
//!
//! **See it work:** in another terminal, `(printf '\x25\x00\xbd\x02\x00alice'; head -c 27 /dev/zero; printf
//! '\x09\x00\xd1\x02\x00\x07\x00\x00\x00') | nc -N 127.0.0.1 11021 | xxd` logs in and enters room 7.
//!
//! **What still goes wrong:** one worker does the work of all rooms, so one processor is all that is used, and
//! a client that does not read stops all rooms and not only its own: step 5.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::env;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use protocol::message::{LoginReq, RoomChatNtf, RoomChatReq, RoomEnterReq, RoomLeaveReq};
use protocol::message::{RoomLeaveUserNtf, RoomNewUserNtf, RoomUser, RoomUserListNtf};
use protocol::{DEFAULT_MAX_PACKET, ErrorCode, FrameDecoder, Packet, PacketError, PacketId};

fn main() -> ExitCode {
    let address = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:11021".to_owned());
    match run(&address) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{address}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Rooms are numbered from 0.
const ROOMS: i32 = 1000;

/// What is known of a client: the client thread has it, and lends it to the worker for each request.
struct Session {
    client: Arc<TcpStream>,
    back: Sender<Session>,
    /// Empty before the login.
    user_id: String,
    place: Option<Place>,
}

/// The number of a room, and the user's unique id in there.
type Place = (i32, u64);

/// Id and body; no body where it is compressed, since nobody here can read that.
type Request = (PacketId, Option<Vec<u8>>);

/// For the worker. Without a request, it is the end of the session.
type Item = (Session, Option<Request>);

type Encoded = Result<Packet, PacketError>;

fn run(address: &str) -> io::Result<()> {
    let listener = TcpListener::bind(address)?;
    println!("listening on {}", listener.local_addr()?);
    let (worker, items) = unbounded();
    thread::spawn(move || Worker::default().work(&items));
    loop {
        let (client, peer) = listener.accept()?;
        eprintln!("{peer} connected");
        let worker = worker.clone();
        thread::spawn(move || match serve(&Arc::new(client), &worker) {
            Ok(()) => eprintln!("{peer} closed"),
            Err(error) => eprintln!("{peer} broke off: {error}"),
        });
    }
}

/// Has one request after the other answered, until the client closes.
fn serve(client: &Arc<TcpStream>, worker: &Sender<Item>) -> io::Result<()> {
    // A message and a reply may be on their way together; the second shall not wait until the first is there.
    client.set_nodelay(true)?;
    let (back, answered) = bounded(1);
    let mut session = Session {
        client: Arc::clone(client),
        back,
        user_id: String::new(),
        place: None,
    };
    let mut decoder = FrameDecoder::new(DEFAULT_MAX_PACKET);
    let outcome = loop {
        match next_request(client, &mut decoder) {
            Ok(Some(request)) => {
                let item = (session, Some(request));
                worker.send(item).map_err(io::Error::other)?;
                session = answered.recv().map_err(io::Error::other)?;
            }
            end => break end.map(drop),
        }
    };
    worker.send((session, None)).map_err(io::Error::other)?;
    outcome
}

/// Reads until a packet is complete; none comes after the end.
fn next_request(mut client: &TcpStream, decoder: &mut FrameDecoder) -> io::Result<Option<Request>> {
    let mut buffer = [0; 4096];
    loop {
        if let Some(frame) = decoder.next_frame().map_err(io::Error::other)? {
            let body = (frame.header.packet_type == 0).then(|| frame.body().to_vec());
            return Ok(Some((frame.header.packet_id, body)));
        }
        let count = client.read(&mut buffer)?;
        if count == 0 {
            return decoder.finish().map(|()| None).map_err(io::Error::other);
        }
        decoder.push(&buffer[..count]);
    }
}

/// Owns the rooms; nobody else knows them.
#[derive(Default)]
struct Worker {
    user_ids: HashSet<String>,
    rooms: HashMap<i32, Room>,
}

impl Worker {
    /// Takes one item after the other. The reply to a request comes last, behind all that it brings about.
    fn work(mut self, items: &Receiver<Item>) {
        for (mut session, request) in items {
            if let Some(request) = request {
                let reply = self.answer(&mut session, &request);
                send(&session.client, &reply);
                let _ = session.back.clone().send(session);
            } else {
                self.leave(&mut session);
                self.user_ids.remove(&session.user_id);
            }
        }
    }

    // ANCHOR: answer
    fn answer(&mut self, session: &mut Session, request: &Request) -> Encoded {
        match (request.0, session.place) {
            (PacketId::LOGIN_REQ, _) => result(PacketId::LOGIN_RES, self.login(session, request)),
            _ if session.user_id.is_empty() => error(ErrorCode::PACKET_NOT_LOGIN_USER),
            (PacketId::ROOM_ENTER_REQ, _) => entered(self.enter(session, request)),
            (PacketId::ROOM_LEAVE_REQ | PacketId::ROOM_CHAT_REQ, None) => error(ErrorCode::ROOM_NOT_IN_USER),
            (PacketId::ROOM_LEAVE_REQ, _) => {
                let outcome = read(request, RoomLeaveReq::decode).map(|_| self.leave(session));
                result(PacketId::ROOM_LEAVE_RES, outcome)
            }
            (PacketId::ROOM_CHAT_REQ, Some(place)) => {
                result(PacketId::ROOM_CHAT_RES, self.chat(place, request))
            }
            _ => error(ErrorCode::ROOM_NOT_REGISTERED_PACKET_ID),
        }
    }
    // ANCHOR_END: answer

    fn login(&mut self, session: &mut Session, request: &Request) -> Result<(), ErrorCode> {
        let login = read(request, LoginReq::decode)?;
        let user_id = login.user_id()?.to_owned();
        if !session.user_id.is_empty() || !self.user_ids.insert(user_id.clone()) {
            return Err(ErrorCode::LOGIN_USER_DUPLICATION);
        }
        session.user_id = user_id;
        Ok(())
    }

    // ANCHOR: enter
    fn enter(&mut self, session: &mut Session, request: &Request) -> Result<Place, ErrorCode> {
        let room = read(request, RoomEnterReq::decode)?.room;
        if session.place.is_some() {
            return Err(ErrorCode::ENTER_ROOM_ALREADY);
        }
        if !(0..ROOMS).contains(&room) {
            return Err(ErrorCode::ROOM_INVALID_NUMBER);
        }
        let unique_id = self.rooms.entry(room).or_default().enter(session);
        session.place = Some((room, unique_id));
        Ok((room, unique_id))
    }

    fn leave(&mut self, session: &mut Session) {
        if let Some((room, unique_id)) = session.place.take() {
            self.rooms.entry(room).or_default().leave(unique_id);
        }
    }
    // ANCHOR_END: enter

    fn chat(&mut self, (room, unique_id): Place, request: &Request) -> Result<(), ErrorCode> {
        let message = read(request, RoomChatReq::decode)?.message;
        if !(1..=126).contains(&message.len()) {
            return Err(ErrorCode::ROOM_CHAT_MSG_LEN);
        }
        let said = RoomChatNtf { unique_id, message }.encode();
        self.rooms.entry(room).or_default().tell(&said);
        Ok(())
    }
}

// ANCHOR: room
/// The members by their unique ids. No id is used twice.
#[derive(Default)]
struct Room {
    last_unique_id: u64,
    members: BTreeMap<u64, (Arc<TcpStream>, String)>,
}

impl Room {
    /// The members hear of the newcomer, and the newcomer of the members.
    fn enter(&mut self, session: &Session) -> u64 {
        self.last_unique_id += 1;
        let (unique_id, user_id) = (self.last_unique_id, &session.user_id);
        self.tell(&RoomNewUserNtf { unique_id, user_id }.encode());
        let members = self.members.iter();
        let users = members.map(|(&unique_id, (_, user_id))| RoomUser { unique_id, user_id });
        let lists = RoomUserListNtf::split(users, DEFAULT_MAX_PACKET);
        for list in lists.expect("a name has 16 bytes at most") {
            send(&session.client, &Ok(list));
        }
        let member = (Arc::clone(&session.client), user_id.clone());
        self.members.insert(unique_id, member);
        unique_id
    }

    fn leave(&mut self, unique_id: u64) {
        self.members.remove(&unique_id);
        self.tell(&RoomLeaveUserNtf { unique_id }.encode());
    }

    fn tell(&self, message: &Encoded) {
        self.members
            .values()
            .for_each(|(client, _)| send(client, message));
    }
}
// ANCHOR_END: room

/// Reads the message that the body should be.
fn read<'a, T>(request: &'a Request, decode: fn(&'a [u8]) -> Result<T, PacketError>) -> Result<T, ErrorCode> {
    let message = request.1.as_deref().and_then(|body| decode(body).ok());
    message.ok_or(ErrorCode::PACKET_DECODING_FAIL)
}

/// A message with a code and nothing else.
fn result(id: PacketId, outcome: Result<(), ErrorCode>) -> Encoded {
    let code = outcome.err().unwrap_or(ErrorCode::NONE);
    Packet::framed(id).put_i16(code.0).build()
}

fn error(code: ErrorCode) -> Encoded {
    result(PacketId::ERROR_NTF, Err(code))
}

/// Room and unique id are 0 for a user who is not let in.
fn entered(outcome: Result<Place, ErrorCode>) -> Encoded {
    let code = outcome.err().unwrap_or(ErrorCode::NONE);
    let place = outcome.unwrap_or_default();
    Packet::framed(PacketId::ROOM_ENTER_RES)
        .put_i16(code.0)
        .put(place)
        .build()
}

/// Who cannot be written to is left to the thread that reads from it.
fn send(mut client: &TcpStream, packet: &Encoded) {
    match packet {
        Ok(packet) => drop(client.write_all(packet.as_bytes())),
        Err(error) => eprintln!("not sent: {error}"),
    }
}
