//! The calls of matchmaking: what they are asked, and what they answer.

use std::time::Duration;

use directory::GameName;
use http::{Request, Response};
use tracing::debug;

use super::Api;
use crate::accounts::Account;
use crate::matches::{
    Cancelled, JoinError, Kind, MatchId, Phase, RATINGS, Reason, SIZES, USUAL_RATING, View, Wish, fits,
};
use crate::messages::{MatchState, MatchTicket, MatchWish};
use crate::refusal::Refusal;

/// How long a poll waits at most, in seconds. Longer, and something on the way would take the connection for dead.
const LONGEST_WAIT: u64 = 30;

impl Api {
    /// `POST /v1/matches`
    pub(super) fn join_queue(&self, request: &Request) -> Result<Response, Refusal> {
        let Account { user, .. } = self.account(request)?;
        let MatchWish { game, size, rating } = request.json()?;
        let wish = Wish {
            user,
            kind: self.kind(&game, size)?,
            rating: rating_of(rating)?,
        };
        let id = MatchId::random()?;
        debug!(user = wish.user, %game, size, "wants a match");
        match self.matchmaker.join(id.clone(), wish)? {
            Ok(()) => Ok(Response::json(201, &MatchTicket { id: id.as_str() })),
            Err(JoinError::AlreadyWaiting(known)) => Err(Refusal::AlreadyWaiting(known)),
            Err(JoinError::Full) => Err(Refusal::TooManyWaiting),
        }
    }

    /// One that there are tables for, whether they are free or not.
    fn kind(&self, game: &str, size: i64) -> Result<Kind, Refusal> {
        let game: GameName = game.parse()?;
        let wanted = Some(size).filter(|size| SIZES.contains(size));
        let size = wanted
            .and_then(|size| usize::try_from(size).ok())
            .ok_or(Refusal::InvalidSize(size))?;
        let mut servers = self.directory.servers()?;
        servers.retain(|server| server.owner.game == game);
        let largest = servers.iter().map(|server| server.offer.room_size).max();
        let largest = largest.ok_or(Refusal::NoServer)?;
        match servers.iter().any(|server| fits(server, size)) {
            true => Ok(Kind { game, size }),
            false => Err(Refusal::TooLarge(largest)),
        }
    }

    /// `GET /v1/matches/ID`
    pub(super) fn look_at_match(&self, request: &Request, id: &str) -> Result<Response, Refusal> {
        let Account { user, .. } = self.account(request)?;
        let (wait, known) = (wait_of(request)?, known_of(request)?);
        let view = self.matchmaker.look(MatchId::of(id), user, known, wait)?;
        let view = view.ok_or(Refusal::NoSuchMatch)?;
        Ok(Response::json(200, &state_of(view)))
    }

    /// `DELETE /v1/matches/ID`
    pub(super) fn leave_queue(&self, request: &Request, id: &str) -> Result<Response, Refusal> {
        let Account { user, .. } = self.account(request)?;
        match self.matchmaker.cancel(MatchId::of(id), user)? {
            Cancelled::Done => Ok(Response::empty(204)),
            Cancelled::TooLate(view) => Err(Refusal::TooLate(
                view.seat.map(|(assigned, _)| Box::new(assigned)),
            )),
            Cancelled::Unknown => Err(Refusal::NoSuchMatch),
        }
    }
}

fn rating_of(rating: Option<i64>) -> Result<u64, Refusal> {
    let rating = rating.unwrap_or(USUAL_RATING);
    let known = Some(rating).filter(|rating| RATINGS.contains(rating));
    known
        .and_then(|rating| u64::try_from(rating).ok())
        .ok_or(Refusal::InvalidRating(rating))
}

fn wait_of(request: &Request) -> Result<Duration, Refusal> {
    let Some(wait) = request.query("wait") else {
        return Ok(Duration::ZERO);
    };
    let seconds = wait.parse().ok().filter(|seconds| *seconds <= LONGEST_WAIT);
    seconds
        .map(Duration::from_secs)
        .ok_or(Refusal::InvalidWait(LONGEST_WAIT))
}

/// The state that the client knows already.
fn known_of(request: &Request) -> Result<Phase, Refusal> {
    match request.query("state").as_deref() {
        None | Some("waiting") => Ok(Phase::Waiting),
        Some("matched") => Ok(Phase::Matched),
        Some(_) => Err(Refusal::InvalidState),
    }
}

fn state_of(View { phase, seat }: View) -> MatchState {
    let (state, reason, settled) = match phase {
        Phase::Waiting => ("waiting", None, false),
        Phase::Matched => ("matched", None, false),
        Phase::Settled => ("matched", None, true),
        Phase::Failed(Reason::NoShow) => ("failed", Some("no_show"), true),
        Phase::Failed(Reason::Gone) => ("failed", Some("gone"), true),
    };
    let (assignment, members) = seat.unzip();
    MatchState {
        state,
        reason,
        assignment,
        members: members.map_or_else(Vec::new, |members| members.to_vec()),
        settled,
    }
}
