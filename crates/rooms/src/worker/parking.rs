//! Events from outside, and sessions that wait for one.

use net::NetError;

use super::{Worker, guard};
use crate::game::{EventOf, Game};
use crate::state::{State, Waiting};
use crate::ticket::Parking;

impl<G: Game> Worker<G> {
    /// Parks those that the call before has wanted to be parked: the session whose packet was answered, or others.
    pub(super) fn park_sessions(&mut self, mut current: Option<&mut State>) {
        let now = self.delivery.now();
        for session in self.delivery.wishes.parked() {
            let current = current
                .as_deref_mut()
                .filter(|state| state.session.id() == session);
            let state = match current {
                Some(state) => Some(state),
                // At shutdown its state may have gone ahead.
                None => self.states.get_mut(&session).map(|state| &mut **state),
            };
            if let Some(state) = state {
                state.park(now);
            }
        }
    }

    /// Something from outside, for a room.
    pub(super) fn event(&mut self, room: i32, event: EventOf<G>) {
        let _ = self.tell_room(room, None, event);
        self.take_leave(None);
        self.ask_again(room);
    }

    // ANCHOR: resume
    /// A ticket is back. The session goes on, unless another of its tickets is still out: first the answer, then what
    /// has waited.
    pub(super) fn resume(&mut self, parking: Parking, event: Option<EventOf<G>>) {
        match parking.session.and_then(|session| self.states.remove(&session)) {
            Some(mut state) => {
                self.take_in_hand(&state.session);
                state.resume(self.delivery.now());
                self.tell(&mut state, parking, event);
                self.go_on_with_waiting(Some(state));
            }
            // Nobody was parked, and the room wants to know all the same.
            None => {
                if let (Some(room), Some(event)) = (parking.room, event) {
                    self.event(room, event);
                }
            }
        }
    }
    // ANCHOR_END: resume

    /// The answer goes to the logic that has asked. If that panics, the session is the one that ends.
    fn tell(&mut self, state: &mut State, parking: Parking, event: Option<EventOf<G>>) {
        let told = match (parking.room, event) {
            (_, None) => Ok(()),
            // Another room may have its number by now.
            (Some(_), Some(_)) if self.was_in_a_lost_room(state) => Ok(()),
            (Some(room), Some(event)) => {
                let seat = state
                    .seat
                    .filter(|seat| self.rooms.number_of(seat.room) == Some(room));
                self.tell_room(room, seat.map(|seat| seat.unique_id), event)
            }
            (None, Some(event)) => self.tell_game(state, event),
        };
        if let Err(cause) = told {
            state.session.cut(NetError::Panicked(cause));
        }
        self.take_leave(Some(state));
        if let Some(room) = parking.room {
            self.ask_again(room);
        }
    }

    fn tell_game(&mut self, state: &State, event: EventOf<G>) -> Result<(), String> {
        let Some(user) = state.user() else {
            return Ok(());
        };
        self.delivery.wishes.set_asking(&state.session);
        guard(|| self.engine.game.event(&mut self.delivery, &user, event))
    }

    fn was_in_a_lost_room(&self, state: &State) -> bool {
        state.seat.is_some_and(|seat| self.rooms.get(seat.room).is_none())
    }

    fn tell_room(&mut self, room: i32, from: Option<u64>, event: EventOf<G>) -> Result<(), String> {
        let room = self
            .rooms
            .index_of(room)
            .and_then(|index| self.rooms.get_mut(index));
        room.map_or(Ok(()), |room| {
            guard(|| room.event(from, event, &mut self.delivery))
        })
    }

    // ANCHOR: go_on_with_waiting
    /// Does what has waited for a session, until it is parked again, belongs to another worker, or has ended.
    pub(super) fn go_on_with_waiting(&mut self, mut state: Option<Box<State>>) {
        while let Some(mut current) = state {
            state = match current.next_waiting() {
                Some(Waiting::Item(item)) => self.answer_item(current, item, false),
                Some(Waiting::Close) => {
                    self.close_if_wanted(&mut current);
                    Some(current)
                }
                Some(Waiting::Departure(departure)) => {
                    self.let_go_late(&mut current, departure);
                    Some(current)
                }
                None => {
                    self.states.insert(current.session.id(), current);
                    None
                }
            };
        }
    }
    // ANCHOR_END: go_on_with_waiting
}
