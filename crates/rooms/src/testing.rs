//! For tests of room logic: a room without sockets and threads, whose members keep what they are sent.

mod parking;
mod recorder;
mod waiting;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, unbounded};
use net::NetError;
use protocol::{Codec, DEFAULT_MAX_PACKET, ErrorCode, Frames};

use crate::backlog::Backlog;
use crate::command::{Command, Commands};
use crate::config::Config;
use crate::delivery::Delivery;
use crate::encoded::Writing;
use crate::incoming::Incoming;
use crate::logic::{Handled, RoomLogic};
use crate::numbers::Numbers;
use crate::outside::Outside;
use crate::room::Room;
use crate::session::Session;
use crate::users::Users;
use crate::wishes::Departure;

#[cfg(test)]
pub(crate) use recorder::END;
pub use recorder::Recorder;
use waiting::{Parked, Waiting};

/// The number of the room.
const NUMBER: i32 = 1;

/// A room with its logic, and members whose bytes are kept.
///
/// What comes through [`outside`](Self::outside) reaches the logic before the next call does. While a member is parked,
/// its packets and its end wait, as on a server.
pub struct TestRoom<L: RoomLogic> {
    room: Room<L>,
    delivery: Delivery,
    users: Arc<Users>,
    sessions: u64,
    /// Connections that the logic has ended.
    closed: Vec<(u64, ErrorCode)>,
    outside: Outside<L::Event>,
    commands: Receiver<Command<L::Event>>,
    /// Sessions with a ticket that is out, or with something that waits.
    parked: HashMap<u64, Parked>,
}

impl<L: RoomLogic> TestRoom<L> {
    /// Room 1, empty.
    ///
    /// # Errors
    /// When the system has no descriptor left.
    pub fn new(logic: L) -> Result<Self, NetError> {
        let users = Arc::new(Users::default());
        let (sender, commands) = unbounded();
        let config = Config {
            first_room: NUMBER,
            rooms: 1,
            ..Config::default()
        };
        let numbers = Arc::new(Numbers::new(&config));
        let outside = Outside::new(
            [Commands::new(sender)].into(),
            Arc::clone(&users),
            numbers,
            &config,
        );
        let delivery = Delivery::new(
            Arc::clone(&users),
            Arc::default(),
            Backlog::without_helper()?,
            None,
            None,
            Writing::new(&config),
            (0, outside.resume_without_event(), outside.fill_with_nothing()),
        );
        Ok(Self {
            room: Room::new(NUMBER, config.first_unique_id, &config, logic),
            delivery,
            users,
            sessions: 0,
            closed: Vec::new(),
            outside,
            commands,
            parked: HashMap::new(),
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
        let (unique_id, recorder) = self.newcomer_speaking(codec, user_id)?;
        recorder.packets(|_| ());
        Ok((unique_id, recorder))
    }

    /// As [`enter`](Self::enter), and the recorder has what the user was sent at the entry too.
    ///
    /// # Errors
    /// Why the user cannot enter.
    pub fn newcomer(&mut self, user_id: &str) -> Result<(u64, Recorder), ErrorCode> {
        self.newcomer_speaking(Codec::Binary, user_id)
    }

    fn newcomer_speaking(&mut self, codec: Codec, user_id: &str) -> Result<(u64, Recorder), ErrorCode> {
        self.work();
        let (session, recorder) = self.log_in_speaking(codec, user_id);
        let unique_id = self.room.enter(&session, &user_id.into(), &mut self.delivery)?;
        self.room.welcome(unique_id, &mut self.delivery);
        self.settle();
        Ok((unique_id, recorder))
    }

    /// A member's packet, given whole, in that member's codec. The packet of a member that is parked waits, and where it
    /// fails then, the member is sent an `ERROR_NTF`.
    ///
    /// # Errors
    /// Those of the logic.
    pub fn packet(&mut self, unique_id: u64, packet: &[u8]) -> Result<Handled, ErrorCode> {
        self.work();
        match self.parking_of(unique_id) {
            Some(parked) => {
                parked.wait(Waiting::Packet(unique_id, packet.to_vec()));
                Ok(Handled::Yes)
            }
            None => self.answer(unique_id, packet),
        }
    }

    fn answer(&mut self, unique_id: u64, packet: &[u8]) -> Result<Handled, ErrorCode> {
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
        self.work();
        match self.parking_of(unique_id) {
            Some(parked) => parked.wait(Waiting::Leave(unique_id)),
            None => self.take_out(unique_id),
        }
    }

    fn take_out(&mut self, unique_id: u64) {
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

    /// When the room wants to be told the time.
    #[must_use]
    pub fn next_wake(&self) -> Option<Instant> {
        self.delivery.next_alarm()
    }

    /// So much time passes. The logic is told the time whenever it has asked for it on the way.
    pub fn pass(&mut self, time: Duration) {
        self.work();
        let end = self.now() + time;
        while let Some(next) = self.next_wake().filter(|next| *next <= end) {
            // A time that is over already is now.
            self.delivery.set_now(next.max(self.now()));
            let now = self.now();
            self.delivery.alarms().due(now);
            self.room.tick(&mut self.delivery);
            self.settle();
        }
        self.delivery.set_now(end);
    }

    /// So much time passes while the worker is busy with others: the logic hears of no alarm on the way, before the next
    /// [`pass`](Self::pass).
    pub fn pass_unnoticed(&mut self, time: Duration) {
        self.delivery.set_now(self.now() + time);
    }

    /// The server ends: true where the logic has nothing more to do.
    pub fn closing(&mut self) -> bool {
        self.work();
        let is_done = self.room.closing(&mut self.delivery);
        self.settle();
        is_done
    }

    /// The server has lost the room.
    pub fn abandoned(&mut self) {
        self.work();
        self.room.abandoned(&mut self.delivery);
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

    /// What a worker does after a call: sessions are parked that are to be, members go that are to go, and what was put
    /// into outboxes is sent.
    fn settle(&mut self) {
        loop {
            self.park_sessions();
            let departures = self.delivery.wishes.departures();
            if departures.is_empty() {
                return self.delivery.flush();
            }
            for departure in departures {
                match self.parking_of(departure.unique_id) {
                    Some(parked) => parked.wait(Waiting::Departure(departure)),
                    None => self.depart(departure),
                }
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
