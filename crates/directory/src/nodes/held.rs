//! The slots that a server has, and who has logged in through which.

use std::collections::BTreeSet;
use std::time::Instant;

use crate::presence::Presence;
use crate::request::Listening;
use crate::server::Owner;

/// The slots of one server, in the order in which it has taken them.
#[derive(Default)]
pub(super) struct Held {
    slots: Vec<HeldSlot>,
    /// Set when the server has left: it takes nothing any more.
    has_left: bool,
}

/// One of them.
pub(super) struct HeldSlot {
    owner: Owner,
    /// By the server's own clock: until then nobody else can have it, whatever has become of the directory.
    until: Instant,
    /// `None` while requests for it do not come.
    listening: Option<Listening>,
    /// False while its rooms are not served yet.
    is_ready: bool,
    /// Who has logged in with a ticket for it, or is about to.
    sessions: BTreeSet<(u64, String)>,
}

impl HeldSlot {
    /// Who has logged in through it, and has not gone: user and session.
    pub(super) fn sessions(&self) -> Vec<(String, u64)> {
        let sessions = self.sessions.iter();
        sessions
            .map(|(session, user_id)| (user_id.clone(), *session))
            .collect()
    }
}

impl Held {
    /// False where the server has left: then it has to give the slot back.
    pub(super) fn add(&mut self, owner: Owner, until: Instant) -> bool {
        if !self.has_left {
            self.slots.push(HeldSlot {
                owner,
                until,
                listening: None,
                is_ready: true,
                sessions: BTreeSet::new(),
            });
        }
        !self.has_left
    }

    /// Takes a slot out, which must be dropped without a lock. `None` where it is not there.
    pub(super) fn remove(&mut self, owner: &Owner) -> Option<HeldSlot> {
        let position = self.slots.iter().position(|slot| slot.owner == *owner)?;
        Some(self.slots.remove(position))
    }

    /// Takes all out, and takes nothing any more.
    pub(super) fn leave(&mut self) -> Vec<(Owner, Option<Listening>)> {
        self.has_left = true;
        let slots = std::mem::take(&mut self.slots).into_iter();
        slots.map(|slot| (slot.owner, slot.listening)).collect()
    }

    pub(super) fn has_left(&self) -> bool {
        self.has_left
    }

    pub(super) fn owners(&self) -> Vec<Owner> {
        self.slots.iter().map(|slot| slot.owner.clone()).collect()
    }

    pub(super) fn has(&self, owner: &Owner) -> bool {
        self.slots.iter().any(|slot| slot.owner == *owner)
    }

    /// Whether its rooms are served from now on. False where the slot has gone.
    pub(super) fn set_ready(&mut self, owner: &Owner, is_ready: bool) -> bool {
        let slot = self.slot_mut(owner);
        slot.map(|slot| slot.is_ready = is_ready).is_some()
    }

    /// Slots whose rooms are not served yet.
    pub(super) fn unready(&self) -> usize {
        self.slots.iter().filter(|slot| !slot.is_ready).count()
    }

    /// The lease goes on.
    pub(super) fn renewed(&mut self, owner: &Owner, until: Instant) {
        if let Some(slot) = self.slot_mut(owner) {
            slot.until = until;
        }
    }

    pub(super) fn generation_of(&self, slot: u32) -> Option<u64> {
        let held = self.slots.iter().find(|held| held.owner.slot == slot);
        held.map(|held| held.owner.generation)
    }

    pub(super) fn is_within_lease(&self, slot: u32, now: Instant) -> bool {
        self.slots
            .iter()
            .any(|held| held.owner.slot == slot && now < held.until)
    }

    /// Slots whose requests do not come yet.
    pub(super) fn deaf(&self) -> Vec<Owner> {
        let deaf = self.slots.iter().filter(|slot| slot.listening.is_none());
        deaf.map(|slot| slot.owner.clone()).collect()
    }

    /// Gives it back where the slot has gone meanwhile: it is to be dropped without a lock.
    pub(super) fn listens(&mut self, owner: &Owner, listening: Listening) -> Option<Listening> {
        match self.slot_mut(owner) {
            Some(slot) => slot.listening.replace(listening),
            None => Some(listening),
        }
    }

    /// This session of the user is about to log in through the slot. False where it has gone.
    pub(super) fn enter(&mut self, owner: &Owner, user_id: &str, session: u64) -> bool {
        self.slot_mut(owner)
            .map(|slot| slot.sessions.insert((session, user_id.to_owned())))
            .is_some()
    }

    /// Who has logged in through this slot; `None` where it has gone.
    pub(super) fn sessions_of(&self, owner: &Owner) -> Option<Vec<(String, Presence)>> {
        let slot = self.slots.iter().find(|slot| slot.owner == *owner)?;
        let presence = |session| Presence {
            owner: owner.clone(),
            session,
        };
        let sessions = slot.sessions.iter();
        let sessions = sessions.map(|(session, user_id)| (user_id.clone(), presence(*session)));
        Some(sessions.collect())
    }

    /// Until when nobody else can have any of the slots, by the server's own clock; `None` where it has none.
    pub(super) fn sure_until(&self) -> Option<Instant> {
        self.slots.iter().map(|slot| slot.until).min()
    }

    /// The session has ended: where the directory may have it. `None` where it has gone with its slot.
    pub(super) fn end(&mut self, user_id: &str, session: u64) -> Option<Presence> {
        let entry = (session, user_id.to_owned());
        let position = self
            .slots
            .iter()
            .position(|slot| slot.sessions.contains(&entry))?;
        let slot = &mut self.slots[position];
        slot.sessions.remove(&entry);
        Some(Presence {
            owner: slot.owner.clone(),
            session,
        })
    }

    /// True where this session of the user is logged in, or about to be: it has come again since an earlier login has failed.
    pub(super) fn has_entered(&self, user_id: &str, presence: &Presence) -> bool {
        let entry = (presence.session, user_id.to_owned());
        let mut slots = self.slots.iter();
        slots.any(|slot| slot.owner == presence.owner && slot.sessions.contains(&entry))
    }

    fn slot_mut(&mut self, owner: &Owner) -> Option<&mut HeldSlot> {
        self.slots.iter_mut().find(|slot| slot.owner == *owner)
    }
}
