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

// ANCHOR: users
/// All users, each with its name, under the number of its client. Who is not logged in is not here.
type Users = BTreeMap<u64, (Arc<TcpStream>, String)>;

/// What has happened to a client.
enum Event {
    Packet(Arc<TcpStream>, PacketId, Vec<u8>),
    Closed,
}

/// With the number of the client.
type Item = (u64, Event);
// ANCHOR_END: users

fn run(address: &str) -> io::Result<()> {
    let listener = TcpListener::bind(address)?;
    println!("listening on {}", listener.local_addr()?);
    let (worker, items) = bounded(256);
    thread::spawn(move || work(&items));
    for number in 1.. {
        let (client, peer) = listener.accept()?;
        let client = Arc::new(client);
        eprintln!("{peer} connected");
        let worker = worker.clone();
        thread::spawn(move || {
            let outcome = read_packets(&client, number, &worker);
            let _ = worker.send((number, Event::Closed));
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
fn read_packets(client: &Arc<TcpStream>, number: u64, worker: &Sender<Item>) -> io::Result<()> {
    // A message and a reply follow each other; the second must not wait until the first has arrived.
    client.set_nodelay(true)?;
    let mut decoder = FrameDecoder::new(DEFAULT_MAX_PACKET);
    let mut buffer = [0; 4096];
    loop {
        let count = client.as_ref().read(&mut buffer)?;
        if count == 0 {
            return decoder.finish().map_err(io::Error::other);
        }
        decoder.push(&buffer[..count]);
        while let Some(frame) = decoder.next_frame().map_err(io::Error::other)? {
            let (id, body) = (frame.header.packet_id, frame.body().to_vec());
            let asked = Event::Packet(Arc::clone(client), id, body);
            worker.send((number, asked)).map_err(io::Error::other)?;
        }
    }
}
// ANCHOR_END: read_packets

// ANCHOR: work
/// Takes one item after the other; nobody else knows the users.
fn work(items: &Receiver<Item>) {
    let mut users = Users::new();
    for (number, event) in items {
        match event {
            Event::Packet(client, id, body) => answer(&mut users, number, &client, id, &body),
            Event::Closed => drop(users.remove(&number)),
        }
    }
}

/// The reply comes last, behind all that the request brings about.
fn answer(users: &mut Users, number: u64, client: &Arc<TcpStream>, id: PacketId, body: &[u8]) {
    let (reply, outcome) = match id {
        PacketId::LOGIN_REQ => (PacketId::LOGIN_RES, login(users, number, client, body)),
        _ if !users.contains_key(&number) => (PacketId::ERROR_NTF, Err(ErrorCode::PACKET_NOT_LOGIN_USER)),
        PacketId::ROOM_CHAT_REQ => (PacketId::ROOM_CHAT_RES, chat(users, number, body)),
        _ => (PacketId::ERROR_NTF, Err(ErrorCode::ROOM_NOT_REGISTERED_PACKET_ID)),
    };
    let code = outcome.err().unwrap_or(ErrorCode::NONE);
    send(client, &Packet::framed(reply).put_i16(code.0).build());
}
// ANCHOR_END: work

// ANCHOR: login
fn login(users: &mut Users, number: u64, client: &Arc<TcpStream>, body: &[u8]) -> Result<(), ErrorCode> {
    let login = LoginReq::decode(body).map_err(|_| ErrorCode::PACKET_DECODING_FAIL)?;
    let user_id = login.user_id()?;
    if users.contains_key(&number) || users.values().any(|(_, other)| other == user_id) {
        return Err(ErrorCode::LOGIN_USER_DUPLICATION);
    }
    users.insert(number, (Arc::clone(client), user_id.to_owned()));
    Ok(())
}

fn chat(users: &Users, unique_id: u64, body: &[u8]) -> Result<(), ErrorCode> {
    let chat = RoomChatReq::decode(body).map_err(|_| ErrorCode::PACKET_DECODING_FAIL)?;
    let message = chat.message;
    if !(1..=126).contains(&message.len()) {
        return Err(ErrorCode::ROOM_CHAT_MSG_LEN);
    }
    let said = RoomChatNtf { unique_id, message }.encode();
    users.values().for_each(|(client, _)| send(client, &said));
    Ok(())
}
// ANCHOR_END: login

/// A client that takes nothing more is left to the thread that reads from it.
fn send(mut client: &TcpStream, packet: &Result<Packet, PacketError>) {
    match packet {
        Ok(packet) => drop(client.write_all(packet.as_bytes())),
        Err(error) => eprintln!("not sent: {error}"),
    }
}
