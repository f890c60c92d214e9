//! A channel for tests: its records are numbered, so whatever is lost, doubled or out of order is noticed. And a client
//! that speaks it.
//!
//! A record is a kind, the number of bytes (two, little-endian), a number that counts up, and the bytes, each of them
//! changed by that number.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex, MutexGuard};

use net::{Channel, ClientConnection, NetError, Opened, Secure};

use crate::support::Running;

pub(crate) const DATA: u8 = 0;
pub(crate) const END: u8 = 1;
/// Wants an [`ANSWER`], as a change of keys does.
pub(crate) const QUESTION: u8 = 2;
pub(crate) const ANSWER: u8 = 3;
/// The last that a client gets which has sent something else than the next record.
pub(crate) const ALERT: u8 = 4;

const HEAD: usize = 4;

/// The server's side: `hello` and `HELLO` are the handshake.
#[derive(Debug)]
pub(crate) struct Numbered;

impl Secure for Numbered {
    fn handshake(&self, client: &mut ClientConnection) -> Result<Arc<dyn Channel>, NetError> {
        let mut hello = [0; 5];
        if !client.read_exact(&mut hello)? || hello != *b"hello" {
            return Err(NetError::handshake("no hello"));
        }
        client.write_all(b"HELLO")?;
        Ok(Arc::<Records>::default())
    }

    fn refusal(&self) -> Vec<u8> {
        b"NO".to_vec()
    }
}

#[derive(Debug, Default)]
struct Records {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Bytes of a record that is not complete.
    came: Vec<u8>,
    opened: u8,
    sealed: u8,
    /// Records of its own that are to be sent.
    own: Vec<u8>,
}

impl Records {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

impl Channel for Records {
    fn open(&self, wire: &[u8], plain: &mut Vec<u8>) -> Result<Opened, NetError> {
        let mut state = self.state();
        state.came.extend_from_slice(wire);
        let mut ended = false;
        while let Some(record) = take_record(&mut state.came) {
            if record.number != state.opened {
                state.own.push(ALERT);
                return Err(NetError::protocol("not the next record"));
            }
            state.opened = state.opened.wrapping_add(1);
            match record.kind {
                DATA => plain.extend(record.bytes),
                QUESTION => state.own.push(ANSWER),
                _ => ended = true,
            }
        }
        Ok(Opened {
            pending: state.came.len(),
            replies: !state.own.is_empty(),
            ended,
        })
    }

    fn seal(&self, plain: &[u8], wire: &mut Vec<u8>) -> Result<(), NetError> {
        let mut state = self.state();
        state.seal_own(wire);
        state.seal(DATA, plain, wire);
        Ok(())
    }

    fn own_bytes(&self, wire: &mut Vec<u8>) {
        self.state().seal_own(wire);
    }

    fn end(&self, wire: &mut Vec<u8>) {
        self.state().seal(END, &[], wire);
    }
}

impl State {
    fn seal(&mut self, kind: u8, plain: &[u8], wire: &mut Vec<u8>) {
        put_record(kind, self.sealed, plain, wire);
        self.sealed = self.sealed.wrapping_add(1);
    }

    fn seal_own(&mut self, wire: &mut Vec<u8>) {
        for kind in std::mem::take(&mut self.own) {
            self.seal(kind, &[], wire);
        }
    }
}

struct Record {
    kind: u8,
    number: u8,
    bytes: Vec<u8>,
}

fn put_record(kind: u8, number: u8, plain: &[u8], wire: &mut Vec<u8>) {
    let [low, high] = u16::try_from(plain.len()).unwrap().to_le_bytes();
    wire.extend_from_slice(&[kind, low, high, number]);
    wire.extend(plain.iter().map(|byte| byte ^ number));
}

fn take_record(came: &mut Vec<u8>) -> Option<Record> {
    let &[kind, low, high, number] = came.first_chunk::<HEAD>()?;
    let end = HEAD + usize::from(u16::from_le_bytes([low, high]));
    let bytes = came.get(HEAD..end)?.iter().map(|byte| byte ^ number).collect();
    came.drain(..end);
    Some(Record { kind, number, bytes })
}

/// A client behind its handshake.
pub(crate) struct Peer {
    pub(crate) stream: TcpStream,
    sent: u8,
    got: u8,
    came: Vec<u8>,
}

impl Peer {
    pub(crate) fn of(server: &Running) -> Self {
        Self::over(server.connect())
    }

    pub(crate) fn over(mut stream: TcpStream) -> Self {
        stream.write_all(b"hello").unwrap();
        let mut reply = [0; 5];
        stream.read_exact(&mut reply).unwrap();
        assert_eq!(&reply, b"HELLO");
        Self {
            stream,
            sent: 0,
            got: 0,
            came: Vec::new(),
        }
    }

    /// The next record that this client may send.
    pub(crate) fn record(&mut self, kind: u8, plain: &[u8]) -> Vec<u8> {
        let mut wire = Vec::new();
        put_record(kind, self.sent, plain, &mut wire);
        self.sent = self.sent.wrapping_add(1);
        wire
    }

    pub(crate) fn send(&mut self, plain: &[u8]) {
        let record = self.record(DATA, plain);
        self.stream.write_all(&record).unwrap();
    }

    /// The next record; `None` at an orderly end of the connection.
    pub(crate) fn next(&mut self) -> Option<(u8, Vec<u8>)> {
        loop {
            if let Some(record) = take_record(&mut self.came) {
                assert_eq!(record.number, self.got, "not the next record");
                self.got = self.got.wrapping_add(1);
                return Some((record.kind, record.bytes));
            }
            let mut buffer = [0; 4_096];
            match self.stream.read(&mut buffer).expect("no reset") {
                0 => {
                    assert!(self.came.is_empty(), "an end inside of a record");
                    return None;
                }
                count => self.came.extend_from_slice(&buffer[..count]),
            }
        }
    }

    /// So many plain bytes, in however many records.
    pub(crate) fn expect(&mut self, expected: &[u8]) {
        let mut plain = Vec::new();
        while plain.len() < expected.len() {
            let (kind, bytes) = self.next().expect("more to come");
            assert_eq!(kind, DATA);
            plain.extend(bytes);
        }
        assert!(plain == expected, "other bytes have come");
    }

    /// The end of the channel, and then that of the connection.
    pub(crate) fn expect_end(&mut self) {
        assert_eq!(self.next(), Some((END, Vec::new())));
        assert_eq!(self.next(), None);
    }
}
