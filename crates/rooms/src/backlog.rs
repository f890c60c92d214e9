//! The way to the helper thread, which waits for all clients that do not read fast enough, and for those that are to close.

mod helper;
mod lingering;
mod order;

use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Sender, bounded, unbounded};
use net::{NetError, WriteWaiter};

use crate::counters::Counters;
use crate::session::Session;
use helper::Helper;
use order::Order;

/// How long it may take to show them: the helper never waits for a client, so it has only to come to it.
const LONGEST_LOOK: Duration = Duration::from_secs(1);

/// How a worker gives the helper a session whose bytes the kernel does not take.
#[derive(Debug, Clone)]
pub(crate) struct Backlog {
    orders: Sender<Order>,
    waiter: Arc<WriteWaiter>,
}

impl Backlog {
    /// Starts the helper.
    ///
    /// # Errors
    /// [`NetError::Io`] without a descriptor, [`NetError::NoThreadFor`] without a thread.
    pub(crate) fn start(
        write_timeout: Option<Duration>,
        counters: Arc<Counters>,
    ) -> Result<(Self, JoinHandle<()>), NetError> {
        let waiter = Arc::new(WriteWaiter::new()?);
        let (sender, receiver) = unbounded();
        let helper = Helper::new(receiver, Arc::clone(&waiter), write_timeout, counters);
        let thread = thread::Builder::new()
            .name("backlog".to_owned())
            .spawn(move || helper.run())
            .map_err(|error| NetError::no_thread_for("clients that do not read", error))?;
        let backlog = Self {
            orders: sender,
            waiter,
        };
        Ok((backlog, thread))
    }

    /// One without a helper, for tests: what is not taken at once is never sent.
    #[cfg(any(test, feature = "testing"))]
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

    /// This session has its last packet in its outbox: its client has a moment to close.
    pub(crate) fn linger(&self, session: &Arc<Session>) {
        self.tell(Order::Linger(Arc::downgrade(session)));
    }

    /// The sessions whose outboxes are the helper's. None where there is no helper any more.
    pub(crate) fn slow(&self) -> Vec<Arc<Session>> {
        let (sender, receiver) = bounded(1);
        self.tell(Order::Show(sender));
        receiver.recv_timeout(LONGEST_LOOK).unwrap_or_default()
    }

    /// Bytes in these outboxes.
    pub(crate) fn bytes(&self) -> u64 {
        self.slow().iter().map(|session| session.unsent() as u64).sum()
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
