//! The accept loop, and the life of one client's thread.

use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use tracing::{debug, error, info, warn};

use super::activity::Activity;
use super::client::ClientConnection;
use super::ending::Ending;
use super::handler::{Decline, Declined};
use super::places::Places;
use super::refusal::{LINGER, Refuser};
use super::registry::{Place, Registry};
use super::secure::Secure;
use super::{Handler, Summary};
use crate::{Connection, Limits, Listener, NetError, Service, Shutdown, os, panic_text};

/// The pause after a failed accept: long enough not to spin, short enough not to be noticed.
const FIRST_PAUSE: Duration = Duration::from_millis(10);

/// What the pause doubles up to.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Where a server accepts clients, and how many.
#[derive(Debug)]
pub(super) struct Setup {
    pub(super) listeners: Vec<Listener>,
    pub(super) limits: Limits,
    /// Places that are shared with other servers; without them there are some of its own, by the limits.
    pub(super) places: Option<Places>,
    /// What its connections are made secret with.
    pub(super) secure: Option<Arc<dyn Secure>>,
    pub(super) batch_scheduling: bool,
    pub(super) activity: Activity,
}

/// What the accept loop and the client threads share.
struct Server<H> {
    handler: H,
    limits: Limits,
    secure: Option<Arc<dyn Secure>>,
    batch_scheduling: bool,
    registry: Arc<Registry>,
    shutdown: Shutdown,
    activity: Activity,
}

pub(super) fn run(setup: Setup, handler: impl Handler, shutdown: &Shutdown) -> Result<Summary, NetError> {
    let places = setup.places.unwrap_or_else(|| Places::new(&setup.limits));
    let server = Arc::new(Server {
        handler,
        registry: Arc::new(Registry::new(places)),
        limits: setup.limits,
        secure: setup.secure,
        batch_scheduling: setup.batch_scheduling,
        shutdown: shutdown.clone(),
        activity: setup.activity,
    });
    let accepted = accept_at_all(&server, setup.listeners);
    server.registry.drain(server.limits.drain);
    accepted.map(|()| server.activity.summary())
}

/// An accept loop for each listener: the first on this thread, the others beside it.
fn accept_at_all<H: Handler>(server: &Arc<Server<H>>, listeners: Vec<Listener>) -> Result<(), NetError> {
    let mut listeners = listeners.into_iter();
    let first = listeners.next();
    thread::scope(|scope| {
        let others: io::Result<Vec<_>> = listeners
            .map(|listener| Service::spawn(scope, "accept", || accept_until_shutdown(server, listener)))
            .collect();
        // The scope waits for those that were started, also where another was not.
        let others = others
            .map_err(|error| NetError::no_thread_for("a service", error))
            .inspect_err(|_| server.shutdown.request())?;
        first
            .into_iter()
            .for_each(|listener| accept_until_shutdown(server, listener));
        others.into_iter().for_each(Service::join);
        Ok(())
    })
}

