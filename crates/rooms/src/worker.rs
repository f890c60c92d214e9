//! A worker: owns rooms and the sessions in them, and answers every packet. Which thread it is at the moment is the affair
//! of its `desk`.

use std::collections::{BTreeSet, HashMap};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use net::panic_text;
use tracing::error;

use crate::command::Command;
use crate::delivery::Delivery;
use crate::engine::{Engine, Inbox};
use crate::game::{EventOf, Game};
use crate::own_rooms::OwnRooms;
use crate::session::Session;
use crate::state::State;
use batch::{Batch, Work};
use yielding::Yielding;

/// All that a worker owns.
pub(crate) struct Worker<G: Game> {
    pub(crate) index: usize,
    pub(crate) engine: Arc<Engine<G>>,
    pub(crate) delivery: Delivery,
    pub(crate) rooms: OwnRooms<G::Room>,
    inbox: Inbox<EventOf<G>>,
    states: HashMap<u64, Box<State>>,
    /// Sessions that wait for the server's last word.
    ending: Vec<State>,
    /// At the end of the server: the rooms that have something to finish.
    unfinished: Option<BTreeSet<usize>>,
    /// Whose packets this batch has dealt with, and how many bytes are answered; the last is the one in hand: where the
    /// worker panics, nobody else knows of that session. They are told after the outboxes are sent, when it is known
    /// which clients do not read.
    answered: Vec<(Arc<Session>, usize)>,
    yielding: Yielding,
    /// The alarm that its thread knows of.
    told_alarm: Option<Instant>,
    has_ended: bool,
}

/// What has become of a turn.
pub(crate) enum Turn {
    /// Nothing is left.
    Done,
    /// Something may be left.
    Over,
    /// The server has ended.
    Last,
}

/// What a packet has led to.
pub(crate) enum Next {
    /// The next packet.
    Packet,
    /// The session belongs to this worker from this packet on.
    Worker(usize),
}

impl<G: Game> Worker<G> {
    pub(crate) fn new(
        index: usize,
        engine: Arc<Engine<G>>,
        inbox: Inbox<EventOf<G>>,
        delivery: Delivery,
    ) -> Self {
        Self {
            index,
            rooms: engine.first_rooms_of(index),
            engine,
            delivery,
            inbox,
            states: HashMap::new(),
            ending: Vec::new(),
            unfinished: None,
            answered: Vec::new(),
            yielding: Yielding::default(),
            told_alarm: None,
            has_ended: false,
        }
    }

    // ANCHOR: run
    /// Does what is there, and sends what it has led to, batch by batch; so many batches at most.
    pub(crate) fn turn(&mut self, most: usize) -> Turn {
        for _ in 0..most {
            if self.has_ended {
                return Turn::Last;
            }
            let Some(first) = self.first() else {
                return Turn::Done;
            };
            self.batch(first);
        }
        Turn::Over
    }

    fn batch(&mut self, first: Work<EventOf<G>>) {
        let mut batch = Batch::default();
        let mut next = Some(first);
        while let Some(work) = next {
            batch.add(&work);
            self.work(work);
            batch.began(self.delivery.now());
            next = self.next_of(&batch);
        }
        self.finish_batch(&batch);
    }
    // ANCHOR_END: run

    // ANCHOR: next_of
    /// What else belongs to this batch. Where nothing waits, client threads that have something get a chance
    /// to hand it over before the batch is sent, as long as that brings something: it shares the sends.
    fn next_of(&mut self, batch: &Batch) -> Option<Work<EventOf<G>>> {
        if batch.is_full() || self.has_ended {
            return None;
        }
        let waiting = self.poll();
        if waiting.is_some() || !self.yielding.is_worth_it() {
            return waiting;
        }
        thread::yield_now();
        let brought = self.poll();
        self.yielding.has_brought(brought.is_some());
        brought
    }
    // ANCHOR_END: next_of

    fn finish_batch(&mut self, batch: &Batch) {
        self.delivery.flush();
        for (session, bytes) in self.answered.drain(..) {
            session.progress().answered(bytes);
        }
        self.yielding.had(batch.items());
        if let Some(time) = batch.time_so_far() {
            self.engine.config.counters.batches.add(time);
        }
    }

