//! Answers the requests that every room server has: login, ping, echo, entering and leaving a room. All others go to the
//! game.

use std::sync::Arc;

use protocol::message::{
    Echo, LoginReq, LoginRes, PingReq, PingRes, RoomEnterReq, RoomEnterRes, RoomLeaveReq, RoomLeaveRes,
};
use protocol::{ErrorCode, Frame, PacketId};

use crate::counters::add;
use crate::game::Game;
use crate::incoming::Incoming;
use crate::logic::Handled;
use crate::state::{Seat, State};
use crate::worker::{Next, Worker};

/// What a `RES` says.
#[must_use]
pub fn result(outcome: Result<(), ErrorCode>) -> ErrorCode {
    outcome.err().unwrap_or(ErrorCode::NONE)
}

impl<G: Game> Worker<G> {
    pub(crate) fn dispatch(&mut self, state: &mut State, frame: Frame<'_>) -> Next {
        let packet = &mut self.open(state, frame);
        let outcome = match packet.packet_id() {
            PacketId::ECHO => self.echo(state, packet),
            PacketId::PING_REQ => self.ping(state, packet),
            PacketId::LOGIN_REQ => self.log_in(state, packet),
            _ if state.user_id.is_none() => Err(ErrorCode::PACKET_NOT_LOGIN_USER),
            PacketId::ROOM_ENTER_REQ => return self.enter(state, packet),
            PacketId::ROOM_LEAVE_REQ => self.leave(state, packet),
            _ => self.game_packet(state, packet),
        };
        if let Err(error) = outcome {
            self.notify(state, error);
        }
        Next::Packet
    }

