//! State that all tables of a server share: the settings, the ledger, and the way by which its answers reach a table.

use std::sync::OnceLock;

use baccarat::{Seed, ShoeSettings};
use rooms::Outside;

use crate::event::Event;
use crate::ledger::Handle;
use crate::settings::TableSettings;

/// What all tables of one server share.
pub(crate) struct House {
    pub(crate) settings: TableSettings,
    pub(crate) ledger: Handle,
    /// The largest packet, header included: a table takes no more cuts than fit into a `SHOE_REVEAL_NTF`.
    pub(crate) max_packet: usize,
    /// Where the seeds of shoes come from.
    pub(crate) seeds: fn() -> Seed,
    outside: OnceLock<Outside<Event>>,
}

impl House {
    pub(crate) fn new(
        settings: TableSettings,
        ledger: Handle,
        max_packet: usize,
        seeds: fn() -> Seed,
    ) -> Self {
        Self {
            settings,
            ledger,
            max_packet,
            seeds,
            outside: OnceLock::new(),
        }
    }

    /// The server runs: answers can come back from now on.
    pub(crate) fn start(&self, outside: Outside<Event>) {
        // A game is started once.
        let _ = self.outside.set(outside);
    }

    /// The way of an answer to a table.
    ///
    /// # Panics
    /// Before [`start`](Self::start): nobody can have asked for anything then.
    pub(crate) fn outside(&self) -> Outside<Event> {
        let outside = self
            .outside
            .get()
            .expect("the engine starts a game before its rooms");
        outside.clone()
    }

    pub(crate) fn shoe(&self) -> ShoeSettings {
        self.settings.shoe
    }
}
