//! A worker: the thread that owns rooms and the sessions in them, and answers every packet.

use std::collections::HashMap;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use crossbeam_channel::{Receiver, never, select, tick};
use net::{NetError, Shutdown, Verdict, panic_text};
use protocol::message::ErrorNtf;
use protocol::{ErrorCode, Frame};
use tracing::{error, info};

use crate::counters::{add, subtract};
use crate::delivery::{Delivery, Direction};
use crate::engine::{Engine, Inbox};
use crate::game::Game;
use crate::item::{Command, End, Item};
use crate::room::Room;
use crate::session::Session;
use crate::state::State;
use yielding::Yielding;

/// A batch ends after so many items or bytes: a client must not wait for a reply because others talk on.
const BATCH_ITEMS: usize = 256;
const BATCH_BYTES: usize = 64 * 1024;

/// The thread and all that it owns.
pub(crate) struct Worker<G: Game> {
    pub(crate) index: usize,
    pub(crate) engine: Arc<Engine<G>>,
    pub(crate) delivery: Delivery,
    /// Those of this worker: number `index`, `index + workers`, and so on.
    pub(crate) rooms: Vec<Room<G::Room>>,
    inbox: Inbox,
    ticks: Receiver<Instant>,
    states: HashMap<u64, State>,
    /// Sessions that wait for the server's last word.
    ending: Vec<State>,
    /// Whose bytes are answered in this batch, and how many. Told after the outboxes are sent, when it is known
    /// which clients do not read.
    answered: Vec<(Arc<Session>, usize)>,
    yielding: Yielding,
    /// Items that waited when it last told.
    queued: u64,
}

/// How much a worker has done since it last sent.
#[derive(Default)]
struct Batch {
    items: usize,
    bytes: usize,
}

impl Batch {
    fn add(&mut self, work: &Work) {
        self.items += 1;
        self.bytes += work.size();
    }

    fn is_full(&self) -> bool {
        self.items >= BATCH_ITEMS || self.bytes >= BATCH_BYTES
    }
}

/// What comes next.
enum Work {
    Item(Item),
    Command(Command),
    Tick,
}

/// What a packet has led to.
pub(crate) enum Next {
    /// The next packet.
    Packet,
    /// The session belongs to this worker from this packet on.
    Worker(usize),
}

impl<G: Game> Worker<G> {
    pub(crate) fn new(index: usize, engine: Arc<Engine<G>>, inbox: Inbox, delivery: Delivery) -> Self {
        Self {
            index,
            rooms: engine.rooms_of(index),
            ticks: engine.config.tick.map_or_else(never, tick),
            engine,
            delivery,
            inbox,
            states: HashMap::new(),
            ending: Vec::new(),
            answered: Vec::new(),
            yielding: Yielding::default(),
            queued: 0,
        }
    }

    // ANCHOR: run
    /// Waits for work, does what is there up to a batch, sends what it has led to, and again.
    pub(crate) fn run(mut self) {
        if self.engine.config.batch_scheduling {
            // Only a question of speed: without it everything works the same.
            let _ = net::set_batch_scheduling();
        }
        let _a_panic = EndsTheServer(self.engine.shutdown.clone());
        while let Some(first) = self.wait()
            && self.batch(first)
        {}
    }

    /// False when it was the last.
    fn batch(&mut self, first: Work) -> bool {
        let mut batch = Batch::default();
        let mut next = Some(first);
        let mut goes_on = true;
        while let Some(work) = next {
            batch.add(&work);
            goes_on = self.work(work);
            next = if goes_on { self.next_of(&batch) } else { None };
        }
        self.finish_batch();
        goes_on
    }
    // ANCHOR_END: run

    // ANCHOR: next_of
    /// What else belongs to this batch. Where nothing waits, client threads that have something get a chance
    /// to hand it over before the batch is sent, as long as that brings something: it shares the sends.
    fn next_of(&mut self, batch: &Batch) -> Option<Work> {
        if batch.is_full() {
            return None;
        }
        let waiting = self.poll();
        if waiting.is_some() || !self.yielding.is_worth_it(self.delivery.listed()) {
            return waiting;
        }
        thread::yield_now();
        let brought = self.poll();
        self.yielding.has_brought(brought.is_some());
        brought
    }
    // ANCHOR_END: next_of

