//! A user's account at an API server: it is made, logged in to, and asked for a place on a game server.

mod api;
mod error;
mod match_id;
mod matches;
mod password;
mod place;
mod secret;
mod url;

use std::sync::Arc;

use parking_lot::Mutex;

pub(crate) use self::api::Api;
use self::api::Refusal;
pub(crate) use self::error::AccountError;
pub(crate) use self::match_id::MatchId;
pub(crate) use self::matches::{CallOff, Found, MatchState, MatchWish};
pub(crate) use self::password::password;
use self::place::Assigned;
pub(crate) use self::place::Assignment;
pub(crate) use self::secret::Secret;
pub(crate) use self::url::ApiUrl;

/// A user with a password, who may be logged in. Its clones are one user, with one token.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    api: Api,
    game: &'static str,
    user: String,
    password: Secret,
    /// What the API server knows this user by, for an hour.
    token: Arc<Mutex<Option<Secret>>>,
}

#[derive(serde::Serialize)]
struct Credentials<'a> {
    user_id: &'a str,
    password: &'a Secret,
}

#[derive(serde::Deserialize)]
struct Registered {}

#[derive(serde::Deserialize)]
struct LoggedIn {
    token: Secret,
}

#[derive(serde::Serialize)]
struct Wish {
    game: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    room: Option<i32>,
}

impl Account {
    /// Nothing is asked yet. `game` is the name of the game, as servers tell it to the directory.
    pub(crate) fn new(api: Api, game: &'static str, user: &str, password: Secret) -> Self {
        Self {
            api,
            game,
            user: user.to_owned(),
            password,
            token: Arc::default(),
        }
    }

    /// Makes the account.
    pub(crate) fn register(&self) -> Result<(), AccountError> {
        let answer = self.api.post("/v1/accounts", None, &self.credentials())?;
        answer
            .map(|Registered {}| ())
            .map_err(|refusal| self.explain(refusal, None))
    }

    /// A place in this room, or in whichever the API server chooses.
    pub(crate) fn assign(&self, room: Option<i32>) -> Result<Assignment, AccountError> {
        self.logged_in(|token| {
            let game = self.game;
            let answer = self.api.post("/v1/assign", Some(token), &Wish { game, room })?;
            let assigned: Assigned = answer.map_err(|refusal| self.explain(refusal, room))?;
            assigned.place()
        })
    }

    /// Asks with a token. Logs in where that is needed: a token is worth something for an hour, and a client may be there
    /// for days.
    fn logged_in<T>(&self, ask: impl Fn(&Secret) -> Result<T, AccountError>) -> Result<T, AccountError> {
        let known = self.token.lock().clone();
        if let Some(token) = known {
            match ask(&token) {
                Err(AccountError::LoggedOut) => {}
                outcome => return outcome,
            }
        }
        let token = self.log_in()?;
        let outcome = ask(&token);
        *self.token.lock() = Some(token);
        outcome
    }

    fn log_in(&self) -> Result<Secret, AccountError> {
        let answer = self.api.post("/v1/login", None, &self.credentials())?;
        answer
            .map(|LoggedIn { token }| token)
            .map_err(|refusal| self.explain(refusal, None))
    }

    fn credentials(&self) -> Credentials<'_> {
        Credentials {
            user_id: &self.user,
            password: &self.password,
        }
    }

    /// `room` is what was wished for.
    fn explain(&self, refusal: Refusal, room: Option<i32>) -> AccountError {
        let Refusal {
            status,
            code,
            message,
            wait,
            ..
        } = refusal;
        let user = self.user.clone();
        match (status, code.as_str()) {
            (401, "wrong_credentials") => AccountError::WrongCredentials { user },
            (401, _) => AccountError::LoggedOut,
            (429, _) => AccountError::TooManyAttempts { wait },
            (409, "user_exists") => AccountError::UserExists { user },
            (400, "invalid_user_id" | "invalid_password") => AccountError::NoSuchAccount { message },
            (404, "no_such_room") => AccountError::NoSuchRoom { room },
            (409, "room_full") => AccountError::RoomFull { room },
            (503, "no_server") => AccountError::NoServer { wait },
            _ => AccountError::Other {
                status,
                message,
                wait,
            },
        }
    }
}
