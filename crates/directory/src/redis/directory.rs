//! The directory itself: the trait, over the calls of the other files, and the threads that it has.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Sender, bounded};
use redis::RedisResult;

use super::answers;
use super::channels::Channels;
use super::connection::RedisConnection;
use super::counts::Counts;
use super::link::Link;
use super::names::Names;
use super::requests::Requests;
use super::settings::RedisSettings;
use super::subscriber::Subscriber;
use super::waiting::Waiting;
use super::{slots, tickets, users};
use crate::directory::{AskError, Directory, Slot, Unavailable};
use crate::game_name::GameName;
use crate::presence::{LogIn, Presence};
use crate::request::{Answer, Asked, Listening, Request};
use crate::server::{Load, Offer, Owner, Server};
use crate::ticket::{Seat, Ticket};

/// A directory in Redis. Clones are the same directory, with the same connections; every other one with the same prefix in
/// the same Redis knows the same.
///
/// It needs a Redis from 6.0 on that is no Redis Cluster. Where that loses its data, all servers take their places anew.
#[derive(Clone)]
pub struct Redis(Arc<Inner>);

struct Inner {
    names: Names,
    requests: Requests,
}

/// The threads end soon after, and their connections.
impl Drop for Inner {
    fn drop(&mut self) {
        self.requests.channels.close();
    }
}

impl Redis {
    /// Connects, for calls and for messages. Later on, connections that are lost are made anew.
    ///
    /// # Errors
    /// [`Unavailable`], with words for people: where nothing answers, or something that is no Redis, or one that does not let
    /// us in or hear; or where there is no thread.
    pub fn connect(settings: RedisSettings) -> Result<Self, Unavailable> {
        let connection = RedisConnection::open(&settings)?;
        let names = Names {
            prefix: settings.prefix.clone(),
        };
        let mut process = [0; 16];
        getrandom::fill(&mut process).map_err(Unavailable::new)?;
        let process = format!("{:032x}", u128::from_le_bytes(process));
        let (answers, to_send) = bounded(answers::MOST);
        let subscriber = Subscriber {
            names: names.clone(),
            channels: Arc::new(Channels::new(names.answers(&process))),
            waiting: Arc::<Waiting>::default(),
            answers,
            counts: Arc::clone(connection.counts()),
            has_warned: AtomicBool::new(false),
            settings,
        };
        // As for the calls: once more than an attempt may take.
        let until = Instant::now() + connection.settings().timeout * 2;
        let requests = Requests {
            connection: connection.clone(),
            names: names.clone(),
            channels: Arc::clone(&subscriber.channels),
            waiting: Arc::clone(&subscriber.waiting),
        };
        let this = Self(Arc::new(Inner { names, requests }));
        start("redis-hear", move || subscriber.run())?;
        start("redis-answer", move || answers::send(&connection, &to_send))?;
        this.0.requests.hears_answers(until)?;
        Ok(this)
    }

    /// The connections that it uses, for others who keep something in the same Redis.
    #[must_use]
    pub fn connection(&self) -> &RedisConnection {
        &self.0.requests.connection
    }

    /// How much Redis was used.
    #[must_use]
    pub fn counts(&self) -> &Arc<Counts> {
        self.connection().counts()
    }

    fn call<T>(&self, call: impl FnOnce(&mut Link, &Names) -> RedisResult<T>) -> Result<T, Unavailable> {
        self.connection().run(|link| call(link, &self.0.names))
    }
}

fn start(name: &str, run: impl FnOnce() + Send + 'static) -> Result<(), Unavailable> {
    let thread = thread::Builder::new().name(name.to_owned()).spawn(run);
    thread.map(drop).map_err(Unavailable::new)
}

impl Directory for Redis {
    fn take_slot(&self, offer: &Offer, wanted: Option<u32>, lease: Duration) -> Result<Slot, Unavailable> {
        self.call(|link, names| slots::take(link, names, offer, wanted, lease))
    }

    fn renew(&self, owner: &Owner, load: Load, lease: Duration) -> Result<bool, Unavailable> {
        self.call(|link, names| slots::renew(link, names, owner, load, lease))
    }

    fn take_again(&self, owner: &Owner, offer: &Offer, lease: Duration) -> Result<bool, Unavailable> {
        self.call(|link, names| slots::take_again(link, names, owner, offer, lease))
    }

    fn release(&self, owner: &Owner) -> Result<(), Unavailable> {
        self.call(|link, names| slots::release(link, names, owner))
    }

    fn servers(&self) -> Result<Vec<Server>, Unavailable> {
        self.call(slots::servers)
    }

    fn owner_of(&self, game: &GameName, slot: u32) -> Result<Option<Server>, Unavailable> {
        self.call(|link, names| slots::owner_of(link, names, game, slot))
    }

    fn log_in(
        &self,
        user_id: &str,
        presence: &Presence,
        replaced: Option<&Presence>,
    ) -> Result<LogIn, Unavailable> {
        self.call(|link, names| users::log_in(link, names, user_id, presence, replaced))
    }

    fn log_out(&self, user_id: &str, presence: &Presence) -> Result<(), Unavailable> {
        self.call(|link, names| users::log_out(link, names, user_id, presence))
    }

    fn find(&self, user_id: &str) -> Result<Option<Presence>, Unavailable> {
        self.call(|link, names| users::find(link, names, user_id))
    }

    fn put_ticket(&self, ticket: &Ticket, seat: &Seat, worth: Duration) -> Result<(), Unavailable> {
        self.call(|link, names| tickets::put(link, names, ticket, seat, worth))
    }

    fn redeem(&self, ticket: &Ticket, user_id: &str, owner: &Owner) -> Result<Option<Seat>, Unavailable> {
        self.call(|link, names| tickets::redeem(link, names, ticket, user_id, owner))
    }

    fn listen(&self, owner: &Owner, requests: Sender<Asked>) -> Result<Listening, Unavailable> {
        self.0.requests.listen(owner, requests)
    }

    fn ask(&self, to: &Owner, request: Request, deadline: Duration) -> Result<Answer, AskError> {
        self.0.requests.ask(to, request, deadline)
    }
}

impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Redis({})", self.connection().settings().url)
    }
}
