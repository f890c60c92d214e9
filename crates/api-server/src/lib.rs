//! The API server: accounts, logins, and seats on game servers, over HTTP with JSON.
//!
//! A user makes an account, logs in with the password, and gets a token. With the token the user asks for a seat in a
//! game, and gets a ticket. With the ticket a client logs in at the game server. So no game server sees a password, and
//! no call but the login costs a slow hash.
//!
//! | file | what is in it |
//! |---|---|
//! | `password` | a password as it was typed, and which can be new ones |
//! | `hashing` | slow hashes, a few at once |
//! | `token` | tokens, and what is stored of them |
//! | `attempts` | wrong passwords are counted; too many are a pause |
//! | `accounts` | accounts and sessions in a SQLite file |
//! | `messages` | the bodies in JSON |
//! | `counts` | new accounts, and logins by how they ended |
//! | `refusal` | why a call is refused, and what its client is told |
//! | `assign` | a seat at a game server |
//! | `matches` | seats for users who want to play together and do not know each other |
//! | `servers` | the list of all game servers |
//! | `api` | the calls |
//! | `flags` | the flags, and what they mean |
//!
//! A [`Directory`] knows which servers run, and where; this crate asks it.
#![forbid(unsafe_code)]

mod accounts;
mod api;
mod assign;
mod attempts;
mod counts;
mod flags;
mod hashing;
mod matches;
mod messages;
mod password;
mod refusal;
mod servers;
mod token;

use std::sync::Arc;

use admin::{Health, Metrics};
use directory::{Counted, Directory};
use http::{Cors, Http};
use net::{Limits, Listener, NetError, Secure, Shutdown, Summary, TcpServer};

pub use accounts::{Account, Accounts};
pub use api::Api;
pub use attempts::{Attempts, Rule};
pub use flags::{AccountFlags, Settings};
pub use hashing::{Busy, HashError, Hashing, Turn};
pub use password::{Password, PasswordError};
pub use token::{Token, TokenHash};

/// What an API server can be told.
#[derive(Debug)]
pub struct Config {
    /// What clients may do.
    pub limits: Limits,
    /// Run the client threads in the scheduling class `SCHED_BATCH`.
    pub batch_scheduling: bool,
    /// What its connections are made secret with; without it passwords and tokens can be read on the way.
    pub secure: Option<Arc<dyn Secure>>,
    /// Where it tells what it counts; `/metrics` has all that is there.
    pub metrics: Metrics,
    /// What `/healthz` says.
    pub health: Health,
    /// Accounts and logins.
    pub settings: Settings,
    /// Which pages may call it from a browser.
    pub pages: Cors,
}

/// Answers calls until `shutdown` is requested. Calls `ready` when it has all threads that it needs: from then on only a
/// client can lack one.
///
/// # Errors
/// Those of [`TcpServer::run`]; [`NetError::NoThreadFor`] where there is none to start with, and `ready` has not been called
/// then.
pub fn run_and_tell(
    listeners: Vec<Listener>,
    config: Config,
    directory: Arc<dyn Directory>,
    shutdown: &Shutdown,
    ready: impl FnOnce(),
) -> Result<Summary, NetError> {
    let Config {
        limits,
        batch_scheduling,
        secure,
        metrics,
        health,
        settings,
        pages,
    } = config;
    let activity = metrics.add_activity();
    let directory = Counted::new(directory);
    metrics.add(directory.clone());
    let directory = Arc::new(directory);
    let api = Api::new(settings, limits.ipv6_prefix, directory, metrics.clone(), shutdown)?;
    let api = api.watched_as(health, metrics).open_to(pages);
    let handler = Http::new(api, &limits);
    ready();
    let mut server = TcpServer::new(listeners)
        .limits(limits)
        .batch_scheduling(batch_scheduling)
        .activity(activity);
    if let Some(secure) = secure {
        server = server.secured(secure);
    }
    server.run(handler, shutdown)
}
