//! Chat, step 3: users and messages.
//!
//! **New:** packets instead of lines. A client logs in with a name that nobody else has, every request gets a
//! reply, and a message comes to all users with the number of the one who said it. All users are in one room.
//!
//! **Run it:** `cargo run --bin chat-3-packets` (an address such as `127.0.0.1:7000` may follow). Ctrl-C
//! ends it.
//!
//! **See it work:** in another terminal, `(printf '\x25\x00\xbd\x02\x00alice'; head -c 27 /dev/zero; printf
//! '\x09\x00\xdb\x02\x00\x02\x00hi') | nc -N 127.0.0.1 11021 | xxd` logs in and says `hi`.
//!
//! **What still goes wrong:** all users are in one room, and nobody is told whose number it is that stands
//! before a message: step 4.

use std::collections::{BTreeMap, HashSet};
use std::env;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
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

// ANCHOR: session
/// What is known of a client: the client thread has it, and lends it to the worker for each request.
struct Session {
    client: Arc<TcpStream>,
    back: Sender<Session>,
    /// Empty before the login.
    user_id: String,
    unique_id: u64,
}

/// Id and body; no body where it is compressed, since nobody here can read that.
type Request = (PacketId, Option<Vec<u8>>);

/// For the worker. Without a request, it is the end of the session.
type Item = (Session, Option<Request>);

type Encoded = Result<Packet, PacketError>;
// ANCHOR_END: session

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

// ANCHOR: serve
/// Has one request after the other answered, until the client closes.
fn serve(client: &Arc<TcpStream>, worker: &Sender<Item>) -> io::Result<()> {
    // A message and a reply may be on their way together; the second shall not wait until the first is there.
    client.set_nodelay(true)?;
    let (back, answered) = bounded(1);
    let mut session = Session {
        client: Arc::clone(client),
        back,
        user_id: String::new(),
        unique_id: 0,
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
// ANCHOR_END: serve

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

// ANCHOR: worker
/// Owns the room; nobody else knows it.
#[derive(Default)]
struct Worker {
    user_ids: HashSet<String>,
    last_unique_id: u64,
    members: BTreeMap<u64, Arc<TcpStream>>,
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
                self.members.remove(&session.unique_id);
                self.user_ids.remove(&session.user_id);
            }
        }
    }
    // ANCHOR_END: worker

    // ANCHOR: answer
    fn answer(&mut self, session: &mut Session, request: &Request) -> Encoded {
        match request.0 {
            PacketId::LOGIN_REQ => result(PacketId::LOGIN_RES, self.login(session, request)),
            _ if session.user_id.is_empty() => error(ErrorCode::PACKET_NOT_LOGIN_USER),
            PacketId::ROOM_CHAT_REQ => result(PacketId::ROOM_CHAT_RES, self.chat(session, request)),
            _ => error(ErrorCode::ROOM_NOT_REGISTERED_PACKET_ID),
        }
    }
    // ANCHOR_END: answer

    // ANCHOR: login
    fn login(&mut self, session: &mut Session, request: &Request) -> Result<(), ErrorCode> {
        let login = read(request, LoginReq::decode)?;
        let user_id = login.user_id()?.to_owned();
        if !session.user_id.is_empty() || !self.user_ids.insert(user_id.clone()) {
            return Err(ErrorCode::LOGIN_USER_DUPLICATION);
        }
        session.user_id = user_id;
        self.last_unique_id += 1;
        session.unique_id = self.last_unique_id;
        let client = Arc::clone(&session.client);
        self.members.insert(session.unique_id, client);
        Ok(())
    }
    // ANCHOR_END: login

    // ANCHOR: chat
    fn chat(&self, session: &Session, request: &Request) -> Result<(), ErrorCode> {
        let unique_id = session.unique_id;
        let message = read(request, RoomChatReq::decode)?.message;
        if !(1..=126).contains(&message.len()) {
            return Err(ErrorCode::ROOM_CHAT_MSG_LEN);
        }
        let said = RoomChatNtf { unique_id, message }.encode();
        self.members.values().for_each(|client| send(client, &said));
        Ok(())
    }
    // ANCHOR_END: chat
}

// ANCHOR: read
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

/// Who cannot be written to is left to the thread that reads from it.
fn send(mut client: &TcpStream, packet: &Encoded) {
    match packet {
        Ok(packet) => drop(client.write_all(packet.as_bytes())),
        Err(error) => eprintln!("not sent: {error}"),
    }
}
// ANCHOR_END: read
