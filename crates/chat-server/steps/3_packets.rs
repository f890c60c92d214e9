//! Chat, step 3: users and messages.
//!
//! **New:** packets instead of lines. A client logs in with a name that nobody else has, every request gets a
//! reply, and a message comes to all users with the number of the one who said it.
//!
//! **Run it:** `cargo run --bin chat-3-packets` (an address such as `127.0.0.1:7000` may follow). Ctrl-C
//! ends it.
//!
//! **See it work:** in another terminal, `(printf '\x25\x00\xbd\x02\x00alice'; head -c 27 /dev/zero; printf
//! '\x09\x00\xdb\x02\x00\x02\x00hi') | nc -N 127.0.0.1 11021 | xxd` logs in and says `hi`.
//!
//! **What still goes wrong:** all users are in one room, and nobody is told whose number it is that stands
//! before a message: step 4. And a client that does not read still stops everybody, as in step 2.

use std::collections::BTreeMap;
use std::env;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};
use protocol::message::{LoginReq, RoomChatNtf, RoomChatReq};
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

// ANCHOR: users
/// A client, and its number, which is given once.
#[derive(Clone)]
struct Client {
    number: u64,
    stream: Arc<TcpStream>,
}

/// All users, each with its name, under the number of its client. Who is not logged in is not here.
type Users = BTreeMap<u64, (Client, String)>;

/// What has happened to a client.
enum Event {
    Packet(Client, PacketId, Vec<u8>),
    Closed(Client),
}
// ANCHOR_END: users

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

// ANCHOR: read_packets
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
// ANCHOR_END: read_packets

// ANCHOR: work
/// Takes one event after the other; nobody else knows the users.
fn work(events: &Receiver<Event>) {
    let mut users = Users::new();
    for event in events {
        match event {
            Event::Packet(client, id, body) => {
                let reply = answer(&mut users, &client, id, &body);
                send(&client, &reply.build());
            }
            Event::Closed(client) => drop(users.remove(&client.number)),
        }
    }
}

/// The reply, which goes out behind all that the request brings about.
fn answer(users: &mut Users, client: &Client, id: PacketId, body: &[u8]) -> PacketBuilder {
    match id {
        PacketId::LOGIN_REQ => result(PacketId::LOGIN_RES, login(users, client, body)),
        _ if !users.contains_key(&client.number) => error(ErrorCode::PACKET_NOT_LOGIN_USER),
        PacketId::ROOM_CHAT_REQ => result(PacketId::ROOM_CHAT_RES, chat(users, client, body)),
        _ => error(ErrorCode::ROOM_NOT_REGISTERED_PACKET_ID),
    }
}
// ANCHOR_END: work

// ANCHOR: login
fn login(users: &mut Users, client: &Client, body: &[u8]) -> Result<(), ErrorCode> {
    let login = LoginReq::decode(body).map_err(|_| ErrorCode::PACKET_DECODING_FAIL)?;
    let user_id = login.user_id()?;
    if users.contains_key(&client.number) || users.values().any(|(_, other)| *other == user_id) {
        return Err(ErrorCode::LOGIN_USER_DUPLICATION);
    }
    users.insert(client.number, (client.clone(), user_id));
    Ok(())
}

fn chat(users: &Users, client: &Client, body: &[u8]) -> Result<(), ErrorCode> {
    let RoomChatReq { message } = RoomChatReq::decode(body).map_err(|_| ErrorCode::PACKET_DECODING_FAIL)?;
    if !(1..=126).contains(&message.len()) {
        return Err(ErrorCode::ROOM_CHAT_MSG_LEN);
    }
    let unique_id = client.number;
    let said = RoomChatNtf { unique_id, message }.encode();
    for (client, _) in users.values() {
        send(client, &said);
    }
    Ok(())
}
// ANCHOR_END: login

// ANCHOR: send
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
// ANCHOR_END: send
