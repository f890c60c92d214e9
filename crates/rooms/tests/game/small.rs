//! A framing for tests, as small as one can be that does all that a framing may: it talks before the session begins,
//! answers pings, says why it ends, and holds what the kernel does not take.
//!
//! A client begins with the line `enter`. Then everything is frames: a kind, a length of one byte, and so many bytes.

use std::sync::{Arc, Mutex, MutexGuard};

use net::{ClientConnection, Connection, Ending, NetError, Sender};
use rooms::{Entrance, Framing, Transport, Unframe, Unframed};

/// Bytes of packets, which may be cut anywhere.
pub(crate) const DATA: u8 = b'D';
pub(crate) const PING: u8 = b'P';
pub(crate) const PONG: u8 = b'Q';
/// The end, and the word for it.
pub(crate) const END: u8 = b'E';

pub(crate) const ENTER: &[u8] = b"enter\n";

#[derive(Debug)]
pub(crate) struct Small;

impl Framing for Small {
    fn serve(&self, client: &mut ClientConnection, rooms: &dyn Entrance) -> Result<(), NetError> {
        let mut buffer = [0; 4_096];
        let count = client.read(&mut buffer)?;
        let Some(first) = buffer[..count].strip_prefix(ENTER) else {
            return client.write_all(b"what?\n");
        };
        let transport = Arc::new(Frames {
            sender: Arc::clone(client.sender()),
            state: Mutex::default(),
        });
        let unframe = Reader {
            came: Vec::new(),
            transport: Arc::clone(&transport),
        };
        rooms.enter(client, Box::new(unframe), transport, first)
    }

    fn last_words(&self, _reason: &NetError, words: Vec<u8>) -> Vec<u8> {
        [b"refused:", &words[..]].concat()
    }
}

/// What goes to the client.
struct Frames {
    sender: Arc<Sender>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    held: Vec<u8>,
    has_ended: bool,
}

impl Frames {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic before")
    }

    fn push(&self, state: &mut State) -> Result<(), NetError> {
        let count = self.sender.send_now(&state.held)?;
        state.held.drain(..count);
        if state.has_ended && state.held.is_empty() {
            self.sender.end();
        }
        Ok(())
    }
}

impl Transport for Frames {
    fn send_now(&self, bytes: &[u8]) -> Result<usize, NetError> {
        let mut state = self.state();
        self.push(&mut state)?;
        let mut taken = 0;
        while state.held.is_empty() && taken < bytes.len() {
            let piece = &bytes[taken..bytes.len().min(taken + 255)];
            state.held = frame(DATA, piece);
            taken += piece.len();
            self.push(&mut state)?;
        }
        Ok(taken)
    }

    fn held(&self) -> usize {
        self.state().held.len() + self.sender.held()
    }

    fn end(&self, why: Ending) {
        let mut state = self.state();
        if !std::mem::replace(&mut state.has_ended, true) {
            state.held.extend(frame(END, why.word().as_bytes()));
        }
        let _ = self.push(&mut state);
    }

    fn cut(&self) {
        self.sender.cut();
    }

    fn connection(&self) -> Option<&Connection> {
        Some(self.sender.connection())
    }
}

/// What comes from it.
struct Reader {
    came: Vec<u8>,
    transport: Arc<Frames>,
}

impl Unframe for Reader {
    fn unframe(&mut self, bytes: &[u8], packets: &mut Vec<u8>) -> Result<Unframed, NetError> {
        self.came.extend_from_slice(bytes);
        let mut unframed = Unframed::default();
        while let Some((kind, payload)) = take_frame(&mut self.came) {
            match kind {
                DATA => packets.extend(payload),
                PING => {
                    self.transport.state().held.extend(frame(PONG, &payload));
                    unframed.replies = true;
                }
                END => {
                    unframed.closed = true;
                    break;
                }
                _ => return Err(NetError::protocol("no such frame")),
            }
        }
        Ok(unframed)
    }

    fn pending(&self) -> usize {
        self.came.len()
    }
}

pub(crate) fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).expect("a short payload");
    [&[kind, length], payload].concat()
}

fn take_frame(came: &mut Vec<u8>) -> Option<(u8, Vec<u8>)> {
    let &[kind, length] = came.first_chunk()?;
    let end = 2 + usize::from(length);
    let payload = came.get(2..end)?.to_vec();
    came.drain(..end);
    Some((kind, payload))
}

/// What all frames of a kind carry together, and the others.
pub(crate) fn sort(mut came: Vec<u8>, wanted: u8) -> (Vec<u8>, Vec<(u8, Vec<u8>)>) {
    let (mut together, mut others) = (Vec::new(), Vec::new());
    while let Some((kind, payload)) = take_frame(&mut came) {
        match kind == wanted {
            true => together.extend(payload),
            false => others.push((kind, payload)),
        }
    }
    assert!(came.is_empty(), "half a frame");
    (together, others)
}
