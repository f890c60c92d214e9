//! How a lost connection is taken up again: when somebody sets out, for which room, and what the user is told meanwhile.

use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, after, never};

use crate::account::Assignment;
use crate::back_off::BackOff;
use crate::line::Line;
use crate::road::{RoadError, Travelled, Traveller, Wish};

/// Lines that may wait for a connection. Nobody types more while nothing is answered.
const MOST_WAITING: usize = 100;

const WAITS: &str = "this waits until the connection is there again; Ctrl-C ends the client";
const WAITS_FOR_TABLE: &str = "this waits until you are at the table; Ctrl-C ends the client";

/// The way to the next connection.
pub(crate) struct Recovery {
    /// None without an API server: then there is no way.
    traveller: Option<Traveller>,
    arrivals: Receiver<(u64, Travelled)>,
    /// The number of the last one: whoever comes back from an earlier one is not wanted any more.
    trip: u64,
    back_off: BackOff,
    /// When to set out, or to give up a connection on which nobody answers.
    timer: Receiver<Instant>,
    /// The room that the user was in, or wanted to be in; none where that was none.
    room: Option<i32>,
    /// The user is to be at the table of a match, and nowhere else as long as it stands.
    is_for_table: bool,
    /// A connection was lost, and no other one is open.
    is_lost: bool,
    /// What was told last: what goes wrong in the same way again and again is told once.
    told: String,
    has_told_of_waiting: bool,
}

impl Recovery {
    pub(crate) fn new(traveller: Option<Traveller>) -> Self {
        let arrivals = traveller.as_ref().map(Traveller::arrivals);
        Self {
            arrivals: arrivals.cloned().unwrap_or_else(never),
            traveller,
            trip: 0,
            back_off: BackOff::new(),
            timer: never(),
            room: None,
            is_for_table: false,
            is_lost: false,
            told: String::new(),
            has_told_of_waiting: false,
        }
    }

    pub(crate) fn is_possible(&self) -> bool {
        self.traveller.is_some()
    }

    pub(crate) fn timer(&self) -> &Receiver<Instant> {
        &self.timer
    }

    pub(crate) fn arrivals(&self) -> &Receiver<(u64, Travelled)> {
        &self.arrivals
    }

    /// Whether this is the trip whose end is waited for.
    pub(crate) fn is_current(&self, trip: u64) -> bool {
        self.trip == trip
    }

    /// The room that the user wants to be in.
    pub(crate) fn room(&self) -> Option<i32> {
        self.room
    }

    /// A connection is lost that has lasted for so long. Where it is known, how long to wait at most.
    pub(crate) fn lost(&mut self, lasted: Duration, longest: Option<Duration>) -> anyhow::Result<()> {
        self.back_off.after(lasted);
        if let Some(longest) = longest {
            self.back_off.at_most(longest);
        }
        self.is_lost = true;
        self.wait(None)
    }

    /// Where the user wants to be on the next connection.
    pub(crate) fn wants(&mut self, room: Option<i32>) {
        self.room = room;
    }

    /// The wait is over.
    pub(crate) fn set_out(&mut self) {
        self.travel(match self.room {
            Some(room) if self.is_for_table => Wish::Room(room),
            Some(room) => Wish::Back(room),
            None => Wish::AnyRoom,
        });
    }

    /// A game server has told where the room is.
    pub(crate) fn move_to(&mut self, place: Assignment) {
        self.room = Some(place.room);
        self.travel(Wish::Place(place));
    }

    /// The API server has found a table.
    pub(crate) fn go_to_table(&mut self, place: Assignment) {
        self.is_for_table = true;
        self.move_to(place);
    }

    /// Nobody goes anywhere before another table is found.
    pub(crate) fn rest(&mut self) {
        self.timer = never();
        self.trip += 1;
        self.is_for_table = true;
    }

    /// Nobody looks after the table any more: where its room cannot be reached, another one will do.
    pub(crate) fn table_stands(&mut self) {
        self.is_for_table = false;
    }

    fn travel(&mut self, wish: Wish) {
        self.timer = never();
        self.trip += 1;
        if let Some(traveller) = &self.traveller {
            traveller.set_out(self.trip, wish);
        }
    }

    /// Nobody has arrived. What there is to tell, unless it has been told; an error where another attempt would be no
    /// better.
    pub(crate) fn failed(&mut self, error: RoadError) -> anyhow::Result<Option<Line>> {
        let may_come_back = self.is_for_table && error.is_about_room();
        if !error.may_pass() && !may_come_back {
            return Err(error.into());
        }
        self.wait(error.wait())?;
        // After a move that has failed, this is where the user hears of it.
        self.is_lost = true;
        let text = format!("no connection yet: {error:#}");
        Ok(self.is_news(&text).then_some(Line::Notice(text)))
    }

    /// A connection is there, and has so long to let the user in.
    pub(crate) fn arrived(&mut self, timeout: Duration) {
        self.timer = after(timeout);
    }

    /// The user can go on. True where a connection was lost before.
    pub(crate) fn opened(&mut self) -> bool {
        self.timer = never();
        self.told.clear();
        self.has_told_of_waiting = false;
        std::mem::take(&mut self.is_lost)
    }

    /// Whether this is not what was told last.
    pub(crate) fn is_news(&mut self, text: &str) -> bool {
        let is_news = self.told != text;
        text.clone_into(&mut self.told);
        is_news
    }

    /// Lines have been typed, and so many wait: whether they may wait too, and what the user is told.
    pub(crate) fn may_wait(&mut self, lines: &[String], waiting: usize) -> (bool, Option<Line>) {
        if waiting + lines.len() > MOST_WAITING {
            let refused = format!(
                "not kept, since {waiting} lines wait for the connection: {}",
                lines.join(" ")
            );
            return (false, Some(Line::Problem(refused)));
        }
        let is_first = !std::mem::replace(&mut self.has_told_of_waiting, true);
        let waits = if self.is_for_table { WAITS_FOR_TABLE } else { WAITS };
        (true, is_first.then(|| Line::Notice(waits.to_owned())))
    }

    fn wait(&mut self, at_least: Option<Duration>) -> anyhow::Result<()> {
        let chance = getrandom::u32()?;
        self.timer = after(self.back_off.next(chance, at_least));
        Ok(())
    }
}