    fn finish_batch(&mut self) {
        self.delivery.flush();
        for (session, bytes) in self.answered.drain(..) {
            session.answered(bytes);
        }
        let queued = self.inbox.items.len() as u64;
        let counter = &self.engine.config.counters.queued;
        match queued.checked_sub(self.queued) {
            Some(more) => add(counter, more),
            None => subtract(counter, self.queued - queued),
        }
        self.queued = queued;
    }

    /// The first of a batch. A tick that is due comes first: a worker that always has items must tell the time
    /// all the same. And only here, so that ticks that take long leave a batch to the items.
    fn wait(&self) -> Option<Work> {
        let tick = self.ticks.try_recv().map(|_| Work::Tick).ok();
        tick.or_else(|| self.poll()).or_else(|| {
            select! {
                recv(self.inbox.commands) -> command => command.ok().map(Work::Command),
                recv(self.inbox.items) -> item => item.ok().map(Work::Item),
                recv(self.ticks) -> tick => tick.ok().map(|_| Work::Tick),
            }
        })
    }

    /// Commands first: they are few, and somebody may wait for one of them.
    fn poll(&self) -> Option<Work> {
        let command = self.inbox.commands.try_recv().map(Work::Command);
        command
            .or_else(|_| self.inbox.items.try_recv().map(Work::Item))
            .ok()
    }

    /// False when it was the last.
    fn work(&mut self, work: Work) -> bool {
        self.delivery.set_now(Instant::now());
        match work {
            Work::Item(item) => {
                let state = self.states.remove(&item.session.id()).unwrap_or_else(|| {
                    State::new(
                        Arc::clone(&item.session),
                        self.engine.config.limits.rate_limit,
                        item.read_at,
                    )
                });
                self.go_on(state, item, false);
            }
            Work::Command(Command::TakeOver(moved)) => {
                let (state, item) = *moved;
                state.session.belongs_to(self.index);
                self.go_on(state, item, true);
            }
            Work::Command(Command::SayGoodBye) => self.say_good_bye(),
            Work::Command(Command::Stop) => return false,
            // What still comes out of a game when the server ends would only delay its last word.
            Work::Tick if self.engine.shutdown.requested() => {}
            Work::Tick => self.tick(),
        }
        true
    }

    // ANCHOR: go_on
    /// Answers the packets of an item that are left, as far as they are this worker's. Where the session has
    /// moved here, its first packet has passed the rate limit already.
    fn go_on(&mut self, mut state: State, mut item: Item, has_moved: bool) {
        let next = guard(|| self.answer(&mut state, &mut item, has_moved)).unwrap_or_else(|cause| {
            state.session.cut(NetError::Panicked(cause));
            Next::Packet
        });
        // Where a panic came between the wish and its fulfilment.
        self.take_leave(Some(&mut state));
        if let Next::Worker(worker) = next {
            return self
                .engine
                .command(worker, Command::TakeOver(Box::new((state, item))));
        }
        let session = Arc::clone(&state.session);
        match item.end {
            Some(end) => self.end(state, end),
            None => drop(self.states.insert(session.id(), state)),
        }
        self.answered.push((session, item.packets.size()));
    }
    // ANCHOR_END: go_on

    fn answer(&mut self, state: &mut State, item: &mut Item, mut admitted: bool) -> Next {
        let mut done = 0;
        for frame in item.packets.rest() {
            if state.session.has_ended() {
                break;
            }
            let next = if admitted || self.admit(state, &frame, item.read_at) {
                let next = self.dispatch(state, frame);
                self.take_leave(Some(state));
                next
            } else {
                Next::Packet
            };
            admitted = false;
            match next {
                Next::Packet => done += frame.bytes.len(),
                Next::Worker(worker) => {
                    item.packets.advance(done);
                    return Next::Worker(worker);
                }
            }
        }
        Next::Packet
    }

