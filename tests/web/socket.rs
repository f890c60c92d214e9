//! A WebSocket of raw bytes: its frames are written down here.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};

use crate::support::PATIENCE;

pub(crate) const BINARY: u8 = 0x82;
pub(crate) const CLOSE: u8 = 0x88;
pub(crate) const PING: u8 = 0x89;
pub(crate) const PONG: u8 = 0x8a;
/// The first piece of a message, one in the middle, the last one.
pub(crate) const FIRST: u8 = 0x02;
pub(crate) const MIDDLE: u8 = 0x00;
pub(crate) const LAST: u8 = 0x80;

/// A request that is right for every server.
pub(crate) const REQUEST: &str = "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    Sec-WebSocket-Protocol: codelab.v1\r\n";

/// One end of a connection that speaks WebSocket from some byte on.
pub(crate) struct Socket {
    stream: TcpStream,
    unread: Vec<u8>,
    /// What messages have carried and nobody has asked for.
    payload: Vec<u8>,
}

impl Socket {
    /// With nothing said yet.
    #[track_caller]
    pub(crate) fn connect(address: SocketAddr) -> Self {
        Self::over(TcpStream::connect(address).expect("the server accepts"))
    }

    #[track_caller]
    fn over(stream: TcpStream) -> Self {
        stream.set_read_timeout(Some(PATIENCE)).expect("a live socket");
        stream.set_nodelay(true).expect("a live socket");
        Self {
            stream,
            unread: Vec::new(),
            payload: Vec::new(),
        }
    }

    /// With the handshake done.
    #[track_caller]
    pub(crate) fn open(address: SocketAddr) -> Self {
        Self::connect(address).upgraded()
    }

    /// The same. Whoever writes to this client soon has to wait, unless it reads.
    #[track_caller]
    pub(crate) fn open_with_little_room(address: SocketAddr) -> Self {
        let client = harness::Client::connect_with_little_room(address, PATIENCE);
        let client = client.expect("the server accepts");
        Self::over(client.stream().try_clone().expect("a live socket")).upgraded()
    }

    #[track_caller]
    fn upgraded(mut self) -> Self {
        self.send_bytes(format!("{REQUEST}\r\n").as_bytes());
        let head = self.head();
        assert!(head.starts_with("HTTP/1.1 101 Switching Protocols\r\n"), "{head}");
        self
    }

    /// True where a packet is answered in place of a refusal.
    pub(crate) fn is_let_in(address: SocketAddr) -> bool {
        let mut socket = Self::open(address);
        socket.send_bytes(&frame(PING, b"in?"));
        socket.next_frame() == Some((PONG, b"in?".to_vec()))
    }

    /// True where a close has come, among what has come so far.
    pub(crate) fn has_close(&mut self) -> bool {
        self.stream.set_nonblocking(true).expect("a live socket");
        let mut buffer = [0; 65_536];
        let came = self.stream.read(&mut buffer);
        self.stream.set_nonblocking(false).expect("a live socket");
        let count = came.unwrap_or(0);
        self.unread.extend_from_slice(&buffer[..count]);
        let mut rest = &self.unread[..];
        while let Some(((first, _), length)) = whole_frame(rest) {
            if first == CLOSE {
                return true;
            }
            rest = &rest[length..];
        }
        false
    }

    /// The head of an answer in HTTP.
    #[track_caller]
    pub(crate) fn head(&mut self) -> String {
        let end = b"\r\n\r\n";
        loop {
            if let Some(at) = self.unread.windows(end.len()).position(|part| part == end) {
                let head = self.unread.drain(..at + end.len()).collect();
                return String::from_utf8(head).expect("text");
            }
            assert!(self.read_more(), "the server has closed");
        }
    }

