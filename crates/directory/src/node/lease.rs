//! The thread that keeps the lease, and takes back the presence of sessions that have ended.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, select};
use tracing::{error, info, warn};

use super::shared::Shared;
use crate::directory::Unavailable;

/// Renews the lease at a third of it, until it is lost or the node is left.
pub(super) fn keep(shared: &Shared, ended: &Receiver<(String, u64)>, stop: &Receiver<()>) {
    let mut keeper = Keeper {
        shared,
        ended: VecDeque::new(),
        is_away: false,
    };
    let every = shared.settings.lease / 3;
    let mut next = Instant::now() + every;
    loop {
        select! {
            recv(ended) -> session => {
                keeper.ended.extend(session);
                keeper.log_out();
            }
            recv(stop) -> _ => return,
            default(next.saturating_duration_since(Instant::now())) => {}
        }
        if next.saturating_duration_since(Instant::now()) == Duration::ZERO {
            if !keeper.renew() {
                error!("{} has lost its lease", shared.owner);
                return (shared.settings.lost)();
            }
            next = Instant::now() + every;
        }
    }
}

struct Keeper<'a> {
    shared: &'a Shared,
    /// Whose presence is still to be taken back, the oldest first.
    ended: VecDeque<(String, u64)>,
    /// The last call was in vain: nothing more is tried before the next renewal, which must not come late.
    is_away: bool,
}

impl Keeper<'_> {
    /// False where the lease is lost. A directory that is away takes it from nobody.
    fn renew(&mut self) -> bool {
        let (owner, settings) = (&self.shared.owner, &self.shared.settings);
        match self
            .shared
            .directory
            .renew(owner, (settings.load)(), settings.lease)
        {
            Ok(true) => {
                if std::mem::take(&mut self.is_away) {
                    info!("the directory answers again");
                }
                self.log_out();
                true
            }
            Ok(false) => false,
            Err(reason) => {
                self.away(&reason);
                true
            }
        }
    }

    fn log_out(&mut self) {
        while !self.is_away
            && let Some((user_id, session)) = self.ended.pop_front()
        {
            let presence = self.shared.here(session);
            if let Err(reason) = self.shared.directory.log_out(&user_id, &presence) {
                self.ended.push_front((user_id, session));
                self.away(&reason);
            }
        }
    }

    fn away(&mut self, reason: &Unavailable) {
        if !std::mem::replace(&mut self.is_away, true) {
            warn!(
                "{reason} ({}): logins and requests to other servers fail until it does",
                reason.0
            );
        }
    }
}
