//! The helper: one thread that waits for all clients that do not read fast enough.

use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, unbounded};
use net::{NetError, WriteWaiter};
use tracing::error;

use crate::counters::{Counters, add};
use crate::outbox::Sent;
use crate::session::Session;

/// How a worker gives the helper a session whose bytes the kernel does not take.
#[derive(Debug, Clone)]
pub(crate) struct Backlog {
    orders: Sender<Order>,
    waiter: Arc<WriteWaiter>,
}

/// What the helper is told.
#[derive(Debug)]
enum Order {
    /// Wait for this one too.
    Add(Arc<Session>),
    /// The server ends: client threads must not wait for their clients.
    Release,
    /// End the thread.
    Stop,
}

/// What the helper's thread has.
struct Helper {
    orders: Receiver<Order>,
    waiter: Arc<WriteWaiter>,
    write_timeout: Option<Duration>,
    counters: Arc<Counters>,
    waiting: Vec<Waiting>,
    /// The server ends.
    releases: bool,
}

struct Waiting {
    session: Arc<Session>,
    /// When the kernel last took something.
    progress: Instant,
}

impl Backlog {
    /// Starts the helper.
    ///
    /// # Errors
    /// [`NetError::Io`] without a descriptor, [`NetError::NoThread`] without a thread.
    pub(crate) fn start(
        write_timeout: Option<Duration>,
        counters: Arc<Counters>,
    ) -> Result<(Self, JoinHandle<()>), NetError> {
        let waiter = Arc::new(WriteWaiter::new()?);
        let (sender, receiver) = unbounded();
        let helper = Helper {
            orders: receiver,
            waiter: Arc::clone(&waiter),
            write_timeout,
            counters,
            waiting: Vec::new(),
            releases: false,
        };
        let thread = thread::Builder::new()
            .name("backlog".to_owned())
            .spawn(move || helper.run())
            .map_err(NetError::NoThread)?;
        let backlog = Self {
            orders: sender,
            waiter,
        };
        Ok((backlog, thread))
    }

    /// One without a helper, for tests: what is not taken at once is never sent.
    pub(crate) fn without_helper() -> Result<Self, NetError> {
        Ok(Self {
            orders: unbounded().0,
            waiter: Arc::new(WriteWaiter::new()?),
        })
    }

    /// From now on the helper sends what is in this outbox, until it is empty.
    pub(crate) fn add(&self, session: Arc<Session>) {
        self.tell(Order::Add(session));
    }

    /// From now on no client thread waits until its client reads.
    pub(crate) fn release(&self) {
        self.tell(Order::Release);
    }

    /// Ends the helper's thread.
    pub(crate) fn stop(&self) {
        self.tell(Order::Stop);
    }

    fn tell(&self, order: Order) {
        if self.orders.send(order).is_ok() {
            self.waiter.wake();
        }
    }
}

impl Helper {
    fn run(mut self) {
        loop {
            let connections = self.waiting.iter().filter_map(|slow| slow.session.connection());
            let ready = match self.waiter.wait(connections, self.time_left()) {
                Ok(ready) => ready,
                Err(error) => {
                    // Memory or descriptors are short: those who wait longest must do without.
                    error!(
                        "{}: {} slow clients are cut off",
                        error.chain(),
                        self.waiting.len()
                    );
                    self.cut_all();
                    Vec::new()
                }
            };
            self.send(&ready);
            self.cut_the_stalled();
            while let Ok(order) = self.orders.try_recv() {
                match order {
                    Order::Add(session) => self.take_on(session),
                    Order::Release => {
                        self.releases = true;
                        self.waiting.iter().for_each(|slow| slow.session.release());
                    }
                    Order::Stop => return,
                }
            }
        }
    }

    fn take_on(&mut self, session: Arc<Session>) {
        if self.releases {
            session.release();
        }
        self.waiting.push(Waiting {
            session,
            progress: Instant::now(),
        });
    }

    fn cut_all(&mut self) {
        for slow in self.waiting.drain(..) {
            slow.session.cut(NetError::CutOff(
                "the server cannot wait for slow clients".to_owned(),
            ));
        }
    }

    /// Until the first of them has made no progress for too long.
    fn time_left(&self) -> Option<Duration> {
        let oldest = self.waiting.iter().map(|slow| slow.progress).min()?;
        let timeout = self.write_timeout?;
        Some(timeout.saturating_sub(oldest.elapsed()))
    }

    fn send(&mut self, ready: &[bool]) {
        let mut ready = ready.iter();
        self.waiting.retain_mut(|slow| {
            if !ready.next().is_some_and(|ready| *ready) {
                return true;
            }
            add(&self.counters.sends, 1);
            match slow.session.send_backlog() {
                Sent::All | Sent::NotMine | Sent::Broken(_) => false,
                Sent::Part { progress } => {
                    if progress {
                        slow.progress = Instant::now();
                    }
                    true
                }
            }
        });
    }

    // ANCHOR: stalled
    fn cut_the_stalled(&mut self) {
        let Some(timeout) = self.write_timeout else {
            return;
        };
        self.waiting.retain(|slow| {
            let stalled = slow.progress.elapsed() >= timeout;
            // Not as a broken connection: what the kernel has already, the last words too, may still arrive.
            let reason = || NetError::CutOff(NetError::WriteTimeout(timeout).to_string());
            if stalled && slow.session.cut(reason()) {
                add(&self.counters.slow, 1);
            }
            !stalled
        });
    }
    // ANCHOR_END: stalled
}
