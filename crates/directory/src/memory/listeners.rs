//! Which servers listen for requests of others.

use std::collections::HashMap;

use crossbeam_channel::Sender;

use crate::request::Asked;
use crate::server::Owner;

/// The last listener of each server, with its number.
#[derive(Default)]
pub(super) struct Listeners {
    of: HashMap<Owner, (u64, Sender<Asked>)>,
    last: u64,
}

impl Listeners {
    /// Gives its number.
    pub(super) fn add(&mut self, owner: &Owner, requests: Sender<Asked>) -> u64 {
        self.last += 1;
        self.of.insert(owner.clone(), (self.last, requests));
        self.last
    }

    /// Unless another one has come since.
    pub(super) fn remove(&mut self, owner: &Owner, number: u64) {
        if self.of.get(owner).is_some_and(|(known, _)| *known == number) {
            self.of.remove(owner);
        }
    }

    pub(super) fn find(&self, owner: &Owner) -> Option<Sender<Asked>> {
        self.of.get(owner).map(|(_, requests)| requests.clone())
    }
}