// ANCHOR: loop
fn accept_until_shutdown<H: Handler>(server: &Arc<Server<H>>, listener: Listener) {
    let listener = Arc::new(listener);
    let door = Arc::clone(&listener);
    let (tell, told) = channel();
    server
        .shutdown
        .on_request(move || drop(tell.send(door.close_door())));
    let mut refuser = Refuser::spawn();
    let mut pause = FIRST_PAUSE;
    while !server.shutdown.requested() {
        match listener.accept() {
            // It may be the one that has woken this thread, where only a connection can.
            Ok(_) if os::UNBLOCKS_BY_CONNECTING && server.shutdown.requested() => {}
            Ok(connection) => {
                pause = FIRST_PAUSE;
                server.take_in(connection, &mut refuser);
            }
            Err(_) if server.shutdown.requested() => {}
            Err(error) => {
                warn!("{}; next try in {pause:?}", error.chain());
                let _ = server.shutdown.wait_timeout(pause);
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
    // Those who had come before the door was closed: their handlers find the server ending, and tell them.
    for connection in told.recv().unwrap_or_default() {
        server.take_in(connection, &mut refuser);
    }
}
// ANCHOR_END: loop

impl<H: Handler> Server<H> {
    /// Gives the client a place and a thread, or refuses it.
    fn take_in(self: &Arc<Self>, connection: Connection, refuser: &mut Refuser) {
        let connection = Arc::new(connection);
        let outcome = Registry::admit(&self.registry, &connection)
            .and_then(|place| self.spawn(place, Arc::clone(&connection)));
        if let Err(reason) = outcome {
            self.activity.count_refusal(&reason);
            let (mut last_words, mut decline) = (self.last_words(&reason), self.decline(&reason));
            if let Some(secure) = &self.secure {
                // There is no channel yet through which this could be said.
                let words = decline.or_else(|| say(last_words));
                decline = words.and_then(|words| decline_safely(|| secure.decline(words)));
                last_words = secure.refusal();
            }
            refuser.refuse(connection, &reason, &last_words, decline);
        }
    }

    fn spawn(self: &Arc<Self>, place: Place, connection: Arc<Connection>) -> Result<(), NetError> {
        let id = place.id();
        let server = Arc::clone(self);
        let thread = thread::Builder::new()
            .name(format!("client-{id}"))
            .stack_size(self.limits.stack_size)
            .spawn(move || server.serve(connection, &place))
            .map_err(NetError::NoThread)?;
        self.registry.attach(id, thread);
        Ok(())
    }

    /// The whole life of a client's thread. The place is given back when it ends, whatever happens.
    fn serve(&self, connection: Arc<Connection>, place: &Place) {
        if self.batch_scheduling {
            // Only a question of speed: without it everything works the same.
            let _ = os::set_batch_scheduling();
        }
        let _served = self.activity.serve();
        let (id, peer) = (place.id(), connection.peer_address());
        debug!(client = id, %peer, "opened");
        let (shutdown, activity) = (self.shutdown.clone(), self.activity.clone());
        let mut client = ClientConnection::new(id, connection, &self.limits, shutdown, activity);
        // The handler is shared by reference and its locks do not poison, so a panic leaves nothing that
        // another client could stumble over but the handler's own state, which is its business.
        let handled = AssertUnwindSafe(|| {
            client.prepare()?;
            self.make_secret(&mut client)?;
            self.handler.handle(&mut client)
        });
        let end = panic::catch_unwind(handled)
            .unwrap_or_else(|cause| Err(NetError::Panicked(panic_text(cause.as_ref()))));
        self.close(&mut client, &end);
        self.record(&client, &end);
    }

    /// The handshake, where there is one.
    fn make_secret(&self, client: &mut ClientConnection) -> Result<(), NetError> {
        let Some(secure) = &self.secure else {
            return Ok(());
        };
        client.begin_handshake();
        let timeout = self.limits.handshake_timeout;
        client.set_deadline(timeout.and_then(|time| Instant::now().checked_add(time)));
        let channel = secure
            .handshake(client)
            .map_err(|reason| match (reason, timeout) {
                (NetError::DeadlineOver, Some(time)) => NetError::HandshakeTimeout(time),
                (reason, _) => reason,
            })?;
        client.set_deadline(None);
        client.go_through(channel)
    }

    /// Says the last words where they can still be heard, and closes so that nothing under way is lost.
    fn close(&self, client: &mut ClientConnection, end: &Result<(), NetError>) {
        if let Err(reason) = end {
            let last_words = self.last_words(reason);
            if reason.is_broken_connection() || client.say_last(&last_words).is_err() {
                return client.connection().abort();
            }
        }
        match client.end() {
            Ok(()) => client.connection().close(LINGER),
            Err(_) => client.connection().abort(),
        }
    }

    /// Who listens to a client that is refused.
    fn decline(&self, reason: &NetError) -> Option<Decline> {
        decline_safely(|| self.handler.decline(reason))
    }

    /// The handler's last words; none where it panics over them.
    fn last_words(&self, reason: &NetError) -> Vec<u8> {
        panic::catch_unwind(AssertUnwindSafe(|| self.handler.last_words(reason))).unwrap_or_else(|cause| {
            error!(
                "the last message to the client is left out: {}",
                NetError::Panicked(panic_text(cause.as_ref()))
            );
            Vec::new()
        })
    }

    /// One line in the log, and one more that has ended.
    fn record(&self, client: &ClientConnection, end: &Result<(), NetError>) {
        let (id, peer) = (client.id(), client.peer_address());
        let (bytes_in, bytes_out) = (client.bytes_in(), client.bytes_out());
        self.activity.count_end(Ending::of(end));
        match end {
            Ok(()) => debug!(client = id, %peer, bytes_in, bytes_out, "closed: end of the client's data"),
            Err(reason @ (NetError::ShuttingDown | NetError::Io { .. })) => {
                debug!(client = id, %peer, bytes_in, bytes_out, "closed: {}", reason.chain());
            }
            Err(reason @ NetError::Panicked(_)) => {
                error!(client = id, %peer, bytes_in, bytes_out, "closed: {reason}");
            }
            Err(reason) => info!(client = id, %peer, bytes_in, bytes_out, "closed: {}", reason.chain()),
        }
    }
}

/// Nobody where it panics.
fn decline_safely(decline: impl FnOnce() -> Option<Decline>) -> Option<Decline> {
    panic::catch_unwind(AssertUnwindSafe(decline)).unwrap_or_default()
}

/// Words that need nothing to come first; nobody for none.
fn say(words: Vec<u8>) -> Option<Decline> {
    if words.is_empty() {
        return None;
    }
    Some(Box::new(move |_| Declined::Said(words.clone())))
}