    /// Asks in HTTP, takes the whole answer, and tells its status.
    #[track_caller]
    pub(crate) fn status_of(&mut self, request: &str) -> String {
        self.send_bytes(request.as_bytes());
        let head = self.head();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("Content-Length: "));
        let length = length.and_then(|length| length.parse().ok()).expect("a length");
        self.bytes(length);
        head[9..12].to_owned()
    }

    /// So many bytes behind it.
    #[track_caller]
    pub(crate) fn bytes(&mut self, count: usize) -> Vec<u8> {
        while self.unread.len() < count {
            assert!(self.read_more(), "the server has closed");
        }
        self.unread.drain(..count).collect()
    }

    #[track_caller]
    pub(crate) fn send_bytes(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).expect("the server takes bytes");
    }

    /// The same where the server may have closed. False where it has.
    pub(crate) fn try_send_bytes(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).is_ok()
    }

    /// A message with these packets.
    #[track_caller]
    pub(crate) fn send(&mut self, packets: &[u8]) {
        self.send_bytes(&frame(BINARY, packets));
    }

    /// Nothing more will be sent.
    pub(crate) fn end(&self) {
        self.stream.shutdown(Shutdown::Write).expect("a live socket");
    }

    /// Exactly these packets come next, in whatever messages.
    #[track_caller]
    pub(crate) fn expect(&mut self, packets: &[u8]) {
        let come = self.receive(packets.len());
        assert_eq!(come, packets);
    }

    /// So many bytes of packets come next.
    #[track_caller]
    pub(crate) fn receive(&mut self, count: usize) -> Vec<u8> {
        while self.payload.len() < count {
            let (first, payload) = self.next_frame().expect("more packets");
            assert_eq!(first, BINARY, "{payload:?} after {:?}", self.payload);
            self.payload.extend(payload);
        }
        self.payload.drain(..count).collect()
    }

    #[track_caller]
    pub(crate) fn exchange(&mut self, request: &[u8], reply: &[u8]) {
        self.send(request);
        self.expect(reply);
    }

    #[track_caller]
    pub(crate) fn expect_pong(&mut self, payload: &[u8]) {
        assert_eq!(self.next_frame(), Some((PONG, payload.to_vec())));
    }

    /// These packets and this pong come next; of the two, whichever is first.
    #[track_caller]
    pub(crate) fn expect_pong_among(&mut self, packets: &[u8], payload: &[u8]) {
        let mut pongs = Vec::new();
        while self.payload.len() < packets.len() || pongs.is_empty() {
            match self.next_frame().expect("more frames") {
                (BINARY, payload) => self.payload.extend(payload),
                (PONG, payload) => pongs.push(payload),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(pongs, [payload]);
        self.expect(packets);
    }

    /// A close with this code comes next, and then the end.
    #[track_caller]
    pub(crate) fn expect_close(&mut self, code: u16) {
        assert_eq!(self.payload, b"", "packets that nobody has asked for");
        assert_eq!(self.next_frame(), Some((CLOSE, code.to_be_bytes().to_vec())));
        assert_eq!(self.next_frame(), None);
    }

    /// All packets until a close, and its code.
    #[track_caller]
    pub(crate) fn rest(&mut self) -> (Vec<u8>, u16) {
        loop {
            match self.next_frame().expect("a close before the end") {
                (BINARY, payload) => self.payload.extend(payload),
                (PONG, _) => {}
                (CLOSE, payload) => {
                    let code = payload.try_into().map(u16::from_be_bytes);
                    return (std::mem::take(&mut self.payload), code.expect("a code"));
                }
                other => panic!("{other:?}"),
            }
        }
    }

    /// Whether all that still comes ends with these packets and a close with this code, in whole frames.
    pub(crate) fn ends_with(&mut self, packets: &[u8], code: u16) -> bool {
        // An error is an end as well: what came before it counts.
        let _ = self.stream.read_to_end(&mut self.unread);
        let mut close = Vec::new();
        while let Some(((first, payload), length)) = whole_frame(&self.unread) {
            self.unread.drain(..length);
            match first {
                CLOSE => close = payload,
                _ => self.payload.extend(payload),
            }
        }
        self.unread.is_empty() && self.payload.ends_with(packets) && close == code.to_be_bytes()
    }

    /// The first byte of a frame and what it carries; `None` at an orderly end.
    #[track_caller]
    pub(crate) fn next_frame(&mut self) -> Option<(u8, Vec<u8>)> {
        loop {
            if let Some((frame, length)) = whole_frame(&self.unread) {
                self.unread.drain(..length);
                return Some(frame);
            }
            if !self.read_more() {
                assert_eq!(self.unread, b"", "half a frame at the end");
                return None;
            }
        }
    }

    /// False at the end.
    #[track_caller]
    fn read_more(&mut self) -> bool {
        let mut buffer = [0; 65_536];
        let count = self
            .stream
            .read(&mut buffer)
            .expect("bytes, or an orderly end, in time");
        self.unread.extend_from_slice(&buffer[..count]);
        count > 0
    }
}

/// What a server sends has no mask.
fn whole_frame(bytes: &[u8]) -> Option<((u8, Vec<u8>), usize)> {
    let (&first, &second) = (bytes.first()?, bytes.get(1)?);
    let (head, length) = match second {
        0..=125 => (2, usize::from(second)),
        126 => (
            4,
            usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)),
        ),
        _ => panic!("a server of packets sends no frame that long: {second}"),
    };
    let payload = bytes.get(head..head + length)?;
    Some(((first, payload.to_vec()), head + length))
}

/// A frame of a client.
pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];
    let length = u16::try_from(payload.len()).expect("a short message");
    let mut bytes = vec![first];
    match u8::try_from(length) {
        Ok(short @ 0..=125) => bytes.push(0x80 | short),
        _ => {
            bytes.push(0x80 | 126);
            bytes.extend(length.to_be_bytes());
        }
    }
    bytes.extend(MASK);
    bytes.extend(
        payload
            .iter()
            .zip(MASK.iter().cycle())
            .map(|(byte, mask)| byte ^ mask),
    );
    bytes
}
