//! A batch of a worker: items and commands that it does before it sends what they have led to.

use std::time::{Duration, Instant};

use crate::command::Command;
use crate::item::Item;

/// A batch ends after so many items or bytes: a client must not wait for a reply because others talk on.
const BATCH_ITEMS: usize = 256;
const BATCH_BYTES: usize = 64 * 1024;

/// What comes next.
pub(super) enum Work<E> {
    Item(Item),
    Command(Command<E>),
    /// The time has come for some rooms.
    Alarm,
}

impl<E> Work<E> {
    fn size(&self) -> usize {
        match self {
            Self::Item(item) => item.packets.size(),
            _ => 0,
        }
    }
}

/// How much a worker has done since it last sent.
#[derive(Default)]
pub(super) struct Batch {
    items: usize,
    bytes: usize,
    /// When its first work was begun.
    began: Option<Instant>,
}

impl Batch {
    pub(super) fn add<E>(&mut self, work: &Work<E>) {
        self.items += 1;
        self.bytes += work.size();
    }

    /// Some work of it was begun at this time; the first counts.
    pub(super) fn began(&mut self, at: Instant) {
        self.began.get_or_insert(at);
    }

    pub(super) fn time_so_far(&self) -> Option<Duration> {
        self.began.map(|began| began.elapsed())
    }

    pub(super) fn items(&self) -> usize {
        self.items
    }

    pub(super) fn is_full(&self) -> bool {
        self.items >= BATCH_ITEMS || self.bytes >= BATCH_BYTES
    }
}