    fn open<'a>(&self, state: &State, frame: Frame<'a>) -> Incoming<'a> {
        let config = &self.engine.config;
        let compression = config.compress_over.is_some();
        let packet = Incoming::new(
            frame,
            state.session.codec(),
            compression,
            config.limits.max_packet,
        );
        if packet.shows_compression() {
            state.session.set_reads_compressed();
        }
        packet
    }

    fn echo(&mut self, state: &State, packet: &mut Incoming<'_>) -> Result<(), ErrorCode> {
        packet.decode::<Echo<'_>>()?;
        self.delivery.put(&state.session, packet.frame().bytes);
        Ok(())
    }

    fn ping(&mut self, state: &State, packet: &mut Incoming<'_>) -> Result<(), ErrorCode> {
        let PingReq { number } = packet.decode()?;
        self.delivery.send(&state.session, &PingRes { number })
    }

    fn log_in(&mut self, state: &mut State, packet: &mut Incoming<'_>) -> Result<(), ErrorCode> {
        let outcome = packet
            .decode::<LoginReq>()
            .and_then(|login| self.log_in_with(state, &login));
        match outcome {
            Ok(()) => Ok(()),
            Err(result) => self.delivery.send(&state.session, &LoginRes { result }),
        }
    }

    fn log_in_with(&mut self, state: &mut State, login: &LoginReq) -> Result<(), ErrorCode> {
        if state.user_id.is_some() {
            return Err(ErrorCode::LOGIN_USER_DUPLICATION);
        }
        let user_id = login.user_id()?;
        match self.engine.checks_logins {
            true => self.ask_whether(state, user_id, login),
            false => self.take_user_id(state, &user_id),
        }
    }

    /// The answer is in the outbox before others can find the user: no whisper comes before it.
    pub(crate) fn take_user_id(&mut self, state: &mut State, user_id: &str) -> Result<(), ErrorCode> {
        let result = ErrorCode::NONE;
        let response = LoginRes { result };
        let mut response = self.delivery.encoded(&response);
        let response = response.packet_for(&state.session)?;
        let put_response = || self.delivery.put(&state.session, response);
        let users = &self.engine.users;
        let (user_id, older) = match self.engine.checks_logins {
            true => users.take_over(user_id, &state.session, put_response),
            false => {
                let user_id = users.log_in(user_id, &state.session, put_response);
                (user_id.ok_or(ErrorCode::LOGIN_USER_DUPLICATION)?, None)
            }
        };
        state.session.set_logged_in(&user_id);
        state.user_id = Some(user_id);
        add(&self.engine.config.counters.users, 1);
        if let Some(older) = older {
            self.replace(older, state);
        }
        Ok(())
    }

    // ANCHOR: enter
    /// Into a room, of this worker or of another one.
    fn enter(&mut self, state: &mut State, packet: &mut Incoming<'_>) -> Next {
        let number = match wanted_room(state, packet) {
            Ok(number) => number,
            Err(result) => return self.refuse_entry(state, result),
        };
        let Some(room) = self.engine.numbers.index_of(number) else {
            return self.enter_elsewhere(state, number);
        };
        match self.engine.numbers.worker_of(room) {
            // One that has just come is behind this packet in this worker's own queue: there it finds it.
            worker if worker == self.index && self.rooms.knows(room) => self.take_seat(state, room),
            worker => Next::Worker(worker),
        }
    }
    // ANCHOR_END: enter

    /// A room that is not here: the game may know where it is.
    fn enter_elsewhere(&mut self, state: &State, number: i32) -> Next {
        self.delivery.wishes.set_asking(&state.session);
        let game = &self.engine.game;
        let is_answered = state
            .user()
            .is_some_and(|user| game.elsewhere(&mut self.delivery, &user, number));
        match is_answered {
            true => Next::Packet,
            false => self.refuse_entry(state, ErrorCode::ROOM_INVALID_NUMBER),
        }
    }

    fn take_seat(&mut self, state: &mut State, index: usize) -> Next {
        let Some(user_id) = state.user_id.as_ref().map(Arc::clone) else {
            return Next::Packet;
        };
        let Some(room) = self.rooms.get_mut(index) else {
            return self.refuse_entry(state, ErrorCode::ROOM_INVALID_NUMBER);
        };
        let was_empty = room.is_empty();
        match room.enter(&state.session, &user_id, &mut self.delivery) {
            Ok(unique_id) => {
                state.seat = Some(Seat {
                    room: index,
                    unique_id,
                });
                state.session.set_room(Some(room.number()));
                if was_empty {
                    add(&self.engine.config.counters.rooms_in_use, 1);
                }
                // Last: whatever the logic does, the user has a seat now, and will be taken out of it.
                room.welcome(unique_id, &mut self.delivery);
                Next::Packet
            }
            Err(result) => self.refuse_entry(state, result),
        }
    }

    fn refuse_entry(&mut self, state: &State, result: ErrorCode) -> Next {
        let refusal = RoomEnterRes {
            result,
            room: 0,
            user_unique_id: 0,
        };
        // A packet of three numbers can always be built.
        let _ = self.delivery.send(&state.session, &refusal);
        Next::Packet
    }

    fn leave(&mut self, state: &mut State, packet: &mut Incoming<'_>) -> Result<(), ErrorCode> {
        if state.seat.is_none() {
            return Err(ErrorCode::ROOM_NOT_IN_USER);
        }
        let outcome = packet.decode::<RoomLeaveReq>().map(|_| self.leave_room(state));
        let result = result(outcome);
        self.delivery.send(&state.session, &RoomLeaveRes { result })
    }

    /// Not the engine's: the game knows it, or its room does, or nobody.
    fn game_packet(&mut self, state: &State, packet: &mut Incoming<'_>) -> Result<(), ErrorCode> {
        if state.seat.is_none() && self.engine.game.needs_room(packet) {
            return Err(ErrorCode::ROOM_NOT_IN_USER);
        }
        let user = state.user().ok_or(ErrorCode::PACKET_NOT_LOGIN_USER)?;
        self.delivery.wishes.set_asking(&state.session);
        let mut handled = self.engine.game.packet(&mut self.delivery, &user, packet)?;
        if let (Handled::UnknownId, Some(seat)) = (handled, state.seat)
            && let Some(room) = self.rooms.get_mut(seat.room)
        {
            handled = room.packet(seat.unique_id, packet, &mut self.delivery)?;
        }
        match handled {
            Handled::Yes => Ok(()),
            Handled::UnknownId => Err(ErrorCode::ROOM_NOT_REGISTERED_PACKET_ID),
        }
    }
}

/// The room that a user in no room wants to enter.
fn wanted_room(state: &State, packet: &mut Incoming<'_>) -> Result<i32, ErrorCode> {
    let RoomEnterReq { room } = packet.decode()?;
    match state.seat {
        Some(_) => Err(ErrorCode::ENTER_ROOM_ALREADY),
        None => Ok(room),
    }
}
