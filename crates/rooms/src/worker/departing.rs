//! Members that the logic of their room wants to be gone: out of the room, or off the server.

use super::{Worker, guard};
use crate::game::Game;
use crate::state::{Seat, State};
use crate::wishes::Departure;

impl<G: Game> Worker<G> {
    // ANCHOR: take_leave
    /// Lets the members go that the logic of their rooms wants to be gone, the one whose packet was answered among
    /// them. The logic hears of each, and may then want more of them to go.
    pub(super) fn take_leave(&mut self, mut current: Option<&mut State>) {
        while self.delivery.wishes.are_there() {
            self.park_sessions(current.as_deref_mut());
            let departures = self.delivery.wishes.departures();
            for departure in departures {
                self.depart(departure, current.as_deref_mut());
            }
        }
    }
    // ANCHOR_END: take_leave

    /// Nobody is taken out where that member has gone already.
    fn depart(&mut self, departure: Departure, current: Option<&mut State>) {
        let room = self
            .rooms
            .index_of(departure.room)
            .and_then(|index| self.rooms.get(index));
        let Some(member) = room.and_then(|room| room.member(departure.unique_id)) else {
            return;
        };
        let session = member.session.id();
        match current.filter(|state| state.session.id() == session) {
            Some(state) => self.let_go_in_order(state, departure),
            // At shutdown its state may have gone ahead.
            None => {
                if let Some(mut state) = self.states.remove(&session) {
                    self.let_go_in_order(&mut state, departure);
                    self.states.insert(session, state);
                }
            }
        }
    }

    /// A parked session goes when it goes on.
    fn let_go_in_order(&mut self, state: &mut State, departure: Departure) {
        match state.is_parked() {
            true => state.wait_to_depart(departure),
            false => self.let_go(state, departure),
        }
    }

    /// One that was to go while it was parked, unless it has left meanwhile.
    pub(super) fn let_go_late(&mut self, state: &mut State, departure: Departure) {
        let is_there = |seat: Seat| {
            self.rooms.number_of(seat.room) == Some(departure.room) && seat.unique_id == departure.unique_id
        };
        if state.seat.is_some_and(is_there) {
            self.let_go(state, departure);
            self.take_leave(Some(state));
        }
    }

    /// Each part by itself: whatever the game or the trace does in one of them, the others happen.
    fn let_go(&mut self, state: &mut State, departure: Departure) {
        let _ = guard(|| self.delivery.say_removed(&state.session, departure.unique_id));
        match departure.reason {
            None => drop(guard(|| self.leave_room(state))),
            Some(reason) => self.close_session(state, reason),
        }
    }
}
