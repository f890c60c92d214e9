//! Rooms that come and go while the server runs.

use protocol::ErrorCode;

use super::{Worker, guard};
use crate::counters::subtract;
use crate::game::Game;
use crate::numbers::Range;

impl<G: Game> Worker<G> {
    /// Makes its part of the rooms. Where the game cannot, there are none.
    pub(super) fn adopt(&mut self, range: Range) {
        let rooms = guard(|| self.engine.rooms_of(self.index, range)).ok();
        self.rooms.add(range, rooms);
    }

    // ANCHOR: abandon
    /// Lets go of its part of the rooms. Their members are not told of each other's end: there is no room any more in which
    /// they could be.
    pub(super) fn abandon(&mut self, range: Range, reason: ErrorCode) {
        for index in self.rooms.indexes_of(range) {
            if let Some(room) = self.rooms.get_mut(index) {
                let _ = guard(|| room.abandoned(&mut self.delivery));
            }
            self.take_leave(None);
        }
        let rooms = self.rooms.remove(range.index);
        for room in &rooms {
            self.delivery.alarms().forget(room.number());
            if !room.is_empty() {
                subtract(&self.engine.config.counters.rooms_in_use, 1);
            }
            for member in room.members() {
                if member.session.progress().want_farewell(reason, None) {
                    self.close(&member.session);
                }
            }
        }
        let _ = guard(|| drop(rooms));
        self.forget_lost_rooms();
    }
    // ANCHOR_END: abandon
}
