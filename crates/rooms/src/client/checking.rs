//! The check of a login, on the thread of its client: it may wait for somebody else, and nobody but this client waits with
//! it.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::time::{Duration, Instant};

use net::{NetError, panic_text};
use protocol::ErrorCode;
use tracing::error;

use super::{ClientThread, Read};
use crate::command::Command;
use crate::game::Game;
use crate::login::Login;
use crate::progress::Question;
use crate::session::Session;

impl<G: Game> ClientThread<G> {
    /// Waits until what is under way is answered; adds how long the game takes to check logins meanwhile. A client that
    /// guesses passwords has no more time for it than one that is silent.
    pub(super) fn wait_and_check(&self, session: &Arc<Session>, read: &Read, checking: &mut Duration) {
        while let Some(question) = session.progress().next_question() {
            if read.login_time.is_some_and(|time| *checking > time) {
                session.dismiss(NetError::DeadlineOver);
                // The ticket is dropped, and what waits finds that the session has ended.
                continue;
            }
            let start = Instant::now();
            self.check(session, question);
            *checking += start.elapsed();
        }
    }

    // ANCHOR: check
    /// Asks the game, and tells the worker. A panic of the game ends this session alone.
    fn check(&self, session: &Arc<Session>, question: Question) {
        let Question {
            user_id,
            password,
            ticket,
        } = question;
        let login = Login {
            user_id: &user_id,
            password: &password,
            session: session.id(),
        };
        match self.ask(session, &login) {
            Ok(verdict) => {
                let parking = ticket.redeem();
                let checked = Command::Checked {
                    parking,
                    user_id,
                    verdict,
                };
                self.engine.command(parking.worker, checked);
            }
            // The ticket is dropped here too.
            Err(reason) => drop(session.cut(reason)),
        }
    }
    // ANCHOR_END: check

    fn ask(&self, session: &Arc<Session>, login: &Login<'_>) -> Result<Result<(), ErrorCode>, NetError> {
        let checks = &self.engine.users.checks;
        checks.begin(session);
        // Whoever never answers must not keep the others from hearing that the server ends.
        self.engine.closed();
        let asked = AssertUnwindSafe(|| self.engine.game.check_login(login));
        let verdict = panic::catch_unwind(asked);
        self.engine.opened();
        let verdict = verdict.map_err(|cause| {
            let cause = panic_text(cause.as_ref());
            error!(client = session.id(), "a panic in the check of a login: {cause}");
            NetError::Panicked(cause)
        })?;
        if verdict.is_ok() {
            checks.let_in(session, login.user_id);
        }
        Ok(verdict)
    }

    /// Tells the game of the end of a session that it has let in.
    pub(super) fn tell_of_the_end(&self, session: &Session) {
        for user_id in self.engine.users.checks.end(session) {
            self.engine.game.session_ended(&user_id, session.id());
        }
    }
}
