//! The thread that keeps the leases, and takes back the presence of sessions that have ended.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, select};

use super::keeper::Keeper;
use super::shared::Shared;
use crate::presence::Presence;

/// How often a server without a slot looks for one, and one that takes slots over for those without a server: so that it
/// has them well within a second after their lease has ended.
const LOOK: Duration = Duration::from_millis(250);

/// Keeps the leases until the place is left.
pub(super) fn keep(shared: &Arc<Shared>, ended: &Receiver<(String, Presence)>, stop: &Receiver<()>) {
    let mut keeper = Keeper::new(shared);
    let (mut renewal, mut look) = {
        let every = shared.settings.lease / 3;
        (Timer::new(every), Timer::new(LOOK.min(every)))
    };
    loop {
        let next = renewal.next.min(look.next);
        select! {
            recv(ended) -> session => keeper.log_out(session.ok()),
            recv(stop) -> _ => return,
            default(next.saturating_duration_since(Instant::now())) => {}
        }
        if renewal.is_due() {
            keeper.renew();
        }
        if look.is_due() {
            keeper.look();
        }
    }
}

/// Is due again and again.
struct Timer {
    every: Duration,
    next: Instant,
}

impl Timer {
    fn new(every: Duration) -> Self {
        let next = Instant::now() + every;
        Self { every, next }
    }

    /// True once for each time; what was missed is not made up for.
    fn is_due(&mut self) -> bool {
        let now = Instant::now();
        let is_due = now >= self.next;
        if is_due {
            self.next = now + self.every;
        }
        is_due
    }
}
