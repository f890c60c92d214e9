//! A log of rooms that answers when the test says so: between two answers nothing moves.

use crossbeam_channel::{Receiver, Sender, unbounded};
use room_log::{Appended, LogError, MemoryLog, Opened, RoomLog, Run};

use crate::support::PATIENCE;

/// The log. Its thread waits in each append until the test has seen it, and has said what becomes of it.
pub(crate) struct SteppedLog {
    log: MemoryLog,
    asked: Sender<Vec<String>>,
    verdicts: Receiver<Verdict>,
}

/// What becomes of an append.
enum Verdict {
    Store,
    Refuse,
}

/// The test's side. When it is gone, nothing more is stored.
pub(crate) struct Steps {
    asked: Receiver<Vec<String>>,
    verdicts: Sender<Verdict>,
}

impl SteppedLog {
    pub(crate) fn new() -> (Self, Steps) {
        let (asking, asked) = unbounded();
        let (verdict, verdicts) = unbounded();
        let log = Self {
            log: MemoryLog::default(),
            asked: asking,
            verdicts,
        };
        let steps = Steps {
            asked,
            verdicts: verdict,
        };
        (log, steps)
    }
}

impl Steps {
    /// Waits for the next append, which waits from then on: what it is to store.
    #[track_caller]
    pub(crate) fn next(&self) -> Vec<String> {
        self.asked.recv_timeout(PATIENCE).expect("an append")
    }

    /// The append that waits stores.
    pub(crate) fn store(&self) {
        self.say(Verdict::Store);
    }

    /// The append that waits stores nothing.
    pub(crate) fn refuse(&self) {
        self.say(Verdict::Refuse);
    }

    /// Stores the append that waits, which has `first` messages, and what comes behind it, until so many are stored: how
    /// many came together each time.
    #[track_caller]
    pub(crate) fn store_all(&self, first: usize, messages: usize) -> Vec<usize> {
        let mut together = vec![first];
        while together.iter().sum::<usize>() < messages {
            self.store();
            together.push(self.next().len());
        }
        self.store();
        together
    }

    fn say(&self, verdict: Verdict) {
        self.verdicts.send(verdict).expect("a log that waits");
    }
}

impl RoomLog for SteppedLog {
    fn epoch(&mut self) -> Result<u64, LogError> {
        self.log.epoch()
    }

    fn open(&mut self, room: i32, generation: u64) -> Result<Opened, LogError> {
        self.log.open(room, generation)
    }

    fn append(&mut self, epoch: u64, runs: &[Run<'_>]) -> Result<Appended, LogError> {
        let entries = runs.iter().flat_map(|run| run.entries);
        let texts = entries.filter_map(|kept| Some(kept.entry.as_ref()?.message.to_string()));
        // Behind the end of the test nobody looks.
        let _ = self.asked.send(texts.collect());
        match self.verdicts.recv() {
            Ok(Verdict::Store) => self.log.append(epoch, runs),
            _ => Err(LogError::NotStored("the test wants it so".into())),
        }
    }
}
