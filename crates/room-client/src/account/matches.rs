//! A match, as the API server finds it: users of one game that wait for each other, and a table for all of them.

use std::time::Duration;

use super::api::Refusal;
use super::match_id::MatchId;
use super::place::{Assigned, Assignment};
use super::{Account, AccountError};

/// How long the API server may wait for a change before it answers.
const WAIT: Duration = Duration::from_secs(20);

/// What a user wants to play in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MatchWish {
    /// Players, the user too.
    pub(crate) size: u8,
    /// How well the user plays; the API server has one for those who do not say.
    pub(crate) rating: Option<u32>,
}

/// How far it is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum MatchState {
    Waiting,
    /// There is a table. Whether all have come to it.
    Matched(Found, bool),
    /// With a word for it.
    Failed(String),
}

/// A table that was found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) place: Assignment,
    /// Who is to come, the user too.
    pub(crate) members: Vec<String>,
}

/// What comes of taking a wish back.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum CallOff {
    Done,
    /// A table has been found. It may not be told where.
    TooLate(Option<Assignment>),
}

#[derive(serde::Serialize)]
struct Wanted {
    game: &'static str,
    size: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    rating: Option<u32>,
}

#[derive(serde::Deserialize)]
struct Asked {
    id: String,
}

#[derive(serde::Deserialize)]
struct Seen {
    state: String,
    reason: Option<String>,
    assignment: Option<Assigned>,
    members: Option<Vec<String>>,
    #[serde(default)]
    settled: bool,
}

impl Account {
    /// Asks for a match. The user waits from now on.
    pub(crate) fn ask_for_match(&self, wish: MatchWish) -> Result<MatchId, AccountError> {
        let MatchWish { size, rating } = wish;
        let game = self.game;
        let asked: Asked = self.logged_in(|token| {
            let wanted = Wanted { game, size, rating };
            let answer = self.api.post("/v1/matches", Some(token), &wanted)?;
            answer.map_err(|refusal| match (refusal.status, refusal.code.as_str()) {
                (409, "already_waiting") => AccountError::AlreadyWaiting {
                    user: self.user.clone(),
                    id: refusal.id.and_then(MatchId::new),
                },
                (404 | 405, _) => AccountError::NoMatches,
                _ => self.explain(refusal, None),
            })
        })?;
        let no_id = || {
            self.api
                .is_none("the match that it has made has no id".to_owned())
        };
        MatchId::new(asked.id).ok_or_else(no_id)
    }

    /// How far it is. The API server answers when something has changed since the user waited, or since a table was there;
    /// or when a while is over.
    pub(crate) fn look_at_match(&self, id: &MatchId, has_table: bool) -> Result<MatchState, AccountError> {
        let known = if has_table { "&state=matched" } else { "" };
        let path = format!("/v1/matches/{}?wait={}{known}", id.as_str(), WAIT.as_secs());
        let seen: Seen = self.logged_in(|token| {
            let answer = self.api.get(&path, token, WAIT)?;
            answer.map_err(|refusal| self.explain_match(refusal))
        })?;
        match (seen.state.as_str(), seen.assignment) {
            ("waiting", _) => Ok(MatchState::Waiting),
            ("matched", Some(assigned)) => {
                let (place, members) = (assigned.place()?, seen.members.unwrap_or_default());
                Ok(MatchState::Matched(Found { place, members }, seen.settled))
            }
            ("failed", _) => Ok(MatchState::Failed(seen.reason.unwrap_or_default())),
            _ => Err(self
                .api
                .is_none("it says of a match what this client does not know".to_owned())),
        }
    }

    /// Takes it back.
    pub(crate) fn call_off(&self, id: &MatchId) -> Result<CallOff, AccountError> {
        let path = format!("/v1/matches/{}", id.as_str());
        self.logged_in(|token| match self.api.delete(&path, token)? {
            Ok(()) => Ok(CallOff::Done),
            Err(refusal) if refusal.code == "too_late" => {
                let place = refusal.assignment.map(Assigned::place);
                Ok(CallOff::TooLate(place.transpose()?))
            }
            Err(refusal) => match self.explain_match(refusal) {
                AccountError::NoSuchMatch => Ok(CallOff::Done),
                error => Err(error),
            },
        })
    }

    fn explain_match(&self, refusal: Refusal) -> AccountError {
        match refusal.status {
            404 => AccountError::NoSuchMatch,
            _ => self.explain(refusal, None),
        }
    }
}
