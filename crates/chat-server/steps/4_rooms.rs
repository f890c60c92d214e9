//! Chat, step 4: rooms.
//!
//! **New:** a user enters a room, by its number, and leaves it again. What is said in a room stays there; its
//! members are told who comes and who goes, and a newcomer is told who is there.
//!
//! **Run it:** `cargo run --bin chat-4-rooms` (an address such as `127.0.0.1:7000` may follow). Ctrl-C
//! ends it.
//!
//! **See it work:** in another terminal, `(printf '\x25\x00\xbd\x02\x00alice'; head -c 27 /dev/zero; printf
//! '\x09\x00\xd1\x02\x00\x07\x00\x00\x00') | nc -N 127.0.0.1 11021 | xxd` enters room 7.
//!
//! **What still goes wrong:** one worker serves all rooms, on one processor. And a client that does not read
//! stops all rooms and not only its own: step 5 makes both smaller, the finished `chat-server` mends the
//! second.

use std::collections::BTreeMap;
use std::env;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};
use protocol::message::{LoginReq, RoomChatNtf, RoomChatReq, RoomEnterReq, RoomLeaveReq};
use protocol::message::{RoomLeaveUserNtf, RoomNewUserNtf, RoomUser, RoomUserListNtf};
use protocol::{DEFAULT_MAX_PACKET, ErrorCode, FrameDecoder, Packet, PacketBuilder, PacketError, PacketId};

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

/// A client, and its number, which is given once.
#[derive(Clone)]
struct Client {
    number: u64,
    stream: Arc<TcpStream>,
}

// ANCHOR: users
/// All users, each under the number of its client. Who is not logged in is not here.
type Users = BTreeMap<u64, User>;

struct User {
    client: Client,
    user_id: String,
    place: Option<Place>,
}

/// The number of a room, and the user's unique id in there.
type Place = (i32, u64);

/// The rooms, of 0 to 999, that somebody has entered.
type Rooms = BTreeMap<i32, Room>;
// ANCHOR_END: users

/// What has happened to a client.
enum Event {
    Packet(Client, PacketId, Vec<u8>),
    Closed(Client),
}

fn run(address: &str) -> io::Result<()> {
    let listener = TcpListener::bind(address)?;
    println!("listening on {}", listener.local_addr()?);
    let (worker, events) = bounded(256);
    thread::spawn(move || work(&events));
    for number in 1.. {
        let (stream, peer) = listener.accept()?;
        let stream = Arc::new(stream);
        eprintln!("{peer} connected");
        let (client, worker) = (Client { number, stream }, worker.clone());
        thread::spawn(move || {
            let outcome = read_packets(&client, &worker);
            let _ = worker.send(Event::Closed(client));
            match outcome {
                Ok(()) => eprintln!("{peer} closed"),
                Err(error) => eprintln!("{peer} broke off: {error}"),
            }
        });
    }
    Ok(())
}

/// Passes on what a client asks for, until it closes.
fn read_packets(client: &Client, worker: &Sender<Event>) -> io::Result<()> {
    // A message and a reply follow each other; the second must not wait until the first has arrived.
    client.stream.set_nodelay(true)?;
    let mut decoder = FrameDecoder::new(DEFAULT_MAX_PACKET);
    let mut buffer = [0; 4096];
    loop {
        let count = client.stream.as_ref().read(&mut buffer)?;
        if count == 0 {
            return decoder.finish().map_err(io::Error::other);
        }
        decoder.push(&buffer[..count]);
        while let Some(frame) = decoder.next_frame().map_err(io::Error::other)? {
            let packet = Event::Packet(client.clone(), frame.header.packet_id, frame.body().to_vec());
            worker.send(packet).map_err(io::Error::other)?;
        }
    }
}

// ANCHOR: work
/// Takes one event after the other; nobody else knows the users and the rooms.
fn work(events: &Receiver<Event>) {
    let (mut users, mut rooms) = (Users::new(), Rooms::new());
    for event in events {
        match event {
            Event::Packet(client, id, body) => {
                let reply = answer(&mut users, &mut rooms, &client, id, &body);
                send(&client, &reply.build());
            }
            Event::Closed(client) => {
                if let Some(mut user) = users.remove(&client.number) {
                    leave(&mut user, &mut rooms);
                }
            }
        }
    }
}
// ANCHOR_END: work

// ANCHOR: answer
/// The reply, which goes out behind all that the request brings about.
fn answer(users: &mut Users, rooms: &mut Rooms, client: &Client, id: PacketId, body: &[u8]) -> PacketBuilder {
    match (id, users.get_mut(&client.number)) {
        (PacketId::LOGIN_REQ, _) => result(PacketId::LOGIN_RES, login(users, client, body)),
        (_, None) => error(ErrorCode::PACKET_NOT_LOGIN_USER),
        (_, Some(user)) => answer_user(user, rooms, id, body),
    }
}

