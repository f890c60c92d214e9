//! The slots of all games: who has which, and until when.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::directory::Slot;
use crate::game_name::GameName;
use crate::server::{Load, Offer, Owner, Server};

/// Slots that were ever taken, by game and number.
#[derive(Default)]
pub(super) struct Slots(BTreeMap<(GameName, u32), Place>);

/// A slot, which is remembered when it is free: generations go on.
struct Place {
    generation: u64,
    /// When its owner has taken it.
    since: Instant,
    offer: Offer,
    load: Load,
    /// `None` where it was given back.
    until: Option<Instant>,
}

impl Place {
    fn is_live(&self, now: Instant) -> bool {
        self.until.is_some_and(|until| now < until)
    }

    /// Higher by the milliseconds that it has had its owner: unique ids of members rely on that.
    fn next_generation(&self, now: Instant) -> u64 {
        let had = now.saturating_duration_since(self.since).as_millis();
        self.generation + u64::try_from(had).unwrap_or(u64::MAX >> 1).max(1)
    }

    fn server(&self, game: &GameName, slot: u32) -> Server {
        Server {
            owner: Owner {
                game: game.clone(),
                slot,
                generation: self.generation,
            },
            offer: self.offer.clone(),
            load: self.load,
        }
    }
}

impl Slots {
    pub(super) fn take(&mut self, offer: &Offer, wanted: Option<u32>, now: Instant, lease: Duration) -> Slot {
        let live: Vec<_> = self
            .servers(now)
            .into_iter()
            .filter(|server| server.owner.game == offer.game)
            .collect();
        if let Some(other) = live.iter().find(|server| server.offer.rooms != offer.rooms) {
            return Slot::OtherRooms(other.offer.rooms);
        }
        let is_free = |slot: &u32| live.iter().all(|server| server.owner.slot != *slot);
        let free = match wanted {
            Some(slot) => Some(slot).filter(|slot| *slot < offer.slots()).filter(is_free),
            None => (0..offer.slots()).find(is_free),
        };
        free.map_or(Slot::NoneFree, |slot| {
            Slot::Taken(self.give(slot, offer, now, lease))
        })
    }

    fn give(&mut self, slot: u32, offer: &Offer, now: Instant, lease: Duration) -> Owner {
        let key = (offer.game.clone(), slot);
        let generation = self.0.get(&key).map_or(1, |place| place.next_generation(now));
        let place = Place {
            generation,
            since: now,
            offer: offer.clone(),
            load: Load::default(),
            until: now.checked_add(lease),
        };
        let owner = place.server(&offer.game, slot).owner;
        self.0.insert(key, place);
        owner
    }

    pub(super) fn renew(&mut self, owner: &Owner, load: Load, now: Instant, lease: Duration) -> bool {
        let Some(place) = self.place_of(owner).filter(|place| place.is_live(now)) else {
            return false;
        };
        place.load = load;
        place.until = now.checked_add(lease);
        true
    }

    pub(super) fn take_again(&mut self, owner: &Owner, offer: &Offer, now: Instant, lease: Duration) -> bool {
        let live = self.servers(now).into_iter();
        let mut of_game = live.filter(|server| server.owner.game == owner.game);
        if of_game.any(|server| server.offer.rooms != offer.rooms) {
            return false;
        }
        let Some(place) = self.place_of(owner).filter(|place| place.until.is_some()) else {
            return false;
        };
        place.offer = offer.clone();
        place.until = now.checked_add(lease);
        true
    }

    pub(super) fn release(&mut self, owner: &Owner) {
        if let Some(place) = self.place_of(owner) {
            place.until = None;
        }
    }

    fn place_of(&mut self, owner: &Owner) -> Option<&mut Place> {
        let place = self.0.get_mut(&(owner.game.clone(), owner.slot));
        place.filter(|place| place.generation == owner.generation)
    }

    /// Now, or when it has taken its slot again.
    pub(super) fn may_be_live(&self, owner: &Owner) -> bool {
        let place = self.0.get(&(owner.game.clone(), owner.slot));
        place.is_some_and(|place| place.generation == owner.generation && place.until.is_some())
    }

    pub(super) fn is_live(&self, owner: &Owner, now: Instant) -> bool {
        self.0
            .get(&(owner.game.clone(), owner.slot))
            .is_some_and(|place| place.generation == owner.generation && place.is_live(now))
    }

    pub(super) fn servers(&self, now: Instant) -> Vec<Server> {
        let live = self.0.iter().filter(|(_, place)| place.is_live(now));
        live.map(|((game, slot), place)| place.server(game, *slot))
            .collect()
    }

    pub(super) fn owner_of(&self, game: &GameName, slot: u32, now: Instant) -> Option<Server> {
        let place = self.0.get(&(game.clone(), slot))?;
        place.is_live(now).then(|| place.server(game, slot))
    }
}
