//! Seats for users who are on their way: in a room of this worker, or in whichever is the fullest. And who has come.

use std::time::Duration;

use protocol::ErrorCode;

use super::{Worker, guard};
use crate::command::Command;
use crate::game::Game;
use crate::reservation::{Candidate, Party, Reservation, RollCall, Stage};

/// Nobody is on the way for longer.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

impl<G: Game> Worker<G> {
    /// Keeps the seat, or passes the wish on to the worker that is next. What is found may be full when the wish comes
    /// there, since others look for seats at the same time; then somebody else has got one, and the search begins again.
    pub(super) fn reserve(&mut self, wish: Reservation) {
        match wish.stage {
            Stage::Room(room) => {
                let outcome = self.keep_seat(&wish, room);
                tell(wish, outcome);
            }
            Stage::Found(room) => match self.keep_seat(&wish, room) {
                Err(_) => self.search(wish, self.engine.config.workers, None),
                outcome => tell(wish, outcome),
            },
            Stage::Search { left, best } => self.search(wish, left, best),
        }
    }

    fn search(&mut self, mut wish: Reservation, left: usize, best: Option<Candidate>) {
        let best = self
            .best_room(&wish.party)
            .map_or(best, |own| Some(own.better(best)));
        let left = left - 1;
        let worker = match best {
            _ if left > 0 => {
                wish.stage = Stage::Search { left, best };
                (self.index + 1) % self.engine.config.workers
            }
            Some(best) => {
                wish.stage = Stage::Found(best.room);
                self.engine.numbers.worker_of(best.room)
            }
            None => return tell(wish, Err(ErrorCode::ENTER_ROOM_USER_FULL)),
        };
        self.engine.command(worker, Command::Reserve(Box::new(wish)));
    }

    /// The fullest room here that has a place for this user; or the one where most of those are who sit together.
    fn best_room(&self, party: &Party) -> Option<Candidate> {
        let now = self.delivery.now();
        let with_places = self
            .rooms
            .iter()
            .filter(|(_, room)| room.places_for(party, now).is_ok());
        with_places
            .map(|(index, room)| Candidate {
                room: index,
                taken: room.taken_for(party, now),
            })
            .reduce(|best, other| other.better(Some(best)))
    }

    /// Tells who has come.
    pub(super) fn call_roll(&mut self, call: RollCall) {
        let room = self
            .rooms
            .get_mut(call.room)
            .ok_or(ErrorCode::ROOM_INVALID_NUMBER);
        let came = room.map(|room| room.who_came(&call.users));
        let _ = guard(|| call.reply.tell(came));
    }

    fn keep_seat(&mut self, wish: &Reservation, room: usize) -> Result<i32, ErrorCode> {
        let now = self.delivery.now();
        let until = now.checked_add(wish.time.min(LONGEST)).unwrap_or(now);
        let room = self.rooms.get_mut(room).ok_or(ErrorCode::ROOM_INVALID_NUMBER)?;
        room.reserve(&wish.party, until, now)
    }
}

/// What is told is somebody else's code, which must not end the worker.
fn tell(wish: Reservation, outcome: Result<i32, ErrorCode>) {
    let _ = guard(|| wish.reply.tell(outcome));
}
