//! Places in the order of what a worker puts out: they are filled, and what has waited behind them goes out.

use super::{Worker, guard};
use crate::delivery::Fill;
use crate::game::Game;

impl<G: Game> Worker<G> {
    // ANCHOR: fill
    /// Each fill by itself: one that panics leaves the others as they are.
    pub(super) fn fill(&mut self, filled: Vec<(u64, Option<Fill>)>) {
        for (number, fill) in filled {
            self.delivery.order.fill(number, fill);
        }
        while let Some(step) = self.delivery.release() {
            self.delivery.order.set_in_front(true);
            let _ = guard(|| step(&mut self.delivery));
            self.delivery.order.set_in_front(false);
        }
        if !self.delivery.order.is_full() {
            self.engine.set_takes_no_items(self.index, false);
        }
    }
    // ANCHOR_END: fill

    /// While too much waits, clients wait too. Whoever fills the next place is heard all the same.
    pub(super) fn takes_no_items(&self) -> bool {
        let is_full = self.delivery.order.is_full();
        if is_full {
            self.engine.set_takes_no_items(self.index, true);
        }
        is_full
    }
}
