//! The clients of steps 2 to 5, as in step 3 of the chat: a thread for each that finds its packets, one worker that gets
//! all of them, and logins. It knows no cards.

use std::collections::BTreeMap;
use std::env;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};
use protocol::message::LoginReq;
use protocol::{DEFAULT_MAX_PACKET, ErrorCode, FrameDecoder, Packet, PacketError, PacketId};

/// What has happened to a client. The clients are numbered from 1.
pub(crate) enum Event {
    Opened(u64, TcpStream),
    Packet(u64, PacketId, Vec<u8>),
    Closed(u64),
}

/// Serves clients at the address of the command line; `work` is the worker.
pub(crate) fn serve(work: fn(&Receiver<Event>)) -> ExitCode {
    let address = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:11031".to_owned());
    match run(&address, work) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{address}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(address: &str, work: fn(&Receiver<Event>)) -> io::Result<()> {
    let listener = TcpListener::bind(address)?;
    println!("listening on {}", listener.local_addr()?);
    let (worker, events) = bounded(256);
    thread::spawn(move || work(&events));
    for number in 1.. {
        let (stream, peer) = listener.accept()?;
        eprintln!("{peer} connected");
        let worker = worker.clone();
        thread::spawn(move || {
            let outcome = read_packets(number, stream, &worker);
            let _ = worker.send(Event::Closed(number));
            match outcome {
                Ok(()) => eprintln!("{peer} closed"),
                Err(error) => eprintln!("{peer} broke off: {error}"),
            }
        });
    }
    Ok(())
}

/// Passes on what a client asks for, until it closes.
fn read_packets(number: u64, mut stream: TcpStream, worker: &Sender<Event>) -> io::Result<()> {
    // A reply and a notification follow each other; the second must not wait until the first has arrived.
    stream.set_nodelay(true)?;
    let pass_on = |event| worker.send(event).map_err(io::Error::other);
    pass_on(Event::Opened(number, stream.try_clone()?))?;
    let mut decoder = FrameDecoder::new(DEFAULT_MAX_PACKET);
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            return decoder.finish().map_err(io::Error::other);
        }
        decoder.push(&buffer[..count]);
        while let Some(frame) = decoder.next_frame().map_err(io::Error::other)? {
            pass_on(Event::Packet(
                number,
                frame.header.packet_id,
                frame.body().to_vec(),
            ))?;
        }
    }
}

/// Packets for clients, by their numbers, in the order in which they are to be sent.
pub(crate) type Outgoing = Vec<(u64, Result<Packet, PacketError>)>;

/// The connections and the users, which belong to the worker.
#[derive(Default)]
pub(crate) struct Clients {
    streams: BTreeMap<u64, TcpStream>,
    names: BTreeMap<u64, String>,
}

impl Clients {
    pub(crate) fn opened(&mut self, number: u64, stream: TcpStream) {
        self.streams.insert(number, stream);
    }

    pub(crate) fn closed(&mut self, number: u64) {
        self.streams.remove(&number);
        self.names.remove(&number);
    }

    /// The name of the user that a packet is from. `None` where there is nothing more to do: it was a login, or came
    /// before one, and is answered.
    pub(crate) fn user(&mut self, number: u64, id: PacketId, body: &[u8]) -> Option<String> {
        let (reply, code) = match (id, self.names.get(&number)) {
            (PacketId::LOGIN_REQ, _) => {
                let outcome = self.login(number, body);
                (PacketId::LOGIN_RES, outcome.err().unwrap_or(ErrorCode::NONE))
            }
            (_, Some(name)) => return Some(name.clone()),
            (_, None) => (PacketId::ERROR_NTF, ErrorCode::PACKET_NOT_LOGIN_USER),
        };
        self.send(vec![(number, Packet::framed(reply).put_i16(code.0).build())]);
        None
    }

    fn login(&mut self, number: u64, body: &[u8]) -> Result<(), ErrorCode> {
        let login = LoginReq::decode(body).map_err(|_| ErrorCode::PACKET_DECODING_FAIL)?;
        let name = login.user_id()?;
        if self.names.contains_key(&number) || self.names.values().any(|other| *other == name) {
            return Err(ErrorCode::LOGIN_USER_DUPLICATION);
        }
        self.names.insert(number, name);
        Ok(())
    }

    /// A client that takes nothing more is left to the thread that reads from it.
    pub(crate) fn send(&self, outgoing: Outgoing) {
        for (to, packet) in outgoing {
            match (self.streams.get(&to), packet) {
                (Some(mut stream), Ok(packet)) => drop(stream.write_all(packet.as_bytes())),
                (None, Ok(_)) => {}
                (_, Err(error)) => eprintln!("not sent: {error}"),
            }
        }
    }
}
