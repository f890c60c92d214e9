//! The helper thread, which waits for all clients that do not read fast enough, and for those that are to close.

use std::collections::VecDeque;
use std::sync::{Arc, Weak};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use net::{NetError, WriteWaiter};
use tracing::error;

use crate::counters::{Counters, add};
use crate::outbox::Sent;
use crate::session::Session;

/// How long a client that has been sent its last packet may take to close, before its connection is cut: as long as
/// `net` waits where the client thread closes.
const LINGER: Duration = Duration::from_secs(1);

/// How long it may take to be sent it where no write timeout says so. One that takes a little now and then would never
/// meet the write timeout.
const LONGEST_LINGER: Duration = Duration::from_secs(10);

/// How long it may take to count them: the helper never waits for a client, so it has only to come to it.
const LONGEST_COUNT: Duration = Duration::from_secs(1);

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
    /// Cut this one in a while, unless it has closed before.
    Linger(Weak<Session>),
    /// Tell how many bytes clients have not taken.
    Count(Sender<u64>),
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
    /// Clients that are to close, in the order in which they are looked at.
    lingering: VecDeque<Lingering>,
    /// The server ends.
    releases: bool,
}

struct Waiting {
    session: Arc<Session>,
    /// When the kernel last took something.
    progress: Instant,
}

/// A client that is to close. A session that is gone is not kept alive by this.
struct Lingering {
    session: Weak<Session>,
    since: Instant,
    /// When it is looked at.
    next: Instant,
    /// Whether all had been sent when it was looked at last.
    was_sent: bool,
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
        let helper = Helper {
            orders: receiver,
            waiter: Arc::clone(&waiter),
            write_timeout,
            counters,
            waiting: Vec::new(),
            lingering: VecDeque::new(),
            releases: false,
        };
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

