//! For tests of room logic: a room without sockets and threads, whose members keep what they are sent.

use std::sync::Arc;
use std::time::Instant;

use net::{Connection, NetError};
use parking_lot::Mutex;
use protocol::{DEFAULT_MAX_PACKET, ErrorCode, Frame, Frames};

use crate::backlog::Backlog;
use crate::delivery::Delivery;
use crate::room::{Handled, Room, RoomLogic};
use crate::session::Session;
use crate::transport::Transport;
use crate::users::Users;

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

    fn cut(&self) {
        self.state.lock().cut = true;
    }

    fn connection(&self) -> Option<&Connection> {
        None
    }
}

/// A room with its logic, and members whose bytes are kept.
pub struct TestRoom<L> {
    room: Room<L>,
    delivery: Delivery,
    users: Arc<Users>,
    sessions: u64,
}

impl<L: RoomLogic> TestRoom<L> {
    /// Room 1, empty.
    ///
    /// # Errors
    /// When the system has no descriptor left.
    pub fn new(logic: L) -> Result<Self, NetError> {
        let users = Arc::new(Users::default());
        let delivery = Delivery::new(
            Arc::clone(&users),
            Arc::default(),
            Backlog::without_helper()?,
            None,
            None,
        );
        Ok(Self {
            room: Room::new(1, 100, DEFAULT_MAX_PACKET, logic),
            delivery,
            users,
            sessions: 0,
        })
    }

    /// A user who is logged in and in no room.
    pub fn log_in(&mut self, user_id: &str) -> (Arc<Session>, Recorder) {
        self.sessions += 1;
        let recorder = Recorder::default();
        let session = Arc::new(Session::new(self.sessions, Arc::new(recorder.clone()), None, 0));
        self.users.log_in(user_id, &session);
        (session, recorder)
    }

    /// A user who is in the room: the unique id, and what is sent to that member from now on.
    ///
    /// # Errors
    /// Why the user cannot enter.
    pub fn enter(&mut self, user_id: &str) -> Result<(u64, Recorder), ErrorCode> {
        let (session, recorder) = self.log_in(user_id);
        let unique_id = self.room.enter(&session, &user_id.into(), &mut self.delivery)?;
        self.room.entered(unique_id, &mut self.delivery);
        self.delivery.flush();
        recorder.packets(|_| ());
        Ok((unique_id, recorder))
    }

    /// A member's packet, given whole.
    ///
    /// # Errors
    /// Those of the logic.
    pub fn packet(&mut self, unique_id: u64, packet: &[u8]) -> Result<Handled, ErrorCode> {
        let frame = Frames::new(packet)
            .next()
            .ok_or(ErrorCode::PACKET_DECODING_FAIL)?;
        let handled = self.room.packet(unique_id, &frame, &mut self.delivery);
        self.delivery.flush();
        handled
    }

    /// A member leaves.
    pub fn leave(&mut self, unique_id: u64) {
        if let Some(member) = self.room.leave(unique_id, &mut self.delivery) {
            self.room.left(&member, &mut self.delivery);
        }
        self.delivery.flush();
    }

    /// It is `now`.
    pub fn tick(&mut self, now: Instant) {
        self.room.tick(now, &mut self.delivery);
        self.delivery.flush();
    }
}
