//! The calls: which there are, and what each does. No socket in here: a request comes in, a response goes out.

mod matches;

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use admin::{Health, Metrics};
use directory::{Directory, GameName};
use http::{Cors, Method, Request, Response, Service};
use jiff::Timestamp;
use net::{NetError, Origin, Shutdown};
use parking_lot::Mutex;
use protocol::user_name;
use tracing::{debug, info};

use crate::accounts::{Account, Accounts};
use crate::assign::assign;
use crate::attempts::Attempts;
use crate::counts::{Counts, LoginResult};
use crate::flags::Settings;
use crate::hashing::Hashing;
use crate::matches::Matchmaker;
use crate::messages::{Credentials, LoggedIn, Me, Registered, Wish};
use crate::password::Password;
use crate::refusal::Refusal;
use crate::servers::list;
use crate::token::{Token, TokenHash};

/// What the calls need. All clients share it.
pub struct Api {
    accounts: Accounts,
    hashing: Hashing,
    attempts: Mutex<Attempts>,
    directory: Arc<dyn Directory>,
    token_time: Duration,
    ipv6_prefix: u8,
    /// `/healthz` and `/metrics`, which other servers have at a port of their own.
    watched: admin::Service,
    counts: Counts,
    matchmaker: Matchmaker,
    pages: Cors,
}

impl Service for Api {
    fn answer(&self, request: &Request) -> Response {
        self.pages.answer(request, |request| self.call(request))
    }
}

// ANCHOR: routes
impl Api {
    fn call(&self, request: &Request) -> Response {
        let answered = match (request.method(), request.path()) {
            (Method::Post, "/v1/accounts") => self.register(request),
            (Method::Post, "/v1/login") => self.count_login(self.log_in(request)),
            (Method::Post, "/v1/logout") => self.log_out(request),
            (Method::Get, "/v1/me") => self.me(request),
            (Method::Post, "/v1/assign") => self.assign(request),
            (Method::Post, "/v1/matches") => self.join_queue(request),
            (Method::Get, "/v1/servers") => self.servers(),
            (Method::Get, "/healthz" | "/metrics") => Ok(self.watched.answer(request)),
            (method, path) => match (method, match_of(path)) {
                (Method::Get, Some(id)) => self.look_at_match(request, id),
                (Method::Delete, Some(id)) => self.leave_queue(request, id),
                _ => Ok(not_here(path)),
            },
        };
        answered.unwrap_or_else(Refusal::into_response)
    }
}
// ANCHOR_END: routes

/// The match that a path names.
fn match_of(path: &str) -> Option<&str> {
    path.strip_prefix("/v1/matches/")
        .filter(|id| !id.is_empty() && !id.contains('/'))
}

/// Nothing is at this path, or nothing for this method.
fn not_here(path: &str) -> Response {
    match path {
        "/v1/accounts" | "/v1/login" | "/v1/logout" | "/v1/assign" | "/v1/matches" => {
            Response::method_not_allowed(&[Method::Post])
        }
        "/v1/me" | "/v1/servers" | "/healthz" | "/metrics" => Response::method_not_allowed(&[Method::Get]),
        path if match_of(path).is_some() => Response::method_not_allowed(&[Method::Get, Method::Delete]),
        _ => Response::not_found(),
    }
}

impl Api {
    /// The calls on these accounts and this directory. Addresses of IPv6 that begin with so many bits alike are one when
    /// wrong passwords are counted. What is counted goes to `metrics`, and is told with all that is there.
    ///
    /// # Errors
    /// When the system has no threads for the matchmaker.
    pub fn new(
        settings: Settings,
        ipv6_prefix: u8,
        directory: Arc<dyn Directory>,
        metrics: Metrics,
        shutdown: &Shutdown,
    ) -> Result<Self, NetError> {
        let attempts = Attempts::new(settings.user_rule, settings.address_rule);
        let counts = Counts::default();
        metrics.add(counts.clone());
        let matchmaker = Matchmaker::start(settings.entry_time, Arc::clone(&directory), shutdown)?;
        metrics.add(matchmaker.numbers());
        let health = Health::starting(shutdown);
        // Whoever can ask has a server that answers.
        health.set_ready();
        Ok(Self {
            accounts: settings.accounts,
            hashing: Hashing::new(settings.hashes, settings.hash_wait),
            attempts: Mutex::new(attempts),
            directory,
            token_time: settings.token_time,
            ipv6_prefix,
            watched: admin::Service::new(health, metrics),
            counts,
            matchmaker,
            pages: Cors::default(),
        })
    }

    /// The same for pages in browsers too.
    #[must_use]
    pub fn open_to(self, pages: Cors) -> Self {
        Self { pages, ..self }
    }

    /// The same, with the health of a program that has more to say than that it answers.
    #[must_use]
    pub fn watched_as(self, health: Health, metrics: Metrics) -> Self {
        Self {
            watched: admin::Service::new(health, metrics),
            ..self
        }
    }

    fn register(&self, request: &Request) -> Result<Response, Refusal> {
        let Credentials { user_id, password } = request.json()?;
        let user = user_name(&user_id)?;
        let password = Password::chosen(&password)?;
        // A name that is taken is no secret, so it need not cost a hash; nor one that is taken while this one waits.
        self.check_free(&user)?;
        let mut turn = self.hashing.turn()?;
        self.check_free(&user)?;
        let hash = turn.hash(&password)?;
        drop(turn);
        if !self.accounts.add(&user, &hash, unix_time())? {
            return Err(Refusal::UserExists);
        }
        self.counts.add_account();
        debug!(user = &*user, "a new account");
        Ok(Response::json(201, &Registered { user_id: &user }))
    }

