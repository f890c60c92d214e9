//! A client that keeps what it is sent.

use std::sync::Arc;

use net::{Connection, Ending, NetError};
use parking_lot::Mutex;
use protocol::{Frame, Frames};

use crate::transport::Transport;

/// How a recorder that holds says its end.
#[cfg(test)]
pub(crate) const END: &[u8] = b"<end>";

/// A transport that keeps what it is given. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Recorder {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    taken: Vec<u8>,
    /// `None` for without end.
    room: Option<usize>,
    /// So many bytes are taken at once, and held where there is no room for them; `None` for never.
    piece: Option<usize>,
    held: Vec<u8>,
    is_ending: bool,
    ended: bool,
    cut: bool,
}

impl Recorder {
    /// One that takes so many bytes and then, like a client that does not read, no more.
    #[must_use]
    pub fn with_room_for(bytes: usize) -> Self {
        let recorder = Self::default();
        recorder.state.lock().room = Some(bytes);
        recorder
    }

    /// One that takes pieces of so many bytes, holds what there is no room for, and says its end with [`END`].
    #[cfg(test)]
    pub(crate) fn holding(piece: usize, room: usize) -> Self {
        let recorder = Self::with_room_for(room);
        recorder.state.lock().piece = Some(piece);
        recorder
    }

    /// Has something to say by itself.
    #[cfg(test)]
    pub(crate) fn hold(&self, bytes: &[u8]) {
        self.state.lock().held.extend_from_slice(bytes);
    }

    /// Takes so many bytes more.
    pub fn make_room_for(&self, bytes: usize) {
        *self.state.lock().room.get_or_insert(0) += bytes;
    }

    /// All bytes so far.
    #[must_use]
    pub fn taken(&self) -> Vec<u8> {
        self.state.lock().taken.clone()
    }

    /// What `each` makes of every packet that came since the last call.
    pub fn packets<T>(&self, each: impl FnMut(Frame<'_>) -> T) -> Vec<T> {
        let taken = std::mem::take(&mut self.state.lock().taken);
        Frames::new(&taken).map(each).collect()
    }

    /// True where the client was told that nothing more comes.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.state.lock().ended
    }

    /// True where the connection was ended.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.state.lock().cut
    }
}

impl Transport for Recorder {
    fn send_now(&self, bytes: &[u8]) -> Result<usize, NetError> {
        let mut state = self.state.lock();
        if state.cut {
            return Err(NetError::DeadlineOver);
        }
        Ok(match state.piece {
            None => state.arrive(bytes),
            Some(piece) => state.take(bytes, piece),
        })
    }

    fn held(&self) -> usize {
        self.state.lock().held.len()
    }

    fn end(&self, _why: Ending) {
        let mut state = self.state.lock();
        state.is_ending = true;
        #[cfg(test)]
        if state.piece.is_some() {
            state.held.extend_from_slice(END);
        }
        state.push();
    }

    fn cut(&self) {
        self.state.lock().cut = true;
    }

    fn connection(&self) -> Option<&Connection> {
        None
    }
}

impl State {
    /// What there is room for; the count of it.
    fn arrive(&mut self, bytes: &[u8]) -> usize {
        let count = self.room.unwrap_or(usize::MAX).min(bytes.len());
        self.room = self.room.map(|room| room - count);
        self.taken.extend_from_slice(&bytes[..count]);
        count
    }

    fn push(&mut self) {
        let held = std::mem::take(&mut self.held);
        let count = self.arrive(&held);
        self.held = held[count..].to_vec();
        self.ended |= self.is_ending && self.held.is_empty();
    }

    /// As much as it takes before something is held; the count of it.
    fn take(&mut self, bytes: &[u8], piece: usize) -> usize {
        self.push();
        let mut taken = 0;
        while self.held.is_empty() && taken < bytes.len() {
            let end = bytes.len().min(taken + piece);
            self.held.extend_from_slice(&bytes[taken..end]);
            taken = end;
            self.push();
        }
        taken
    }
}
