//! A server of one durable room, and an API server that knows it, in this process: as it should be, or with a fault that
//! somebody has really built. It crashes when it is told to, and goes on at once as the next owner of the room.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use protocol::message::{
    LoginRes, Message, RoomChatNtf, RoomChatRes, RoomEnterRes, RoomHistoryNtf, RoomHistoryRes,
    RoomPositionNtf, SyncRes,
};
use protocol::{ErrorCode, FrameDecoder, LARGEST_PACKET, Packet, PacketError};

const EPOCH: u64 = 7;

/// What is wrong with a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    Nothing,
    /// Answers, and writes later: a crash loses what was not written.
    AnswersFirst,
    /// What the last owner had on the way arrives when the next one has begun.
    HasNoFence,
    /// Lets somebody in who comes back before it has read the end of the log.
    ReadsTooLittle,
    /// Tells everybody of a gap.
    SaysGap,
}

/// A message in the log.
#[derive(Debug, Clone)]
struct Entry {
    generation: u64,
    number: u64,
    user: String,
    text: String,
}

struct Member {
    session: u64,
    user: String,
    stream: TcpStream,
}

/// The room, and its log.
pub(super) struct Room {
    flaw: Flaw,
    generation: u64,
    number: u64,
    log: Vec<Entry>,
    /// Answered, and not in the log.
    unwritten: Vec<Entry>,
    /// On its way to the log, without an answer.
    late: Vec<Entry>,
    members: Vec<Member>,
    said: u64,
}

/// Starts both. Where the API server is, and the room.
pub(super) fn start(flaw: Flaw) -> io::Result<(SocketAddr, Arc<Mutex<Room>>)> {
    let room = Arc::new(Mutex::new(Room {
        flaw,
        generation: 1,
        number: 0,
        log: Vec::new(),
        unwritten: Vec::new(),
        late: Vec::new(),
        members: Vec::new(),
        said: 0,
    }));
    let chat = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let api = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let (chat_address, api_address) = (chat.local_addr()?, api.local_addr()?);
    let of_chat = Arc::clone(&room);
    serve(chat, move |stream, session| visit(stream, session, &of_chat));
    serve(api, move |stream, _| answer(stream, chat_address));
    Ok((api_address, room))
}

fn serve(listener: TcpListener, serve: impl Fn(TcpStream, u64) -> io::Result<()> + Send + Sync + 'static) {
    let serve = Arc::new(serve);
    let sessions = AtomicU64::new(0);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let session = sessions.fetch_add(1, Ordering::Relaxed);
            let serve = Arc::clone(&serve);
            thread::spawn(move || serve(stream, session));
        }
    });
}

