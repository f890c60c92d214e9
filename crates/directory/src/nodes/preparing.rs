//! Slots of a server that must get something ready before it serves their rooms. That may take long, and may fail, and the
//! leases must not wait for it: so it has a thread of its own. What fails is tried again while the server has the slot.

use std::error::Error;
use std::mem;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, at, never, select};
use tracing::{debug, error, info};

use super::counts::Counting;
use super::shared::Shared;
use super::unready::{FIRST_PAUSE, LONGEST_PAUSE, Unready};
use crate::server::Owner;

/// Prepares slots until the place is left.
pub(super) fn prepare(shared: &Arc<Shared>, to_prepare: &Receiver<Unready>, stop: &Receiver<()>) {
    let mut preparing = Preparing::new(shared);
    loop {
        let next = preparing.next().map_or_else(never, at);
        select! {
            recv(to_prepare) -> slot => preparing.add(slot.ok()),
            recv(stop) -> _ => return,
            recv(next) -> _ => {}
        }
        preparing.try_all(Instant::now());
    }
}

/// What that thread does. Whoever calls it says when.
struct Preparing {
    shared: Arc<Shared>,
    unready: Vec<Unready>,
}

impl Preparing {
    fn new(shared: &Arc<Shared>) -> Self {
        Self {
            shared: Arc::clone(shared),
            unready: Vec::new(),
        }
    }

    fn next(&self) -> Option<Instant> {
        self.unready.iter().map(|slot| slot.at).min()
    }

    fn add(&mut self, slot: Option<Unready>) {
        if let Some(slot) = slot {
            let owner = self.shared.owner_of(&slot.taken);
            self.shared.held.lock().set_ready(&owner, false);
            self.unready.push(slot);
        }
    }

    fn try_all(&mut self, now: Instant) {
        for slot in mem::take(&mut self.unready) {
            match slot.at > now {
                true => self.unready.push(slot),
                false => self.unready.extend(self.attempt(slot)),
            }
        }
    }

    /// Gives it back where it is to be tried again.
    fn attempt(&self, mut slot: Unready) -> Option<Unready> {
        let owner = self.shared.owner_of(&slot.taken);
        if !self.shared.held.lock().has(&owner) {
            return None;
        }
        if let Err(reason) = (slot.serving.prepare)(&slot.taken) {
            self.has_failed(&owner, slot.pause, &*reason);
            slot.at = Instant::now() + slot.pause;
            slot.pause = LONGEST_PAUSE.min(slot.pause * 2);
            return Some(slot);
        }
        self.is_ready(&owner, slot);
        None
    }

    fn has_failed(&self, owner: &Owner, pause: Duration, reason: &(dyn Error + Send + Sync)) {
        Counting::one_more(&self.shared.counts.unprepared);
        let Owner { game, slot, .. } = owner;
        // Once for each slot: it may go on for hours.
        if pause == FIRST_PAUSE {
            error!(
                slot,
                "slot {slot} of {game} has no rooms yet, and is tried again while it is held: {reason}"
            );
        } else {
            debug!(slot, "slot {slot} of {game} has no rooms yet: {reason}");
        }
    }

    fn is_ready(&self, owner: &Owner, slot: Unready) {
        let come = slot.serving.come.lock();
        // It may have been lost meanwhile. Then its rooms go at once, or have gone.
        if self.shared.held.lock().set_ready(owner, true) {
            if slot.pause > FIRST_PAUSE {
                info!(
                    slot = owner.slot,
                    "slot {} of {} has its rooms now", owner.slot, owner.game
                );
            }
            come(slot.taken);
        }
    }
}

#[cfg(test)]
mod tests;