    /// True for a packet within the rate limit. What counts is when it was read: that it has waited for this
    /// worker is no fault of the client.
    fn admit(&mut self, state: &mut State, frame: &Frame<'_>, read_at: Instant) -> bool {
        let verdict = state.verdict(read_at);
        if let Some(trace) = &self.engine.config.trace {
            let direction = match verdict {
                Verdict::Accept => Direction::In,
                _ => Direction::Dropped,
            };
            trace(direction, &state.session, frame.bytes);
        }
        match verdict {
            Verdict::Accept | Verdict::Drop => {}
            Verdict::DropAndTell => {
                info!(client = state.session.id(), "rate limit: packets are dropped");
                self.notify(state, ErrorCode::RATE_LIMITED);
            }
            Verdict::Close { per_second } => {
                state.session.dismiss(NetError::RateLimited(per_second));
            }
        }
        verdict == Verdict::Accept
    }

    /// Sends an `ERROR_NTF`.
    pub(crate) fn notify(&mut self, state: &State, error: ErrorCode) {
        // A packet of one number can always be built.
        let _ = self.delivery.send(&state.session, &ErrorNtf { error });
    }

    /// The last item of a session: it leaves its room, its user id is free, and what is in its outbox is
    /// the last that it gets.
    fn end(&mut self, mut state: State, end: End) {
        let last_word = match end {
            End::ShuttingDown => {
                self.ending.push(state);
                return self.engine.closed();
            }
            End::Told(error) => Some(error),
            End::Gone => None,
        };
        // At shutdown nobody needs to hear who has left.
        if !self.engine.shutdown.requested() {
            let _ = guard(|| self.leave_room(&mut state));
            self.take_leave(None);
        }
        self.finish(&mut state, last_word);
        self.engine.closed();
    }

    /// The user id is free, and what is in the outbox is the last that the session gets.
    fn finish(&mut self, state: &mut State, last_word: Option<ErrorCode>) {
        self.log_out(state);
        let _ = guard(|| self.delivery.finish(&state.session, last_word));
    }

    /// Takes the session out of its room, if it is in one.
    pub(crate) fn leave_room(&mut self, state: &mut State) {
        let Some(seat) = state.seat.take() else {
            return;
        };
        let room = &mut self.rooms[seat.room / self.engine.config.workers];
        let member = room.leave(seat.unique_id, &mut self.delivery);
        if room.is_empty() {
            subtract(&self.engine.config.counters.rooms_in_use, 1);
        }
        if let Some(member) = member {
            room.left(&member, &mut self.delivery);
        }
    }

    fn log_out(&self, state: &mut State) {
        if let Some(user) = state.user() {
            self.engine.users.log_out(user.user_id, user.session);
            subtract(&self.engine.config.counters.users, 1);
            let _ = guard(|| self.engine.game.logged_out(&user));
        }
        state.user_id = None;
    }

    fn say_good_bye(&mut self) {
        for mut state in std::mem::take(&mut self.ending) {
            self.finish(&mut state, Some(ErrorCode::SERVER_SHUTTING_DOWN));
        }
    }

    fn tick(&mut self) {
        for room in self.rooms.iter_mut().filter(|room| !room.is_empty()) {
            let _ = guard(|| room.tick(&mut self.delivery));
        }
        self.take_leave(None);
    }
}

impl Work {
    fn size(&self) -> usize {
        match self {
            Self::Item(item) => item.packets.size(),
            _ => 0,
        }
    }
}

/// With a worker that has panicked, all its rooms are lost: the server ends, and can be started again. It takes a
/// fault of the engine itself; what a game's code does is caught by [`guard`].
struct EndsTheServer(Shutdown);

impl Drop for EndsTheServer {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.request();
        }
    }
}

/// Calls a game's code, or a trace's. A panic of it is logged and told; it is the affair of one client or one room, and
/// must not end the worker of all others.
fn guard<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    // What a panic leaves half done is the game's own state, which it must expect.
    panic::catch_unwind(AssertUnwindSafe(call)).map_err(|cause| {
        let cause = panic_text(cause.as_ref());
        error!("a panic in the game or in the trace: {cause}");
        cause
    })
}

mod departing;
#[cfg(test)]
mod tests;
mod yielding;
