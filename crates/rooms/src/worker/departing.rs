//! Members that the logic of their room wants to be gone: out of the room, or off the server.

use super::{Worker, guard};
use crate::delivery::Departure;
use crate::game::Game;
use crate::state::State;

impl<G: Game> Worker<G> {
    // ANCHOR: take_leave
    /// Lets the members go that the logic of their rooms wants to be gone, the one whose packet was answered among
    /// them. The logic hears of each, and may then want more of them to go.
    pub(super) fn take_leave(&mut self, mut current: Option<&mut State>) {
        loop {
            let departures = self.delivery.departures();
            if departures.is_empty() {
                return;
            }
            for departure in departures {
                self.depart(departure, current.as_deref_mut());
            }
        }
    }
    // ANCHOR_END: take_leave

    /// Nobody is taken out where that member has gone already.
    fn depart(&mut self, departure: Departure, current: Option<&mut State>) {
        let room = usize::try_from(departure.room).unwrap_or_default() / self.engine.config.workers;
        let Some(member) = self.rooms[room].member(departure.unique_id) else {
            return;
        };
        let session = member.session.id();
        match current.filter(|state| state.session.id() == session) {
            Some(state) => self.let_go(state, departure),
            // At shutdown its state may have gone ahead.
            None => {
                if let Some(mut state) = self.states.remove(&session) {
                    self.let_go(&mut state, departure);
                    self.states.insert(session, state);
                }
            }
        }
    }

    /// Each part by itself: whatever the game or the trace does in one of them, the others happen.
    fn let_go(&mut self, state: &mut State, departure: Departure) {
        let _ = guard(|| self.delivery.say_removed(&state.session, departure.unique_id));
        let _ = guard(|| self.leave_room(state));
        if let Some(reason) = departure.reason {
            self.log_out(state);
            let _ = guard(|| self.delivery.close(&state.session, reason));
        }
    }
}