    fn check_free(&self, user: &str) -> Result<(), Refusal> {
        match self.accounts.password_of(user)? {
            Some(_) => Err(Refusal::UserExists),
            None => Ok(()),
        }
    }

    fn count_login(&self, login: Result<Response, Refusal>) -> Result<Response, Refusal> {
        self.counts.add_login(match &login {
            Ok(_) => LoginResult::Done,
            Err(Refusal::WrongCredentials) => LoginResult::Wrong,
            Err(Refusal::TooManyAttempts(_)) => LoginResult::Paused,
            Err(Refusal::Busy(_)) => LoginResult::Busy,
            Err(_) => LoginResult::Failed,
        });
        login
    }

    // ANCHOR: log_in
    fn log_in(&self, request: &Request) -> Result<Response, Refusal> {
        let Credentials { user_id, password } = request.json()?;
        let ip = request.peer().ip();
        let who = Attempt {
            user: user_name(&user_id).ok(),
            ip,
            origin: Origin::of(ip, self.ipv6_prefix),
        };
        let user = self.check_password(&who, &Password::typed(&password))?;
        let token = Token::random()?;
        let (now, expires_in) = (unix_time(), self.token_time.as_secs());
        let expires = now.saturating_add_unsigned(expires_in);
        if !self.accounts.begin_session(user, token.hash(), now, expires)? {
            return Err(Refusal::WrongCredentials);
        }
        debug!(user, "logged in");
        let token = token.as_str();
        Ok(Response::json(200, &LoggedIn { token, expires_in }))
    }

    /// Whose password it is.
    fn check_password<'a>(&self, who: &'a Attempt<'_>, password: &Password) -> Result<&'a str, Refusal> {
        self.check_pause(who)?;
        let mut turn = self.hashing.turn()?;
        // While this one has waited, others may have been wrong.
        self.check_pause(who)?;
        let user = who.user.as_deref();
        let stored = user
            .map(|user| self.accounts.password_of(user))
            .transpose()?
            .flatten();
        let is_right = turn.matches(password, stored.as_deref())?;
        match user.filter(|_| is_right) {
            Some(user) => {
                self.attempts.lock().succeeded(user, who.origin);
                Ok(user)
            }
            None => {
                // Before the turn is the next one's.
                self.attempts.lock().failed(user, who.origin, Instant::now());
                if let Some(left) = self.pause(who) {
                    info!(user, ip = %who.ip, "too many wrong passwords: a pause of {left:.0?}");
                }
                Err(Refusal::WrongCredentials)
            }
        }
    }
    // ANCHOR_END: log_in

    fn check_pause(&self, who: &Attempt<'_>) -> Result<(), Refusal> {
        self.pause(who)
            .map_or(Ok(()), |left| Err(Refusal::TooManyAttempts(left)))
    }

    fn pause(&self, who: &Attempt<'_>) -> Option<Duration> {
        let attempts = self.attempts.lock();
        attempts.pause(who.user.as_deref(), who.origin, Instant::now())
    }

    fn log_out(&self, request: &Request) -> Result<Response, Refusal> {
        let token = token_of(request)?;
        match self.accounts.end_session(token, unix_time())? {
            true => Ok(Response::empty(204)),
            false => Err(Refusal::Unauthorized),
        }
    }

    fn me(&self, request: &Request) -> Result<Response, Refusal> {
        let Account { user, created } = self.account(request)?;
        // A file that somebody has changed may hold any number.
        let created = Timestamp::from_second(created).unwrap_or(Timestamp::UNIX_EPOCH);
        let me = Me {
            user_id: user,
            created: created.to_string(),
        };
        Ok(Response::json(200, &me))
    }

    fn assign(&self, request: &Request) -> Result<Response, Refusal> {
        let Account { user, .. } = self.account(request)?;
        let Wish { game, room } = request.json()?;
        let game: GameName = game.parse()?;
        let assigned = assign(&*self.directory, &user, &game, room)?;
        debug!(user, %game, room = assigned.room, "assigned");
        Ok(Response::json(200, &assigned))
    }

    /// Without a token, as `/healthz`: who is told here where servers are could ask for a seat and be told so too.
    fn servers(&self) -> Result<Response, Refusal> {
        Ok(Response::json(200, &list(&*self.directory)?))
    }

    fn account(&self, request: &Request) -> Result<Account, Refusal> {
        let account = self.accounts.of_session(token_of(request)?, unix_time())?;
        account.ok_or(Refusal::Unauthorized)
    }
}

/// Who tries to log in. A text that is no user's name is nobody, and is told the same as one that nobody has.
struct Attempt<'a> {
    user: Option<Cow<'a, str>>,
    ip: IpAddr,
    origin: Origin,
}

fn token_of(request: &Request) -> Result<TokenHash, Refusal> {
    request.bearer().map(TokenHash::of).ok_or(Refusal::Unauthorized)
}

/// In seconds.
fn unix_time() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |time| time.as_secs().try_into().unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests;
