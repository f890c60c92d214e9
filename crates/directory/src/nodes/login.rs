//! The check of a login: a ticket is taken, and the session that the user had before is ended, on whatever server it is.

use std::time::{Duration, Instant};

use crossbeam_channel::bounded;
use protocol::ErrorCode;
use tracing::debug;

use super::shared::Shared;
use crate::directory::{AskError, Unavailable};
use crate::presence::{LogIn, Presence};
use crate::request::{Answer, Reply, Request};
use crate::ticket::{Seat, Ticket};

pub(super) fn check(shared: &Shared, user_id: &str, password: &str, session: u64) -> Result<Seat, ErrorCode> {
    let until = Instant::now() + shared.settings.deadline;
    let ticket = Ticket::parse(password).ok_or(ErrorCode::LOGIN_FAILED)?;
    let seat = redeem(shared, &ticket, user_id)?.ok_or(ErrorCode::LOGIN_FAILED)?;
    // Noted first: whoever is let in while the slot is lost is among those who are told.
    if !shared.held.lock().enter(&seat.owner, user_id, session) {
        return Err(ErrorCode::LOGIN_UNAVAILABLE);
    }
    let here = Presence {
        owner: seat.owner.clone(),
        session,
    };
    take_presence(shared, user_id, &here, until)
        .and_then(|()| match shared.held.lock().has(&seat.owner) {
            true => Ok(()),
            false => Err(ErrorCode::LOGIN_UNAVAILABLE),
        })
        // The directory may have noted it all the same.
        .inspect_err(|_| shared.log_out(user_id, session))?;
    Ok(seat)
}

/// A ticket is for one of the slots, and nobody but the directory knows for which.
fn redeem(shared: &Shared, ticket: &Ticket, user_id: &str) -> Result<Option<Seat>, ErrorCode> {
    let owners = shared.held.lock().owners();
    // Where it has lost all of them, nobody knows which it will have.
    if owners.is_empty() {
        return Err(ErrorCode::LOGIN_UNAVAILABLE);
    }
    for owner in owners {
        let seat = shared
            .directory
            .redeem(ticket, user_id, &owner)
            .map_err(nobody_knows)?;
        if seat.is_some() {
            return Ok(seat);
        }
    }
    Ok(None)
}

// ANCHOR: take_presence
/// The user is here from now on. Whoever had the name before is told first, so that nobody is in two places: where that
/// session's server does not answer, nobody knows whether it has ended.
fn take_presence(shared: &Shared, user_id: &str, here: &Presence, until: Instant) -> Result<(), ErrorCode> {
    let mut replaced = None;
    loop {
        let outcome = shared.directory.log_in(user_id, here, replaced.as_ref());
        match outcome.map_err(nobody_knows)? {
            LogIn::Done => return Ok(()),
            LogIn::NoLease => return Err(ErrorCode::LOGIN_UNAVAILABLE),
            LogIn::Held(older) => {
                end(shared, user_id, &older, until)?;
                replaced = Some(older);
            }
        }
    }
}
// ANCHOR_END: take_presence

/// Ends an older session, here or on another server.
fn end(shared: &Shared, user_id: &str, older: &Presence, until: Instant) -> Result<(), ErrorCode> {
    let left = until.saturating_duration_since(Instant::now());
    if left == Duration::ZERO {
        return Err(ErrorCode::LOGIN_UNAVAILABLE);
    }
    let request = Request::Replace {
        user_id: user_id.to_owned(),
        session: older.session,
    };
    let is_here = shared.held.lock().has(&older.owner);
    let answer = match is_here {
        true => ask_here(shared, request, left),
        false => shared.directory.ask(&older.owner, request, left),
    };
    match answer {
        Ok(Answer::Done) => Ok(()),
        other => {
            debug!("{} does not end a session: {other:?}", older.owner);
            Err(ErrorCode::LOGIN_UNAVAILABLE)
        }
    }
}

/// A server does not need the directory to ask itself.
fn ask_here(shared: &Shared, request: Request, left: Duration) -> Result<Answer, AskError> {
    let (answer, answered) = bounded(1);
    let reply = Reply::new(move |sent| {
        let _ = answer.send(sent);
    });
    let here = shared.answer.get().ok_or(AskError::NobodyThere)?;
    here(request, reply);
    answered.recv_timeout(left).map_err(|_| AskError::NoAnswer(left))
}

fn nobody_knows(reason: Unavailable) -> ErrorCode {
    debug!("{reason} ({})", reason.0);
    ErrorCode::LOGIN_UNAVAILABLE
}
