//! Logins, where the game checks them: the worker asks the client's thread, and the session waits for the answer.

use net::NetError;
use protocol::ErrorCode;
use protocol::message::{LoginReq, LoginRes};

use super::{Worker, guard};
use crate::game::Game;
use crate::progress::Question;
use crate::state::State;
use crate::ticket::Parking;

impl<G: Game> Worker<G> {
    // ANCHOR: ask
    /// Parks the session until its own thread has asked the game. The request has passed the rate limit, and may be
    /// answered with yes.
    pub(crate) fn ask_whether(
        &mut self,
        state: &State,
        user_id: String,
        login: &LoginReq,
    ) -> Result<(), ErrorCode> {
        let password = login.password()?.to_owned();
        let ticket = self.delivery.wishes.park(Some(state.session.id()), None);
        state.session.progress().ask(Question {
            user_id,
            password,
            ticket,
        });
        Ok(())
    }
    // ANCHOR_END: ask

    /// The answer is there. The session goes on: first with what comes of the answer, then with what has waited.
    pub(super) fn checked(&mut self, parking: Parking, user_id: &str, verdict: Result<(), ErrorCode>) {
        let Some(mut state) = parking.session.and_then(|session| self.states.remove(&session)) else {
            return;
        };
        self.take_in_hand(&state.session);
        state.resume(self.delivery.now());
        // One that is to be closed does not get the name first.
        self.close_if_wanted(&mut state);
        if let Err(cause) = guard(|| self.let_in(&mut state, user_id, verdict)) {
            state.session.cut(NetError::Panicked(cause));
        }
        self.take_leave(Some(&mut state));
        self.go_on_with_waiting(Some(state));
    }

    fn let_in(&mut self, state: &mut State, user_id: &str, verdict: Result<(), ErrorCode>) {
        if state.session.has_ended() {
            return;
        }
        let outcome = verdict.and_then(|()| self.take_user_id(state, user_id));
        if let Err(result) = outcome {
            // A packet of one number can always be built.
            let _ = self.delivery.send(&state.session, &LoginRes { result });
        }
    }
}
