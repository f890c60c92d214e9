//! For tests of room logic: a room without sockets and threads, whose members keep what they are sent.

mod recorder;

use std::sync::Arc;
use std::time::Instant;

use net::NetError;
use protocol::{Codec, DEFAULT_MAX_PACKET, ErrorCode, Frames};

use crate::backlog::Backlog;
use crate::config::Config;
use crate::delivery::Delivery;
use crate::encoded::Writing;
use crate::incoming::Incoming;
use crate::room::{Handled, Room, RoomLogic};
use crate::session::Session;
use crate::users::Users;

pub use recorder::Recorder;

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
            Writing::new(&Config::default()),
        );
        Ok(Self {
            room: Room::new(1, 100, DEFAULT_MAX_PACKET, logic),
            delivery,
            users,
            sessions: 0,
        })
    }

    /// A user who is logged in and in no room, and speaks the binary codec.
    pub fn log_in(&mut self, user_id: &str) -> (Arc<Session>, Recorder) {
        self.log_in_speaking(Codec::Binary, user_id)
    }

    /// The same for another codec.
    pub fn log_in_speaking(&mut self, codec: Codec, user_id: &str) -> (Arc<Session>, Recorder) {
        self.sessions += 1;
        let recorder = Recorder::default();
        let session = Arc::new(Session::new(
            self.sessions,
            Arc::new(recorder.clone()),
            codec,
            None,
            0,
        ));
        self.users.log_in(user_id, &session, || ());
        (session, recorder)
    }

    /// A user who is in the room: the unique id, and what is sent to that member from now on.
    ///
    /// # Errors
    /// Why the user cannot enter.
    pub fn enter(&mut self, user_id: &str) -> Result<(u64, Recorder), ErrorCode> {
        self.enter_speaking(Codec::Binary, user_id)
    }

    /// The same for another codec.
    ///
    /// # Errors
    /// Why the user cannot enter.
    pub fn enter_speaking(&mut self, codec: Codec, user_id: &str) -> Result<(u64, Recorder), ErrorCode> {
        let (session, recorder) = self.log_in_speaking(codec, user_id);
        let unique_id = self.room.enter(&session, &user_id.into(), &mut self.delivery)?;
        self.room.entered(unique_id, &mut self.delivery);
        self.delivery.flush();
        recorder.packets(|_| ());
        Ok((unique_id, recorder))
    }

    /// A member's packet, given whole, in that member's codec.
    ///
    /// # Errors
    /// Those of the logic.
    pub fn packet(&mut self, unique_id: u64, packet: &[u8]) -> Result<Handled, ErrorCode> {
        let frame = Frames::new(packet)
            .next()
            .ok_or(ErrorCode::PACKET_DECODING_FAIL)?;
        let codec = self
            .room
            .member(unique_id)
            .map_or(Codec::Binary, |member| member.session.codec());
        let mut packet = Incoming::new(frame, codec, false, DEFAULT_MAX_PACKET);
        let handled = self.room.packet(unique_id, &mut packet, &mut self.delivery);
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