/// A call over HTTP: an account, a token and a seat are the same answer, of which everybody reads a part.
fn answer(mut stream: TcpStream, chat: SocketAddr) -> io::Result<()> {
    let (mut request, mut buffer) = (Vec::new(), [0; 1024]);
    while !request.ends_with(b"}") {
        match stream.read(&mut buffer)? {
            0 => return Ok(()),
            count => request.extend_from_slice(&buffer[..count]),
        }
    }
    let body = format!(r#"{{"token":"t","address":"{chat}","ticket":"ticket"}}"#);
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// A connection to the chat server.
fn visit(mut stream: TcpStream, session: u64, room: &Mutex<Room>) -> io::Result<()> {
    let mut decoder = FrameDecoder::new(LARGEST_PACKET);
    let (mut user, mut buffer) = (String::new(), [0; 4096]);
    loop {
        match stream.read(&mut buffer)? {
            0 => return Ok(()),
            count => decoder.push(&buffer[..count]),
        }
        let mut room = room.lock().expect("a server that goes on");
        let mut position = false;
        while let Some(frame) = decoder.next_frame().map_err(io::Error::other)? {
            let message = Message::decode(frame.header.packet_id, frame.body()).map_err(io::Error::other)?;
            match message.expect("a request of the chat") {
                Message::LoginReq(login) => {
                    let name = login.user_id.split(|byte| *byte == 0).next().unwrap_or_default();
                    user = String::from_utf8_lossy(name).into_owned();
                    room.log_in(&stream, session, &user)?;
                }
                Message::SyncReq(_) => {
                    let result = ErrorCode::NONE;
                    send(&mut stream, SyncRes { result, epoch: EPOCH }.encode())?;
                }
                Message::RoomEnterReq(_) => room.enter(&mut stream, session)?,
                Message::RoomHistoryReq(behind) => {
                    room.tell(&mut stream, &user, (behind.generation, behind.number))?;
                }
                Message::RoomChatReq(chat) if room.has(session) => {
                    position |= room.chat(&mut stream, &user, chat.message)?;
                }
                // What a session says that has been replaced is heard by nobody.
                _ => return Ok(()),
            }
        }
        if position {
            room.tell_position();
        }
    }
}

impl Room {
    /// All connections end, and the next owner begins.
    pub(super) fn crash(&mut self) {
        for member in self.members.drain(..) {
            let _ = member.stream.shutdown(Shutdown::Both);
        }
        self.unwritten.clear();
        if self.flaw != Flaw::HasNoFence {
            self.late.clear();
        }
        (self.generation, self.number) = (self.generation + 1, 0);
    }

    fn has(&self, session: u64) -> bool {
        self.members.iter().any(|member| member.session == session)
    }

    /// Whoever was here under this name is replaced.
    fn log_in(&mut self, stream: &TcpStream, session: u64, user: &str) -> io::Result<()> {
        self.members.retain(|member| {
            let stays = member.user != user;
            if !stays {
                let _ = member.stream.shutdown(Shutdown::Both);
            }
            stays
        });
        let mut stream = stream.try_clone()?;
        send(
            &mut stream,
            LoginRes {
                result: ErrorCode::NONE,
            }
            .encode(),
        )?;
        self.members.push(Member {
            session,
            user: user.to_owned(),
            stream,
        });
        Ok(())
    }

    fn enter(&mut self, stream: &mut TcpStream, session: u64) -> io::Result<()> {
        let entered = RoomEnterRes {
            result: ErrorCode::NONE,
            room: 0,
            user_unique_id: session,
        };
        send(stream, entered.encode())?;
        send(stream, self.position().encode())
    }

    fn position(&self) -> RoomPositionNtf {
        RoomPositionNtf {
            epoch: EPOCH,
            generation: self.generation,
            number: self.number,
        }
    }

    fn tell(&mut self, stream: &mut TcpStream, user: &str, behind: (u64, u64)) -> io::Result<()> {
        let is_late = |entry: &&Entry| (entry.generation, entry.number) > behind;
        let missed: Vec<_> = self.log.iter().chain(&self.unwritten).filter(is_late).collect();
        let told = match self.flaw {
            Flaw::ReadsTooLittle => &missed[..missed.len().saturating_sub(1)],
            _ => &missed,
        };
        let is_gap = self.flaw == Flaw::SaysGap && behind != (0, 0);
        for entry in told.iter().filter(|_| !is_gap) {
            let packet = RoomHistoryNtf {
                generation: entry.generation,
                number: entry.number,
                user_id: &entry.user,
                message: &entry.text,
            };
            send(stream, packet.encode())?;
        }
        let result = match is_gap {
            true => ErrorCode::HISTORY_GAP,
            false => ErrorCode::NONE,
        };
        send(stream, RoomHistoryRes { result }.encode())?;
        // What the last owner had of this user arrives now.
        let late: Vec<_> = self.late.extract_if(.., |entry| entry.user == user).collect();
        for mut entry in late {
            self.number += 1;
            (entry.generation, entry.number) = (self.generation, self.number);
            self.tell_all(&entry.user.clone(), &entry.text.clone());
            self.log.push(entry);
        }
        self.tell_position();
        Ok(())
    }

    /// False where it was not said: one in eight is on its way to the log when the server crashes.
    fn chat(&mut self, stream: &mut TcpStream, user: &str, text: &str) -> io::Result<bool> {
        self.said += 1;
        let entry = Entry {
            generation: self.generation,
            number: self.number + 1,
            user: user.to_owned(),
            text: text.to_owned(),
        };
        if self.said.is_multiple_of(8) {
            self.late.push(entry);
            self.crash();
            return Ok(false);
        }
        self.number += 1;
        match self.flaw {
            Flaw::AnswersFirst => self.unwritten.push(entry),
            _ => self.log.push(entry),
        }
        if self.said.is_multiple_of(3) {
            let mut written: Vec<_> = self.unwritten.drain(..).collect();
            self.log.append(&mut written);
        }
        self.tell_all(user, text);
        send(
            stream,
            RoomChatRes {
                result: ErrorCode::NONE,
            }
            .encode(),
        )?;
        Ok(true)
    }

    fn tell_all(&mut self, user: &str, message: &str) {
        let speaker = self.members.iter().find(|member| member.user == user);
        let unique_id = speaker.map_or(u64::MAX, |member| member.session);
        let packet = RoomChatNtf { unique_id, message }.encode();
        self.send_all(packet);
    }

    fn tell_position(&mut self) {
        let packet = self.position().encode();
        self.send_all(packet);
    }

    /// Whoever is gone does not get it.
    fn send_all(&mut self, packet: Result<Packet, PacketError>) {
        let packet = packet.expect("a short packet");
        for member in &mut self.members {
            let _ = member.stream.write_all(packet.as_bytes());
        }
    }
}

fn send(stream: &mut TcpStream, packet: Result<Packet, PacketError>) -> io::Result<()> {
    stream.write_all(packet.map_err(io::Error::other)?.as_bytes())
}
