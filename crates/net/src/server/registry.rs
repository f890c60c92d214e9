//! The table of the connected clients of a server and their threads, and how it is emptied at shutdown.

use std::collections::HashMap;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex, MutexGuard};
use tracing::warn;

use super::places::{Places, Taken};
use crate::os::Interrupter;
use crate::{Connection, NetError};

/// How long threads have to end after their sockets were shut.
const AFTER_DRAIN: Duration = Duration::from_secs(1);

/// The first pause between two interrupts of the same threads, and the longest.
const INTERRUPT_PAUSES: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(100));

/// All open connections of a server.
pub(super) struct Registry {
    places: Places,
    open: Mutex<Open>,
    /// Told when the last client has gone.
    empty: Condvar,
}

#[derive(Default)]
struct Open {
    clients: HashMap<u64, Client>,
    /// Threads that have ended during the drain, to be joined. Before it they are let go one by one.
    ended: Option<Vec<JoinHandle<()>>>,
}

struct Client {
    connection: Arc<Connection>,
    /// Set when the thread has been spawned.
    thread: Option<JoinHandle<()>>,
}

/// One client's place. Dropping it takes the client out, and gives the place back.
pub(super) struct Place {
    taken: Taken,
    registry: Arc<Registry>,
}

impl Registry {
    pub(super) fn new(places: Places) -> Self {
        Self {
            places,
            open: Mutex::default(),
            empty: Condvar::new(),
        }
    }

    /// A place for this client, or which limit stands against it.
    pub(super) fn admit(registry: &Arc<Self>, connection: &Arc<Connection>) -> Result<Place, NetError> {
        let taken = registry.places.take(connection.peer_address().ip())?;
        let client = Client {
            connection: Arc::clone(connection),
            thread: None,
        };
        registry.open.lock().clients.insert(taken.id(), client);
        Ok(Place {
            taken,
            registry: Arc::clone(registry),
        })
    }

    /// Keeps the thread of a client, unless it has ended already.
    pub(super) fn attach(&self, id: u64, thread: JoinHandle<()>) {
        if let Some(client) = self.open.lock().clients.get_mut(&id) {
            client.thread = Some(thread);
        }
    }

    /// Takes a client out, and gives back what is to be dropped without the lock: closing takes time.
    fn remove(&self, id: u64) -> Option<Arc<Connection>> {
        let mut open = self.open.lock();
        let client = open.clients.remove(&id);
        if open.clients.is_empty() {
            self.empty.notify_all();
        }
        let Client { connection, thread } = client?;
        if let (Some(ended), Some(thread)) = (&mut open.ended, thread) {
            ended.push(thread);
        }
        Some(connection)
    }

    /// Empties the places: wakes every thread that waits in a read, gives them `time` to finish, shuts
    /// what is left, and joins. `None` waits for as long as it takes.
    pub(super) fn drain(&self, time: Option<Duration>) {
        let mut open = self.open.lock();
        open.ended = Some(Vec::new());
        self.interrupt_until_empty(&mut open, time);
        if !open.clients.is_empty() {
            warn!(
                "drain time over; connections closed early: {}",
                open.clients.len()
            );
        }
        for client in open.clients.values() {
            client.connection.shutdown_both();
        }
        self.interrupt_until_empty(&mut open, Some(AFTER_DRAIN));
        if !open.clients.is_empty() {
            warn!("{} handlers did not end and are left behind", open.clients.len());
        }
        let ended = open.ended.take().unwrap_or_default();
        drop(open);
        for thread in ended {
            // Its panic, if any, was caught and logged in the thread.
            let _ = thread.join();
        }
    }

    fn interrupt_until_empty(&self, open: &mut MutexGuard<'_, Open>, time: Option<Duration>) {
        let interrupter = Interrupter::install()
            .inspect_err(|error| warn!("cannot interrupt reads: {error}"))
            .ok();
        // A time too long to be counted is no limit either.
        let deadline = time.and_then(|time| Instant::now().checked_add(time));
        let (mut pause, longest) = INTERRUPT_PAUSES;
        while !open.clients.is_empty() && deadline.is_none_or(|deadline| Instant::now() < deadline) {
            if let Some(interrupter) = &interrupter {
                let threads = open.clients.values().filter_map(|client| client.thread.as_ref());
                threads.for_each(|thread| interrupter.interrupt(thread));
            }
            // A thread between its look at the flag and its read misses one interrupt, not the next.
            let next = Instant::now() + pause;
            self.empty
                .wait_until(open, deadline.map_or(next, |deadline| deadline.min(next)));
            pause = (pause * 2).min(longest);
        }
    }
}

impl Place {
    pub(super) fn id(&self) -> u64 {
        self.taken.id()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        drop(self.registry.remove(self.taken.id()));
    }
}