    /// The first of a batch. An alarm that is due comes first: a worker that always has items must tell the time
    /// all the same. And only here, so that rooms that take long leave a batch to the items.
    fn first(&self) -> Option<Work<EventOf<G>>> {
        let alarm = self.delivery.next_alarm();
        match alarm.is_some_and(|time| time <= Instant::now()) {
            true => Some(Work::Alarm),
            false => self.poll(),
        }
    }

    /// The alarm, where it has changed since the last call.
    pub(crate) fn new_alarm(&mut self) -> Option<Option<Instant>> {
        let alarm = self.delivery.next_alarm();
        (alarm != self.told_alarm).then(|| {
            self.told_alarm = alarm;
            alarm
        })
    }

    /// Commands first: they are few, and somebody may wait for one of them.
    fn poll(&self) -> Option<Work<EventOf<G>>> {
        self.command().or_else(|| {
            if self.takes_no_items() {
                return None;
            }
            self.wait_until_may_serve()
                .or_else(|| self.inbox.items.try_recv().map(Work::Item).ok())
        })
    }

    fn command(&self) -> Option<Work<EventOf<G>>> {
        self.inbox.commands.try_recv().map(Work::Command).ok()
    }

    /// What has come to light meanwhile is a command, and comes before all packets.
    fn wait_until_may_serve(&self) -> Option<Work<EventOf<G>>> {
        let may_serve = self.engine.config.may_serve.as_ref()?;
        if self.inbox.items.is_empty() {
            return None;
        }
        may_serve();
        self.command()
    }

    fn work(&mut self, work: Work<EventOf<G>>) {
        self.delivery.set_now(Instant::now());
        match work {
            Work::Item(item) => self.take(item),
            Work::Command(command) => self.obey(command),
            Work::Alarm => self.tick(),
        }
    }

    fn obey(&mut self, command: Command<EventOf<G>>) {
        match command {
            Command::TakeOver(moved) => {
                let (mut state, item) = *moved;
                self.take_in_hand(&state.session);
                state.session.belongs_to(self.index);
                self.close_if_wanted(&mut state);
                self.go_on(state, item, true);
            }
            Command::Event { room, event } => self.event(room, event),
            Command::EventInFront { room, event } => {
                self.delivery.order.set_in_front(true);
                self.event(room, event);
                self.delivery.order.set_in_front(false);
            }
            Command::Fill(filled) => self.fill(filled),
            Command::Resume { parking, event } => self.resume(parking, event),
            Command::SeeTo {
                session,
                put,
                packets,
            } => {
                let _ = guard(|| self.delivery.see_to(put, &session, &packets));
            }
            Command::Announce { message, to, done } => {
                // Behind nothing that waits for others: whoever speaks to all may have to say why.
                self.delivery.order.set_in_front(true);
                let _ = guard(|| self.delivery.send_to(&to, &*message));
                self.delivery.order.set_in_front(false);
                // Whoever waits may have lost patience.
                let _ = done.send(());
            }
            Command::Checked {
                parking,
                user_id,
                verdict,
            } => self.checked(parking, &user_id, verdict),
            Command::Close(session) => self.close(&session),
            Command::Adopt(range) => self.adopt(range),
            Command::Abandon(range, reason) => self.abandon(range, reason),
            Command::Reserve(wish) => self.reserve(*wish),
            Command::CallRoll(call) => self.call_roll(call),
            Command::Clock => self.told_alarm = None,
            Command::SayGoodBye => self.close_rooms(),
            Command::Stop => self.has_ended = true,
        }
    }

    /// The time has come that some rooms have asked for.
    fn tick(&mut self) {
        let now = self.delivery.now();
        let due = self.delivery.alarms().due(now);
        // What still comes out of a game when the server ends would only delay its last word.
        if self.engine.shutdown.requested() {
            return;
        }
        for room in due {
            let room = self.rooms.index_of(room);
            if let Some(room) = room.and_then(|index| self.rooms.get_mut(index)) {
                let _ = guard(|| room.tick(&mut self.delivery));
            }
            self.take_leave(None);
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

mod admission;
mod adopting;
mod answering;
mod batch;
mod burying;
mod checking;
mod closing;
mod departing;
mod ending;
mod farewell;
mod filling;
mod parking;
mod reserving;
#[cfg(test)]
mod tests;
mod yielding;
