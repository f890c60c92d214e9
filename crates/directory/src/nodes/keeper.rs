//! Keeps the slots of a server: renews their leases, finds out which are lost, and takes others. Whoever calls it says when,
//! so its tests need no thread.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use tracing::{debug, error, info, warn};

use super::counts::Counting;
use super::shared::Shared;
use super::vacant::Vacant;
use super::watching::{Change, Lost};
use crate::directory::{Slot, Unavailable};
use crate::presence::{LogIn, Presence};
use crate::server::Owner;

/// Users whose presence is looked at between two renewals: a tenth of a second, with Redis nearby.
const SEEN_TO_AT_ONCE: usize = 1_000;

/// The keeper of one server's slots.
pub(super) struct Keeper {
    shared: Arc<Shared>,
    /// Whose presence is still to be taken back, the oldest first.
    ended: VecDeque<(String, Presence)>,
    vacant: Vacant,
    /// Who was logged in through a slot that was taken again, and may have logged in elsewhere meanwhile.
    doubtful: VecDeque<(String, Presence)>,
    /// Until then others may take their slots again, and nobody takes slots over.
    grace: Option<Instant>,
    /// The last call was in vain: nothing more is tried before the next renewal, which must not come late.
    is_away: bool,
}

impl Keeper {
    pub(super) fn new(shared: &Arc<Shared>) -> Self {
        Self {
            shared: Arc::clone(shared),
            ended: VecDeque::new(),
            vacant: Vacant::default(),
            doubtful: VecDeque::new(),
            grace: None,
            is_away: false,
        }
    }

    // ANCHOR: renew
    /// Renews all leases. A directory that is away takes nothing from anybody, since nobody else can take the slot from it
    /// either. Where a lease has ended, the slot is taken again; and where somebody else has had it since, it is lost.
    pub(super) fn renew(&mut self) {
        self.renew_all();
        self.shared.tell_of_leases(self.is_away);
        self.see_to_doubtful();
    }

    fn renew_all(&mut self) {
        let shared = Arc::clone(&self.shared);
        let settings = &shared.settings;
        let owners = shared.held.lock().owners();
        for owner in owners {
            let lasts = || {
                shared
                    .held
                    .lock()
                    .is_within_lease(owner.slot, settings.clock.now())
            };
            let has_lasted = lasts();
            let (mut until, mut renewed) = self.renew_one(&owner);
            // Where the process was stopped in the call, that is what has cut it off: nothing is known of the directory yet,
            // and another server may have the slot.
            if renewed.is_err() && has_lasted && !lasts() {
                (until, renewed) = self.renew_one(&owner);
            }
            let has_ended = matches!(renewed, Ok(false));
            let is_own = match has_ended {
                true => shared.directory.take_again(&owner, &shared.offer, settings.lease),
                false => renewed,
            };
            match is_own {
                Ok(true) => shared.held.lock().renewed(&owner, until),
                Ok(false) => self.lose(&owner),
                Err(reason) => {
                    Counting::one_more(&shared.counts.unanswered);
                    return self.away(&reason);
                }
            }
            if has_ended {
                self.has_again(&owner);
            }
            self.is_back();
        }
        self.listen();
        self.log_out(None);
    }
    // ANCHOR_END: renew

    /// The lease is counted from before the call, so never longer than by the directory.
    fn renew_one(&self, owner: &Owner) -> (Instant, Result<bool, Unavailable>) {
        let Shared {
            settings, directory, ..
        } = &*self.shared;
        let until = settings.clock.now() + settings.lease;
        (until, directory.renew(owner, (settings.load)(), settings.lease))
    }

    /// Looks for slots: for one where the server has none, or for those without a server.
    pub(super) fn look(&mut self) {
        let own = {
            let held = self.shared.held.lock();
            if held.has_left() {
                return;
            }
            held.owners()
        };
        if own.is_empty() {
            return self.take_anew();
        }
        if !self.shared.settings.takeover || self.is_away || self.is_too_early() {
            return;
        }
        own.iter().for_each(|owner| self.vacant.sees(owner.slot));
        match self.shared.directory.servers() {
            Ok(servers) => {
                let game = &self.shared.offer.game;
                let vacant = self.vacant.share(game, &servers, own.len());
                // One of its own whose lease has ended is lost first: the next renewal finds that out.
                let is_own = |slot: &u32| own.iter().any(|owner| owner.slot == *slot);
                for slot in vacant.into_iter().filter(|slot| !is_own(slot)) {
                    self.take_over(slot);
                }
            }
            Err(reason) => self.away(&reason),
        }
    }

    /// Takes back the presence of sessions that have ended: of this one, and of those before.
    pub(super) fn log_out(&mut self, session: Option<(String, Presence)>) {
        self.ended.extend(session);
        while !self.is_away
            && let Some((user_id, presence)) = self.ended.pop_front()
        {
            if self.shared.held.lock().has_entered(&user_id, &presence) {
                continue;
            }
            if let Err(reason) = self.shared.directory.log_out(&user_id, &presence) {
                self.ended.push_front((user_id, presence));
                self.away(&reason);
            }
        }
    }

