//! Requests to the other servers of a directory: for users who are not here, and for rooms.
//!
//! A session that has asked is parked, so each has one request under way, and its answers come in the order of its requests.

use std::fmt;
use std::sync::{Arc, OnceLock};

use directory::{Nodes, Request, Way};
use protocol::{ErrorCode, user_name};
use rooms::{Delivery, Outside, Ticket, User, result};

use crate::event::{Answer, Event};

type Resume = Arc<dyn Fn(Ticket, Event) + Send + Sync>;

/// The way to the other servers.
pub(crate) struct Elsewhere {
    pub(crate) nodes: Arc<Nodes>,
    /// Set when the game starts.
    resume: OnceLock<Resume>,
}

impl Elsewhere {
    pub(crate) fn new(nodes: Arc<Nodes>) -> Self {
        Self {
            nodes,
            resume: OnceLock::new(),
        }
    }

    /// Answers come this way.
    pub(crate) fn start<E: From<Event> + Send + 'static>(&self, outside: Outside<E>) {
        let resume = move |ticket, event: Event| outside.resume(ticket, event.into());
        // A game is started once.
        let _ = self.resume.set(Arc::new(resume));
    }

    pub(crate) fn whisper(
        &self,
        delivery: &mut Delivery,
        from: &User<'_>,
        to: &str,
        message: &str,
    ) -> Result<(), ErrorCode> {
        let to = other_user(from.user_id, to)?;
        let request = Request::Whisper {
            from: from.user_id.to_owned(),
            to: to.to_string(),
            message: message.to_owned(),
        };
        let answer = self.answer(delivery.park());
        let reply = move |outcome| answer(Answer::Whisper(result(outcome)));
        self.nodes.tell(&to, request, reply);
        Ok(())
    }

    // ANCHOR: decline
    /// It has no answer. The session is parked all the same: nobody can ask faster than the directory answers.
    pub(crate) fn decline(&self, delivery: &mut Delivery, from: &User<'_>, inviter: &str) {
        let Ok(to) = other_user(from.user_id, inviter) else {
            return;
        };
        let request = Request::Decline {
            from: from.user_id.to_owned(),
            to: to.to_string(),
        };
        let ticket = delivery.park();
        self.nodes.tell(&to, request, move |_| drop(ticket));
    }
    // ANCHOR_END: decline

    pub(crate) fn invite(&self, (session, from): (u64, &str), invited: Arc<str>, room: i32, ticket: Ticket) {
        let request = Request::Invite {
            from: from.to_owned(),
            to: invited.to_string(),
            room,
        };
        let answer = self.answer(ticket);
        self.nodes.tell(&Arc::clone(&invited), request, move |outcome| {
            answer(Answer::Invitation {
                inviter: session,
                invited,
                outcome,
            });
        });
    }

    pub(crate) fn enter(&self, delivery: &mut Delivery, user: &User<'_>, room: i32) {
        let answer = self.answer(delivery.park());
        let reply = move |outcome| answer(Answer::Room(outcome));
        let way = match user.session.is_framed() {
            true => Way::Web,
            false => Way::Codec(user.session.codec()),
        };
        self.nodes.seat(user.user_id, room, way, reply);
    }

    /// The way back to a parked session.
    ///
    /// # Panics
    /// Before [`start`](Self::start): nobody can have asked for anything then.
    fn answer(&self, ticket: Ticket) -> impl FnOnce(Answer) + Send + 'static {
        let resume = self.resume.get();
        let resume = Arc::clone(resume.expect("the engine starts a game before its rooms"));
        move |answer| resume(ticket, Event(answer))
    }
}

/// The name of somebody else, in the form that logins have.
pub(crate) fn other_user(own: &str, name: &str) -> Result<Arc<str>, ErrorCode> {
    let name = user_name(name).map_err(|_| ErrorCode::WHISPER_NO_SUCH_USER)?;
    match name == own {
        // In another session, since this one would have been found here.
        true => Err(ErrorCode::WHISPER_SELF),
        false => Ok(name.as_ref().into()),
    }
}

impl fmt::Debug for Elsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Elsewhere")
            .field("nodes", &self.nodes)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_that_of_a_login() {
        let other = |name| other_user("rené", name).map(|name| name.to_string());
        assert_eq!(other("alice"), Ok("alice".to_owned()));
        assert_eq!(other("Zoe\u{308}"), Ok("Zo\u{eb}".to_owned()));
        for own in ["ren\u{e9}", "rene\u{301}"] {
            assert_eq!(other(own), Err(ErrorCode::WHISPER_SELF));
        }
        for nobody in ["", "\u{200b}", "a name that is far too long for a user"] {
            assert_eq!(other(nobody), Err(ErrorCode::WHISPER_NO_SUCH_USER), "{nobody:?}");
        }
    }
}
