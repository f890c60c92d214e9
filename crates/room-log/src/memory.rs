//! A log in memory, for tests: several servers can share it, and it has the faults that a test wants.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::entry::{Entry, Kept};
use crate::log::{Appended, KEPT_ENTRIES, LogError, Opened, RoomLog, Run, Verdict};
use crate::position::Position;

/// What goes wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// It is refused.
    Refused,
    /// It does not arrive, and nobody knows.
    LostBefore,
    /// It is done, and nobody knows.
    LostAfter,
    /// It is done later, behind the call after the next one, and nobody knows.
    Late,
}

/// Chooses what goes wrong with each call.
type Faults = Box<dyn FnMut() -> Fault + Send>;

/// A log in memory. Clones are the same log.
#[derive(Clone)]
pub struct MemoryLog(Arc<Mutex<Store>>);

struct Store {
    epoch: u64,
    rooms: BTreeMap<i32, Vec<Kept>>,
    faults: Faults,
    /// Appends that arrive later: behind so many calls.
    under_way: Vec<(usize, u64, Vec<OwnRun>)>,
}

#[derive(Clone)]
struct OwnRun {
    room: i32,
    behind: Position,
    entries: Vec<Arc<Kept>>,
}

impl Default for MemoryLog {
    fn default() -> Self {
        Self::with_faults(|| Fault::None)
    }
}

impl MemoryLog {
    /// One with which this goes wrong.
    pub fn with_faults(faults: impl FnMut() -> Fault + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(Store {
            epoch: 1,
            rooms: BTreeMap::new(),
            faults: Box::new(faults),
            under_way: Vec::new(),
        })))
    }

    /// From now on this goes wrong.
    pub fn set_faults(&self, faults: impl FnMut() -> Fault + Send + 'static) {
        self.0.lock().faults = Box::new(faults);
    }

    /// All that was ever stored in a room and is kept.
    #[must_use]
    pub fn messages(&self, room: i32) -> Vec<(Position, Entry)> {
        let store = self.0.lock();
        let kept = store.rooms.get(&room).into_iter().flatten();
        kept.filter_map(|kept| Some((kept.at, kept.entry.clone()?)))
            .collect()
    }

    /// It loses everything.
    pub fn lose_all(&self) {
        let mut store = self.0.lock();
        store.epoch += 1;
        store.rooms.clear();
    }

    /// It loses the last entries of a room, as a Redis does that has not written the last second to its disk.
    pub fn lose_last(&self, room: i32, count: usize) {
        let mut store = self.0.lock();
        let entries = store.rooms.entry(room).or_default();
        entries.truncate(entries.len().saturating_sub(count));
    }

    /// Only so many entries of a room are kept.
    pub fn trim(&self, room: i32, count: usize) {
        let mut store = self.0.lock();
        let entries = store.rooms.entry(room).or_default();
        let surplus = entries.len().saturating_sub(count);
        entries.drain(..surplus);
    }
}

impl Store {
    fn append(&mut self, epoch: u64, runs: &[OwnRun]) -> Appended {
        if epoch != self.epoch {
            return Appended::OtherEpoch;
        }
        let verdicts = runs.iter().map(|run| self.append_run(run));
        Appended::Runs(verdicts.collect())
    }

    fn append_run(&mut self, run: &OwnRun) -> Verdict {
        let kept = self.rooms.entry(run.room).or_default();
        let asked = Run {
            room: run.room,
            behind: run.behind,
            entries: &run.entries,
        };
        if let Some(verdict) = asked.verdict(kept.last().map(|last| last.at)) {
            return verdict;
        }
        kept.extend(run.entries.iter().map(|entry| Kept::clone(entry)));
        let surplus = kept.len().saturating_sub(KEPT_ENTRIES);
        kept.drain(..surplus);
        Verdict::Stored
    }

    /// Another call: what was late may arrive before it.
    fn arrive(&mut self) {
        let (now, later) = std::mem::take(&mut self.under_way)
            .into_iter()
            .map(|(calls, epoch, runs)| (calls.saturating_sub(1), epoch, runs))
            .partition(|(calls, _, _)| *calls == 0);
        self.under_way = later;
        let now: Vec<_> = now;
        for (_, epoch, runs) in now {
            self.append(epoch, &runs);
        }
    }
}

fn in_doubt() -> LogError {
    LogError::InDoubt("the answer was lost".into())
}

impl RoomLog for MemoryLog {
    fn epoch(&mut self) -> Result<u64, LogError> {
        Ok(self.0.lock().epoch)
    }

    fn open(&mut self, room: i32, generation: u64) -> Result<Opened, LogError> {
        let mut store = self.0.lock();
        store.arrive();
        let fault = (store.faults)();
        match fault {
            Fault::Refused => return Err(LogError::NotStored("the test wants it so".into())),
            Fault::LostBefore | Fault::Late => return Err(in_doubt()),
            Fault::None | Fault::LostAfter => {}
        }
        let epoch = store.epoch;
        let kept = store.rooms.entry(room).or_default();
        match kept.last() {
            Some(last) if last.at.generation > generation => return Ok(Opened::Deposed),
            Some(last) if last.at.generation == generation => {}
            _ => kept.push(Kept::fence(generation)),
        }
        match fault {
            Fault::LostAfter => Err(in_doubt()),
            _ => Ok(Opened::Ready {
                epoch,
                kept: kept.clone(),
            }),
        }
    }

    fn append(&mut self, epoch: u64, runs: &[Run<'_>]) -> Result<Appended, LogError> {
        let mut store = self.0.lock();
        store.arrive();
        let own = runs.iter().map(|run| OwnRun {
            room: run.room,
            behind: run.behind,
            entries: run.entries.to_vec(),
        });
        let own: Vec<_> = own.collect();
        match (store.faults)() {
            Fault::None => Ok(store.append(epoch, &own)),
            Fault::Refused => Err(LogError::NotStored("the test wants it so".into())),
            Fault::LostBefore => Err(in_doubt()),
            Fault::LostAfter => {
                store.append(epoch, &own);
                Err(in_doubt())
            }
            Fault::Late => {
                store.under_way.push((2, epoch, own));
                Err(in_doubt())
            }
        }
    }
}

impl std::fmt::Debug for MemoryLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryLog").finish_non_exhaustive()
    }
}
