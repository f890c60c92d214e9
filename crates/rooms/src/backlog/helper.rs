//! The thread that sends when clients read again, and cuts those who do not.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::Receiver;
use net::{NetError, WriteWaiter};
use tracing::error;

use super::lingering::Lingering;
use super::order::Order;
use crate::counters::{Counters, add};
use crate::outbox::Sent;
use crate::session::Session;

/// What the helper's thread has.
pub(super) struct Helper {
    orders: Receiver<Order>,
    waiter: Arc<WriteWaiter>,
    write_timeout: Option<Duration>,
    counters: Arc<Counters>,
    waiting: Vec<Waiting>,
    lingering: Lingering,
    /// The server ends.
    releases: bool,
}

struct Waiting {
    session: Arc<Session>,
    /// When the kernel last took something.
    progress: Instant,
}

impl Helper {
    pub(super) fn new(
        orders: Receiver<Order>,
        waiter: Arc<WriteWaiter>,
        write_timeout: Option<Duration>,
        counters: Arc<Counters>,
    ) -> Self {
        Self {
            orders,
            waiter,
            write_timeout,
            counters,
            waiting: Vec::new(),
            lingering: Lingering::default(),
            releases: false,
        }
    }

    /// Until it is told to stop.
    pub(super) fn run(mut self) {
        loop {
            let ready = self.wait();
            self.send(&ready);
            self.cut_the_stalled();
            self.lingering.end(Instant::now(), self.write_timeout);
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
            Order::Linger(session) => self.lingering.add(session, Instant::now()),
            Order::Show(reply) => {
                let waiting = self.waiting.iter().map(|slow| Arc::clone(&slow.session));
                // Whoever has asked may have lost patience.
                let _ = reply.send(waiting.collect());
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
        let lingering = self.lingering.next();
        let lingering = lingering.map(|next| next.saturating_duration_since(Instant::now()));
        stalled.into_iter().chain(lingering).min()
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
    use crossbeam_channel::{bounded, unbounded};
    use net::{Connection, Ending, Listener, Socket};
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

        fn end(&self, why: Ending) {
            self.0.end(why);
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
        let waiter = Arc::new(WriteWaiter::new().unwrap());
        Helper::new(unbounded().1, waiter, write_timeout, Arc::default())
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
    fn it_shows_whose_bytes_are_not_taken() {
        let recorders = [(); 2].map(|()| Recorder::with_room_for(0));
        let mut helper = helper(None);
        for recorder in &recorders {
            helper.take_on(backlogged(1, Arc::new(recorder.clone()), recorder));
        }
        helper.waiting[0].session.put(&[6, 0, 201, 0, 0, 7]);
        let (sender, receiver) = bounded(1);
        assert!(helper.obey(Order::Show(sender)));
        let shown = receiver.try_recv().unwrap();
        let unsent: Vec<_> = shown.iter().map(|session| session.unsent()).collect();
        assert_eq!(unsent, [11, 5]);
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
