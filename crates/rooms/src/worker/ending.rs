//! The end of a session: it leaves its room, its user id is free, and it gets its last word.

use protocol::ErrorCode;

use super::{Worker, guard};
use crate::counters::subtract;
use crate::game::Game;
use crate::item::End;
use crate::state::State;

impl<G: Game> Worker<G> {
    /// The last item of a session: it leaves its room, its user id is free, and what is in its outbox is
    /// the last that it gets.
    pub(super) fn end(&mut self, mut state: Box<State>, end: End) {
        let last_word = match end {
            // With a worker that is lost, nobody waits until everything is answered.
            End::ShuttingDown if self.engine.has_lost_a_worker() => Some(ErrorCode::SERVER_SHUTTING_DOWN),
            End::ShuttingDown => {
                // Nor does anybody need to wait until it has left.
                state.session.progress().say_farewell();
                self.ending.push(*state);
                return self.engine.closed();
            }
            End::Told(error) => Some(error),
            End::Gone => None,
        };
        // At shutdown nobody needs to hear who has left.
        if !self.engine.shutdown.requested() {
            let _ = guard(|| self.leave_room(&mut state));
            self.take_leave(None);
        }
        self.finish(&mut state, last_word);
        self.engine.closed();
    }

    /// The user id is free, and what is in the outbox is the last that the session gets.
    pub(super) fn finish(&mut self, state: &mut State, last_word: Option<ErrorCode>) {
        self.log_out(state);
        let _ = guard(|| self.delivery.finish(&state.session, last_word));
        state.session.progress().say_farewell();
    }

    /// Takes the session out of its room, if it is in one.
    pub(crate) fn leave_room(&mut self, state: &mut State) {
        let Some(seat) = state.seat.take() else {
            return;
        };
        state.session.set_room(None);
        let Some(room) = self.rooms.get_mut(seat.room) else {
            return;
        };
        let member = room.leave(seat.unique_id, &mut self.delivery);
        if room.is_empty() {
            subtract(&self.engine.config.counters.rooms_in_use, 1);
        }
        if let Some(member) = member {
            room.left(&member, &mut self.delivery);
        }
    }

    pub(super) fn log_out(&self, state: &mut State) {
        if let Some(user) = state.user() {
            self.engine.users.log_out(user.user_id, user.session);
            subtract(&self.engine.config.counters.users, 1);
            let _ = guard(|| self.engine.game.logged_out(&user));
        }
        state.user_id = None;
    }
}
