//! For tests of room logic: a room without sockets and threads, whose members keep what they are sent.

mod recorder;

use std::sync::Arc;
use std::time::{Duration, Instant};

use net::NetError;
use protocol::{Codec, DEFAULT_MAX_PACKET, ErrorCode, Frames};

use crate::backlog::Backlog;
use crate::config::Config;
use crate::delivery::{Delivery, Departure};
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
    /// Connections that the logic has ended.
    closed: Vec<(u64, ErrorCode)>,
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
            closed: Vec::new(),
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
        self.settle();
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
        self.settle();
        handled
    }

    /// A member leaves.
    pub fn leave(&mut self, unique_id: u64) {
        if let Some(member) = self.room.leave(unique_id, &mut self.delivery) {
            self.room.left(&member, &mut self.delivery);
        }
        self.settle();
    }

    /// What the logic takes for the time, until it is told another one. It starts with the time of [`new`](Self::new).
    #[must_use]
    pub fn now(&self) -> Instant {
        self.delivery.now()
    }

    /// So much time passes, and the logic hears of it.
    pub fn tick_after(&mut self, time: Duration) {
        self.delivery.set_now(self.delivery.now() + time);
        self.room.tick(&mut self.delivery);
        self.settle();
    }

    /// The unique ids of the members.
    #[must_use]
    pub fn members(&self) -> Vec<u64> {
        self.room.unique_ids()
    }

    /// Connections that the logic has ended since the last call: unique ids, and what the clients are told.
    pub fn closed(&mut self) -> Vec<(u64, ErrorCode)> {
        std::mem::take(&mut self.closed)
    }

    /// What a worker does after a call: members go that are to go, and what was put into outboxes is sent.
    fn settle(&mut self) {
        loop {
            let departures = self.delivery.departures();
            if departures.is_empty() {
                return self.delivery.flush();
            }
            for departure in departures {
                self.depart(departure);
            }
        }
    }

    fn depart(
        &mut self,
        Departure {
            unique_id, reason, ..
        }: Departure,
    ) {
        let Some(member) = self.room.leave(unique_id, &mut self.delivery) else {
            return;
        };
        self.delivery.say_removed(&member.session, unique_id);
        self.room.left(&member, &mut self.delivery);
        if let Some(reason) = reason {
            self.delivery.close(&member.session, reason);
            self.closed.push((unique_id, reason));
        }
    }
}
