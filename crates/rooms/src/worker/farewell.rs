//! Sessions that somebody wants to be closed: another thread, or a newer login of the same user.

use std::sync::Arc;

use protocol::ErrorCode;

use super::{Worker, guard};
use crate::command::Command;
use crate::game::Game;
use crate::session::Session;
use crate::state::State;

impl<G: Game> Worker<G> {
    /// One that is not here is on its way to another worker, which looks by itself, or has ended.
    pub(super) fn close(&mut self, session: &Arc<Session>) {
        let Some(mut state) = self.states.remove(&session.id()) else {
            return;
        };
        match state.is_parked() {
            true => state.wait_to_close(),
            false => self.close_if_wanted(&mut state),
        }
        self.states.insert(session.id(), state);
    }

    pub(super) fn close_if_wanted(&mut self, state: &mut State) {
        if let Some(reason) = state.session.progress().wanted_farewell() {
            self.close_session(state, reason);
            self.take_leave(Some(state));
        }
    }

    // ANCHOR: close_session
    /// It leaves its room and its name, and `reason` is its last word. Then those go on who have waited for that. Each
    /// part by itself: whatever the game or the trace does in one of them, the others happen.
    pub(super) fn close_session(&mut self, state: &mut State, reason: ErrorCode) {
        let _ = guard(|| self.leave_room(state));
        self.log_out(state);
        let _ = guard(|| self.delivery.close(&state.session, reason));
        state.session.progress().say_farewell();
    }
    // ANCHOR_END: close_session

    // ANCHOR: replace
    /// Closes an older session of a user who has come again. The newer one is parked until the older one has left its
    /// room, wherever that is.
    pub(crate) fn replace(&mut self, older: Arc<Session>, newer: &State) {
        let ticket = self.delivery.wishes.park(Some(newer.session.id()), None);
        if older.progress().want_farewell(ErrorCode::REPLACED, Some(ticket)) {
            // Behind the wish: whichever worker has it now, this one or one that takes it over, sees the wish.
            let worker = older.worker();
            self.engine.command(worker, Command::Close(older));
        }
    }
    // ANCHOR_END: replace
}
