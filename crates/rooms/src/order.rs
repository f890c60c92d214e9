//! The order of what a worker puts out while something of it waits for somebody else: the places that are kept, and what
//! stays behind them.
//!
//! ```text
//! first                                                                       last
//! [ place 7: a message that is not stored yet ] [ packets for alice ] [ place 8 ] [ the end of bob ]
//! ```
//!
//! Only what concerns the sessions of a place waits behind it: a session that waits for nothing gets everything at once.
//! The places of one worker are filled in their order, or wait until those before them are filled. Where there is none,
//! nothing waits, and it costs one look.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use crate::place::{Place, Unfilled};
use crate::session::Session;

/// Bytes that may wait in one order: half of what the outbox of one client may hold where nobody says otherwise, since all
/// of it may be for that client. Where more waits, the worker takes no items.
const MOST: usize = 128 * 1024;

/// The numbers of places have so many bits; above them stands the worker.
const NUMBER_BITS: u32 = 48;

/// What waits, the oldest first. `F` is what a place is filled with.
pub(crate) struct Order<F> {
    worker: u64,
    unfilled: Unfilled,
    most: usize,
    waiting: VecDeque<Waiting<F>>,
    /// Places that are filled, and are not the first.
    filled: HashMap<u64, Option<F>>,
    bytes: usize,
    /// The place that was kept last.
    last: u64,
    /// All places up to this one are filled, and what they were filled with is out.
    released: u64,
    /// What is put out now belongs to the front.
    is_in_front: bool,
}

enum Waiting<F> {
    Place { number: u64, size: usize },
    Packets(Arc<Session>, Box<[u8]>),
    Step(Arc<Session>, F),
}

/// What waits no more.
pub(crate) enum Released<F> {
    Packets(Arc<Session>, Box<[u8]>),
    /// To be done before anything else is released.
    Step(F),
}

impl<F> Order<F> {
    /// That of a worker, whose clients have outboxes of this limit.
    pub(crate) fn new(worker: usize, outbox_limit: Option<usize>, unfilled: Unfilled) -> Self {
        Self {
            worker: worker as u64,
            unfilled,
            most: outbox_limit.map_or(MOST, |limit| MOST.min(limit / 2)),
            waiting: VecDeque::new(),
            filled: HashMap::new(),
            bytes: 0,
            last: 0,
            released: 0,
            is_in_front: false,
        }
    }

    /// Keeps a place, whose sessions wait behind it from now on. `size` is how many bytes one of them may get out of it.
    pub(crate) fn keep<'s>(
        &mut self,
        sessions: impl IntoIterator<Item = &'s Arc<Session>>,
        size: usize,
    ) -> Place {
        self.last += 1;
        let behind = self.behind(self.last);
        for session in sessions {
            session.wait_behind(behind);
        }
        let number = self.last;
        self.bytes += size;
        self.waiting.push_back(Waiting::Place { number, size });
        Place::new(self.worker as usize, number, Arc::clone(&self.unfilled))
    }

    /// Whether what this session is sent has to wait.
    pub(crate) fn holds(&self, session: &Session) -> bool {
        !self.waiting.is_empty()
            && !self.is_in_front
            && session.waits_behind() > self.behind(self.released)
            && session.waits_behind() <= self.behind(self.last)
    }

    /// Packets for a session that has to wait.
    pub(crate) fn push_packets(&mut self, session: &Arc<Session>, packets: &[u8]) {
        session.wait_behind(self.behind(self.last));
        self.bytes += packets.len();
        self.waiting
            .push_back(Waiting::Packets(Arc::clone(session), packets.into()));
    }

    /// Something else that concerns a session that has to wait.
    pub(crate) fn push_step(&mut self, session: &Arc<Session>, step: F) {
        session.wait_behind(self.behind(self.last));
        self.waiting.push_back(Waiting::Step(Arc::clone(session), step));
    }

    /// A place is filled, with nothing too.
    pub(crate) fn fill(&mut self, number: u64, fill: Option<F>) {
        self.filled.insert(number, fill);
    }

    /// What is first, where it has to wait no more.
    pub(crate) fn release(&mut self) -> Option<Released<F>> {
        loop {
            if let Waiting::Place { number, .. } = self.waiting.front()?
                && !self.filled.contains_key(number)
            {
                return None;
            }
            match self.waiting.pop_front()? {
                Waiting::Place { number, size } => {
                    self.released = number;
                    self.bytes -= size;
                    if let Some(fill) = self.filled.remove(&number).flatten() {
                        return Some(Released::Step(fill));
                    }
                }
                Waiting::Packets(session, packets) => {
                    self.bytes -= packets.len();
                    return Some(Released::Packets(session, packets));
                }
                Waiting::Step(_, step) => return Some(Released::Step(step)),
            }
        }
    }

    /// What is put out from now on belongs to the front of what waits, or again to its end.
    pub(crate) fn set_in_front(&mut self, is_in_front: bool) {
        self.is_in_front = is_in_front;
    }

    /// True where so much waits that its worker should take nothing more.
    pub(crate) fn is_full(&self) -> bool {
        self.bytes > self.most
    }

    /// The sessions for which something waits.
    pub(crate) fn sessions(&self) -> impl Iterator<Item = &Arc<Session>> {
        self.waiting.iter().filter_map(|waiting| match waiting {
            Waiting::Place { .. } => None,
            Waiting::Packets(session, _) | Waiting::Step(session, _) => Some(session),
        })
    }

    /// A place of this worker as sessions know it: one of another worker means nothing here.
    fn behind(&self, number: u64) -> u64 {
        self.worker << NUMBER_BITS | number
    }
}
