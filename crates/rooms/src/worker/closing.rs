//! The end of a worker's rooms and sessions, when the server ends.

use std::collections::BTreeSet;

use protocol::ErrorCode;

use super::{Worker, guard};
use crate::game::Game;

impl<G: Game> Worker<G> {
    /// All that was read is answered. Rooms with members may have something to finish; then the members are told.
    pub(super) fn close_rooms(&mut self) {
        // It comes again where a client has come just before the end.
        if self.unfinished.is_none() {
            let occupied = self.rooms.iter().filter(|(_, room)| !room.is_empty());
            let occupied: Vec<_> = occupied.map(|(index, _)| index).collect();
            self.unfinished = Some(
                occupied
                    .into_iter()
                    .filter(|&index| !self.is_done(index))
                    .collect(),
            );
        }
        self.say_good_bye_at_last();
    }

    /// A room has got what it may have waited for.
    pub(super) fn ask_again(&mut self, room: i32) {
        let Some(index) = self.rooms.index_of(room) else {
            return;
        };
        let waits = self
            .unfinished
            .as_ref()
            .is_some_and(|rooms| rooms.contains(&index));
        if waits && self.is_done(index) {
            if let Some(rooms) = &mut self.unfinished {
                rooms.remove(&index);
            }
            self.say_good_bye_at_last();
        }
    }

    /// Nobody waits for a room that is no more.
    pub(super) fn forget_lost_rooms(&mut self) {
        if let Some(rooms) = &mut self.unfinished {
            rooms.retain(|index| self.rooms.get(*index).is_some());
        }
        self.say_good_bye_at_last();
    }

    /// A room that panics has nothing more to say.
    fn is_done(&mut self, index: usize) -> bool {
        let room = self.rooms.get_mut(index);
        let is_done = room.is_none_or(|room| guard(|| room.closing(&mut self.delivery)).unwrap_or(true));
        self.take_leave(None);
        is_done
    }

    fn say_good_bye_at_last(&mut self) {
        if self.unfinished.as_ref().is_some_and(BTreeSet::is_empty) {
            for mut state in std::mem::take(&mut self.ending) {
                self.finish(&mut state, Some(ErrorCode::SERVER_SHUTTING_DOWN));
            }
        }
    }
}