    /// The lease of this slot had ended, and nobody else has had it since. Its users may have logged in elsewhere, since for
    /// the directory they were nowhere.
    fn has_again(&mut self, owner: &Owner) {
        let Some(sessions) = self.shared.held.lock().sessions_of(owner) else {
            return;
        };
        warn!(
            slot = owner.slot,
            generation = owner.generation,
            "slot {} of {} taken again: its lease had ended, and nobody else has had it",
            owner.slot,
            owner.game
        );
        self.doubtful.extend(sessions);
        self.wait_for_others();
    }

    /// Whatever has kept this server from the directory may have kept others.
    fn wait_for_others(&mut self) {
        let settings = &self.shared.settings;
        self.grace = Some(settings.clock.now() + settings.lease);
    }

    fn is_too_early(&self) -> bool {
        let now = self.shared.settings.clock.now();
        self.grace.is_some_and(|until| now < until)
    }

    /// Users who have logged in elsewhere stay there, and end here. All others are here again.
    fn see_to_doubtful(&mut self) {
        for _ in 0..SEEN_TO_AT_ONCE {
            if self.is_away {
                return;
            }
            let Some((user_id, presence)) = self.doubtful.pop_front() else {
                return;
            };
            if !self.shared.held.lock().has_entered(&user_id, &presence) {
                continue;
            }
            match self.shared.directory.log_in(&user_id, &presence, None) {
                // A lease that has ended again is found out by the next renewal.
                Ok(LogIn::Done | LogIn::NoLease) => {}
                Ok(LogIn::Held(_)) => self.shared.end_here(user_id, presence.session),
                Err(reason) => {
                    self.doubtful.push_front((user_id, presence));
                    self.away(&reason);
                }
            }
        }
    }

    fn lose(&mut self, owner: &Owner) {
        let slot = self.shared.held.lock().remove(owner);
        let Some(slot) = slot else {
            return;
        };
        let sessions = slot.sessions();
        drop(slot);
        let rooms = self.shared.offer.rooms_of(owner.slot);
        error!(
            slot = owner.slot,
            generation = owner.generation,
            users = sessions.len(),
            "slot {} of {} lost (rooms {} to {}): its lease has ended",
            owner.slot,
            owner.game,
            rooms.start(),
            rooms.end()
        );
        Counting::one_more(&self.shared.counts.lost);
        self.ended.retain(|(_, presence)| presence.owner != *owner);
        let first_room = *rooms.start();
        let lost = Lost { first_room, sessions };
        self.shared.watching.tell(Change::Lost(lost));
    }

    /// The slot that it wants, or else the first that is free.
    fn take_anew(&mut self) {
        let wanted = self.shared.settings.wanted;
        let is_taken = wanted.is_some() && self.take(wanted);
        if !is_taken {
            self.take(None);
        }
    }

    fn take_over(&mut self, slot: u32) {
        if self.take(Some(slot)) {
            info!(
                slot,
                "slot {slot} of {} is taken over: it had no server", self.shared.offer.game
            );
            Counting::one_more(&self.shared.counts.taken_over);
        }
    }

    /// True where it has a slot more.
    fn take(&mut self, wanted: Option<u32>) -> bool {
        let shared = Arc::clone(&self.shared);
        let (offer, settings) = (&shared.offer, &shared.settings);
        let until = settings.clock.now() + settings.lease;
        match shared.directory.take_slot(offer, wanted, settings.lease) {
            Ok(Slot::Taken(owner)) => {
                self.is_back();
                self.has_taken(owner, until)
            }
            Ok(other) => {
                self.is_back();
                // Another server was faster, or there is no slot yet.
                debug!("no slot of {}: {other:?}", offer.game);
                false
            }
            Err(reason) => {
                self.away(&reason);
                false
            }
        }
    }

    /// First there are rooms, then requests for them.
    fn has_taken(&mut self, owner: Owner, until: Instant) -> bool {
        if !self.shared.held.lock().add(owner.clone(), until) {
            // It has left while it took this one. Where nobody answers, the lease ends by itself.
            let _ = self.shared.directory.release(&owner);
            return false;
        }
        self.vacant.sees(owner.slot);
        let taken = self.shared.has_taken(&owner);
        self.shared.watching.tell(Change::Taken(taken));
        self.listen();
        true
    }

    /// Requests come for all slots from now on.
    fn listen(&mut self) {
        let deaf = self.shared.held.lock().deaf();
        for owner in deaf {
            let requests = self.shared.requests.clone();
            match self.shared.directory.listen(&owner, requests) {
                Ok(listening) => {
                    let spare = self.shared.held.lock().listens(&owner, listening);
                    drop(spare);
                }
                Err(reason) => return self.away(&reason),
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

    fn is_back(&mut self) {
        if std::mem::take(&mut self.is_away) {
            self.wait_for_others();
            info!("the directory answers again");
        }
    }
}