fn answer_user(user: &mut User, rooms: &mut Rooms, id: PacketId, body: &[u8]) -> PacketBuilder {
    match (id, user.place) {
        (PacketId::ROOM_ENTER_REQ, _) => {
            let place = enter(user, rooms, body);
            // For a user who is not let in, room and unique id are 0.
            result(PacketId::ROOM_ENTER_RES, place.map(drop)).put(place.unwrap_or_default())
        }
        (PacketId::ROOM_LEAVE_REQ | PacketId::ROOM_CHAT_REQ, None) => error(ErrorCode::ROOM_NOT_IN_USER),
        (PacketId::ROOM_LEAVE_REQ, _) => {
            let request = RoomLeaveReq::decode(body).map_err(|_| ErrorCode::PACKET_DECODING_FAIL);
            result(PacketId::ROOM_LEAVE_RES, request.map(|_| leave(user, rooms)))
        }
        (PacketId::ROOM_CHAT_REQ, Some(place)) => result(PacketId::ROOM_CHAT_RES, chat(place, rooms, body)),
        _ => error(ErrorCode::ROOM_NOT_REGISTERED_PACKET_ID),
    }
}
// ANCHOR_END: answer

fn login(users: &mut Users, client: &Client, body: &[u8]) -> Result<(), ErrorCode> {
    let login = LoginReq::decode(body).map_err(|_| ErrorCode::PACKET_DECODING_FAIL)?;
    let user_id = login.user_id()?;
    if users.contains_key(&client.number) || users.values().any(|user| user.user_id == user_id) {
        return Err(ErrorCode::LOGIN_USER_DUPLICATION);
    }
    let user = User {
        client: client.clone(),
        user_id,
        place: None,
    };
    users.insert(client.number, user);
    Ok(())
}

// ANCHOR: enter
fn enter(user: &mut User, rooms: &mut Rooms, body: &[u8]) -> Result<Place, ErrorCode> {
    let RoomEnterReq { room } = RoomEnterReq::decode(body).map_err(|_| ErrorCode::PACKET_DECODING_FAIL)?;
    if user.place.is_some() {
        return Err(ErrorCode::ENTER_ROOM_ALREADY);
    }
    if !(0..1000).contains(&room) {
        return Err(ErrorCode::ROOM_INVALID_NUMBER);
    }
    let unique_id = rooms.entry(room).or_default().enter(user);
    user.place = Some((room, unique_id));
    Ok((room, unique_id))
}

fn leave(user: &mut User, rooms: &mut Rooms) {
    if let Some((room, unique_id)) = user.place.take() {
        let room = rooms.entry(room).or_default();
        room.members.remove(&unique_id);
        room.tell(&RoomLeaveUserNtf { unique_id }.encode());
    }
}

fn chat((room, unique_id): Place, rooms: &mut Rooms, body: &[u8]) -> Result<(), ErrorCode> {
    let RoomChatReq { message } = RoomChatReq::decode(body).map_err(|_| ErrorCode::PACKET_DECODING_FAIL)?;
    if !(1..=126).contains(&message.len()) {
        return Err(ErrorCode::ROOM_CHAT_MSG_LEN);
    }
    let said = RoomChatNtf { unique_id, message }.encode();
    rooms.entry(room).or_default().tell(&said);
    Ok(())
}
// ANCHOR_END: enter

// ANCHOR: room
/// The members by their unique ids, with their names. No id is used twice.
#[derive(Default)]
struct Room {
    last_unique_id: u64,
    members: BTreeMap<u64, (Client, String)>,
}

impl Room {
    /// The members hear of the newcomer, and the newcomer of the members.
    fn enter(&mut self, user: &User) -> u64 {
        self.last_unique_id += 1;
        let (unique_id, user_id) = (self.last_unique_id, &user.user_id);
        self.tell(&RoomNewUserNtf { unique_id, user_id }.encode());
        let members = self.members.iter();
        let users = members.map(|(&unique_id, (_, user_id))| RoomUser { unique_id, user_id });
        let lists = RoomUserListNtf::split(users, DEFAULT_MAX_PACKET);
        for list in lists.expect("a name has 16 bytes at most") {
            send(&user.client, &Ok(list));
        }
        self.members
            .insert(unique_id, (user.client.clone(), user_id.clone()));
        unique_id
    }

    fn tell(&self, message: &Result<Packet, PacketError>) {
        for (client, _) in self.members.values() {
            send(client, message);
        }
    }
}
// ANCHOR_END: room

/// A packet with a code and nothing else.
fn result(id: PacketId, outcome: Result<(), ErrorCode>) -> PacketBuilder {
    let code = outcome.err().unwrap_or(ErrorCode::NONE);
    Packet::framed(id).put_i16(code.0)
}

fn error(code: ErrorCode) -> PacketBuilder {
    Packet::framed(PacketId::ERROR_NTF).put_i16(code.0)
}

/// A client that takes nothing more is left to the thread that reads from it.
fn send(client: &Client, packet: &Result<Packet, PacketError>) {
    match packet {
        Ok(packet) => drop(client.stream.as_ref().write_all(packet.as_bytes())),
        Err(error) => eprintln!("not sent: {error}"),
    }
}
