//! Chat, step 5: many workers.
//!
//! **New:** the rooms are dealt out to four workers, and a room is known to its own worker only. With each
//! request a user is lent to the worker of its room, so no two workers ever have it at the same time, and
//! nothing of that needs a lock. The names of the users are the one thing that the workers share.
//!
//! **Run it:** `cargo run --bin chat-5-workers` (an address such as `127.0.0.1:7000` may follow). Ctrl-C
//! ends it.
//!
//! **See it work:** as step 4. The rooms 0, 4 and 8 are one worker's, the rooms 1, 5 and 9 the next one's.
//!
//! **What still goes wrong:** a client that does not read still stops its worker, with all rooms of it; every
//! request wakes two threads, and every message is a call of the kernel for each member. The finished
//! `chat-server` has an outbox for each client, and does in one go what has gathered.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};
use parking_lot::Mutex;
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

/// The first worker has the rooms 0, 4, 8 and so on, the second 1, 5, 9.
const WORKERS: usize = 4;

/// A client, and its number, which is given once.
#[derive(Clone)]
struct Client {
    number: i32,
    stream: Arc<TcpStream>,
}

/// The names that are taken: what the workers share.
static USER_IDS: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

struct User {
    client: Client,
    user_id: String,
    place: Option<Place>,
}

/// The number of a room, and the user's unique id in there.
type Place = (i32, u64);

/// The rooms, of 0 to 999, that somebody has entered.
type Rooms = BTreeMap<i32, Room>;

/// What has happened to a client.
enum Event {
    Packet(Client, PacketId, Vec<u8>),
    Closed(Client),
}

// ANCHOR: item
/// What a client thread lends to a worker: its user, or nobody before the login.
type Lent = Option<User>;

/// With the user, and the way back for it.
type Item = (Event, Lent, Sender<Lent>);
// ANCHOR_END: item

// ANCHOR: run
fn run(address: &str) -> io::Result<()> {
    let listener = TcpListener::bind(address)?;
    println!("listening on {}", listener.local_addr()?);
    let workers: Arc<[_]> = (0..WORKERS).map(|_| start_worker()).collect();
    for number in 1.. {
        let (stream, peer) = listener.accept()?;
        let stream = Arc::new(stream);
        eprintln!("{peer} connected");
        let (client, workers) = (Client { number, stream }, Arc::clone(&workers));
        thread::spawn(move || {
            let mut user = None;
            let outcome = read_packets(&client, &mut user, &workers);
            let _ = lend(&mut user, Event::Closed(client), &workers);
            match outcome {
                Ok(()) => eprintln!("{peer} closed"),
                Err(error) => eprintln!("{peer} broke off: {error}"),
            }
        });
    }
    Ok(())
}

fn start_worker() -> Sender<Item> {
    let (worker, items) = bounded(256);
    thread::spawn(move || work(&items));
    worker
}
// ANCHOR_END: run

/// Passes on what a client asks for, until it closes.
fn read_packets(client: &Client, user: &mut Lent, workers: &[Sender<Item>]) -> io::Result<()> {
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
            lend(user, packet, workers)?;
        }
    }
}

// ANCHOR: lend
/// Lends the user to the worker whose turn it is, and waits until it comes back.
fn lend(user: &mut Lent, event: Event, workers: &[Sender<Item>]) -> io::Result<()> {
    let (back, answered) = bounded(1);
    let worker = &workers[turn(user, &event)];
    let item = (event, user.take(), back);
    worker.send(item).map_err(io::Error::other)?;
    *user = answered.recv().map_err(io::Error::other)?;
    Ok(())
}

/// A user goes to the worker of its room, or of the room to be entered. In no room, any worker will do.
fn turn(user: &Lent, event: &Event) -> usize {
    let (Event::Packet(client, ..) | Event::Closed(client)) = event;
    let turn = match (user.as_ref().and_then(|user| user.place), event) {
        (Some((room, _)), _) => room,
        (None, Event::Packet(_, PacketId::ROOM_ENTER_REQ, body)) => {
            RoomEnterReq::decode(body).map_or(0, |enter| enter.room)
        }
        _ => client.number,
    };
    turn.unsigned_abs() as usize % WORKERS
}
// ANCHOR_END: lend

// ANCHOR: work
/// Takes one item after the other; nobody else knows its rooms.
fn work(items: &Receiver<Item>) {
    let mut rooms = Rooms::new();
    for (event, mut user, back) in items {
        match event {
            Event::Packet(client, id, body) => {
                let reply = answer(&mut user, &mut rooms, &client, id, &body);
                send(&client, &reply.build());
            }
            Event::Closed(_) => {
                if let Some(mut user) = user.take() {
                    leave(&mut user, &mut rooms);
                    USER_IDS.lock().remove(&user.user_id);
                }
            }
        }
        let _ = back.send(user);
    }
}
// ANCHOR_END: work

/// The reply, which goes out behind all that the request brings about.
fn answer(user: &mut Lent, rooms: &mut Rooms, client: &Client, id: PacketId, body: &[u8]) -> PacketBuilder {
    match (id, user) {
        (PacketId::LOGIN_REQ, user) => result(PacketId::LOGIN_RES, login(user, client, body)),
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

// ANCHOR: login
fn login(user: &mut Lent, client: &Client, body: &[u8]) -> Result<(), ErrorCode> {
    let login = LoginReq::decode(body).map_err(|_| ErrorCode::PACKET_DECODING_FAIL)?;
    let user_id = login.user_id()?;
    if user.is_some() || !USER_IDS.lock().insert(user_id.clone()) {
        return Err(ErrorCode::LOGIN_USER_DUPLICATION);
    }
    *user = Some(User {
        client: client.clone(),
        user_id,
        place: None,
    });
    Ok(())
}
// ANCHOR_END: login

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