    /// Bytes in the outboxes that are the helper's. 0 where there is no helper any more.
    pub(crate) fn bytes(&self) -> u64 {
        let (sender, receiver) = bounded(1);
        self.tell(Order::Count(sender));
        receiver.recv_timeout(LONGEST_COUNT).unwrap_or_default()
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
            let ready = self.wait();
            self.send(&ready);
            self.cut_the_stalled();
            self.end_lingers(Instant::now());
            while let Ok(order) = self.orders.try_recv() {
                if !self.obey(order) {
                    return;
                }
            }
        }
    }

    fn wait(&mut self) -> Vec<bool> {
        self.look(self.time_left())
    }

    /// For each that can be waited for: is something to be tried, at the latest when this time is over?
    fn look(&mut self, timeout: Option<Duration>) -> Vec<bool> {
        let connections = self.waiting.iter().filter_map(|slow| slow.session.connection());
        self.waiter.wait(connections, timeout).unwrap_or_else(|error| {
            // Memory or descriptors are short: those who wait longest must do without.
            let count = self.waiting.len();
            error!("{}: {count} slow clients are cut off", error.chain());
            self.cut_all();
            Vec::new()
        })
    }

    /// False when it was the last.
    fn obey(&mut self, order: Order) -> bool {
        match order {
            Order::Add(session) => self.take_on(session),
            Order::Linger(session) => self.linger(session, Instant::now()),
            Order::Count(reply) => {
                let bytes: usize = self.waiting.iter().map(|slow| slow.session.unsent()).sum();
                // Whoever has asked may have lost patience.
                let _ = reply.send(bytes as u64);
            }
            Order::Release => {
                self.releases = true;
                self.waiting
                    .iter()
                    .for_each(|slow| slow.session.progress().release());
            }
            Order::Stop => return false,
        }
        true
    }

    fn take_on(&mut self, session: Arc<Session>) {
        if self.releases {
            session.progress().release();
        }
        self.waiting.push(Waiting {
            session,
            progress: Instant::now(),
        });
    }

    fn cut_all(&mut self) {
        for slow in self.waiting.drain(..) {
            slow.session.cut(NetError::SlowConsumer(
                "the server cannot wait for slow clients".to_owned(),
            ));
        }
    }

    /// Until the first of them has made no progress for too long, or should have closed.
    fn time_left(&self) -> Option<Duration> {
        let oldest = self.waiting.iter().map(|slow| slow.progress).min();
        let stalled = oldest
            .zip(self.write_timeout)
            .map(|(oldest, timeout)| timeout.saturating_sub(oldest.elapsed()));
        let first = self.lingering.front();
        let lingering = first.map(|first| first.next.saturating_duration_since(Instant::now()));
        stalled.into_iter().chain(lingering).min()
    }

    fn linger(&mut self, session: Weak<Session>, now: Instant) {
        self.lingering.push_back(Lingering {
            session,
            since: now,
            next: now + LINGER,
            was_sent: false,
        });
    }

    /// A client has the time from when all was sent. One to which that takes too long does without.
    fn end_lingers(&mut self, now: Instant) {
        let longest = self.write_timeout.unwrap_or(LONGEST_LINGER);
        while let Some(mut one) = self.lingering.pop_front_if(|one| one.next <= now) {
            let Some(session) = one.session.upgrade() else {
                continue;
            };
            let is_sent = session.unsent() == 0;
            if is_sent && one.was_sent {
                session.end_linger();
            } else if !is_sent && now.saturating_duration_since(one.since) >= longest {
                session.cut(NetError::SlowConsumer(
                    "it does not read its last packet".to_owned(),
                ));
            } else {
                one.next = now + LINGER;
                one.was_sent = is_sent;
                self.lingering.push_back(one);
            }
        }
    }

    fn send(&mut self, ready: &[bool]) {
        let mut ready = ready.iter();
        self.waiting.retain_mut(|slow| {
            // Who cannot be waited for has no answer there.
            let is_ready = slow.session.connection().is_some() && ready.next() == Some(&true);
            if !is_ready {
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
        let now = Instant::now();
        let stalled = |slow: &Waiting| now.saturating_duration_since(slow.progress) >= timeout;
        if !self.waiting.iter().any(stalled) {
            return;
        }
        // This server may have been stopped, and they may have read meanwhile: one more look.
        let ready = self.look(Some(Duration::ZERO));
        self.send(&ready);
        self.waiting.retain(|slow| {
            // Not as a broken connection: what the kernel has already, the last words too, may still arrive.
            let reason = || NetError::SlowConsumer(NetError::WriteTimeout(timeout).to_string());
            if stalled(slow) {
                slow.session.cut(reason());
            }
            !stalled(slow)
        });
    }
    // ANCHOR_END: stalled
}

#[cfg(test)]
mod tests {
    use net::{Connection, Listener, Socket};
    use protocol::Codec;

    use super::*;
    use crate::testing::Recorder;
    use crate::transport::Transport;

    /// One that can be waited for.
    struct Waitable(Recorder, Connection);

    impl Transport for Waitable {
        fn send_now(&self, bytes: &[u8]) -> Result<usize, NetError> {
            self.0.send_now(bytes)
        }

        fn end(&self) {
            self.0.end();
        }

        fn cut(&self) {
            self.0.cut();
        }

        fn connection(&self) -> Option<&Connection> {
            Some(&self.1)
        }
    }

    /// The client has taken nothing of a packet, and would take it now.
    fn backlogged(id: u64, transport: Arc<dyn Transport>, recorder: &Recorder) -> Arc<Session> {
        let session = Arc::new(Session::new(id, transport, Codec::Binary, None, 0));
        session.put(&[5, 0, 201, 0, 0]);
        assert!(matches!(session.send(), Sent::Part { progress: false }));
        recorder.make_room_for(5);
        session
    }

    fn helper(write_timeout: Option<Duration>) -> Helper {
        Helper {
            orders: unbounded().1,
            waiter: Arc::new(WriteWaiter::new().unwrap()),
            write_timeout,
            counters: Arc::default(),
            waiting: Vec::new(),
            lingering: VecDeque::new(),
            releases: false,
        }
    }

    /// As after a pause of the whole server: the time is over, and nobody has asked the kernel since.
    #[test]
    fn before_the_end_there_is_one_more_look() {
        let listener = Listener::bind(&"127.0.0.1:0".parse().unwrap()).unwrap();
        let address = listener.local_address().unwrap();
        let connection = Socket::connect(&address.into(), Duration::from_secs(20)).unwrap();
        let [reads, stalls] = [(); 2].map(|()| Recorder::with_room_for(0));
        let mut helper = helper(Some(Duration::ZERO));
        let waitable = Arc::new(Waitable(reads.clone(), connection));
        helper.take_on(backlogged(1, waitable, &reads));
        helper.take_on(backlogged(2, Arc::new(stalls.clone()), &stalls));
        helper.cut_the_stalled();
        assert_eq!(reads.taken().len(), 5);
        assert_eq!(helper.waiting.len(), 0);
        assert_eq!([&reads, &stalls].map(Recorder::is_cut), [false, true]);
    }

    #[test]
    fn it_knows_how_many_bytes_clients_have_not_taken() {
        let recorders = [(); 2].map(|()| Recorder::with_room_for(0));
        let mut helper = helper(None);
        for recorder in &recorders {
            helper.take_on(backlogged(1, Arc::new(recorder.clone()), recorder));
        }
        helper.waiting[0].session.put(&[6, 0, 201, 0, 0, 7]);
        let (sender, receiver) = bounded(1);
        assert!(helper.obey(Order::Count(sender)));
        assert_eq!(receiver.try_recv(), Ok(16));
    }

    /// One that reads everything late has its time from then on, and one that never reads does not stay for ever.
    #[test]
    fn whoever_is_to_close_has_time_for_it_and_an_end() {
        let recorders = [(); 2].map(|()| Recorder::with_room_for(0));
        let sessions = recorders
            .each_ref()
            .map(|recorder| backlogged(1, Arc::new(recorder.clone()), recorder));
        let start = Instant::now();
        let mut helper = helper(Some(LINGER * 3));
        for session in &sessions {
            helper.linger(Arc::downgrade(session), start);
        }
        helper.end_lingers(start + LINGER);
        assert!(matches!(sessions[0].send_backlog(), Sent::All));
        helper.end_lingers(start + LINGER * 2);
        assert_eq!(recorders.each_ref().map(Recorder::is_cut), [false, false]);
        helper.end_lingers(start + LINGER * 3);
        assert_eq!(recorders.each_ref().map(Recorder::is_cut), [true, true]);
        assert!(helper.lingering.is_empty());
    }

    #[test]
    fn who_cannot_be_waited_for_does_not_take_the_turn_of_another() {
        let listener = Listener::bind(&"127.0.0.1:0".parse().unwrap()).unwrap();
        let address = listener.local_address().unwrap();
        let connection = Socket::connect(&address.into(), Duration::from_secs(20)).unwrap();
        let [first, second] = [(); 2].map(|()| Recorder::with_room_for(0));
        let waitable = Arc::new(Waitable(second.clone(), connection));
        let mut helper = helper(None);
        helper.take_on(backlogged(1, Arc::new(first.clone()), &first));
        helper.take_on(backlogged(2, waitable, &second));
        let ready = helper.wait();
        helper.send(&ready);
        assert_eq!((first.taken().len(), second.taken().len()), (0, 5));
        assert_eq!(helper.waiting.len(), 1);
    }
}
