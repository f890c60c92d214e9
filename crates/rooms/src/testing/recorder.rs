//! A client that keeps what it is sent.

use std::sync::Arc;

use net::{Connection, Ending, NetError};
use parking_lot::Mutex;
use protocol::{Frame, Frames};

use crate::transport::Transport;

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
        let count = state.room.unwrap_or(usize::MAX).min(bytes.len());
        state.room = state.room.map(|room| room - count);
        state.taken.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn end(&self, _why: Ending) {
        self.state.lock().ended = true;
    }

    fn cut(&self) {
        self.state.lock().cut = true;
    }

    fn connection(&self) -> Option<&Connection> {
        None
    }
}
