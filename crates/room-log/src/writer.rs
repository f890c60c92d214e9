//! From requests to appends and answers. No thread is in here: a turn is a plain call.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tracing::warn;

use crate::counts::LogCounts;
use crate::doubt::{Draft, runs};
use crate::entry::{Entry, Kept};
use crate::log::{Appended, LogError, Opened, RoomLog, Verdict};
use crate::owner::Ownership;
use crate::request::{Answer, Done, Late, Outcome, Request, Since, Wish};
use crate::rooms::OpenRooms;

/// How long it is tried to find out whether something is stored. Its senders wait, and the members of its rooms.
const PATIENCE: Duration = Duration::from_secs(1);

/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(20);

/// How often a room is opened anew in one turn, where the log loses something meanwhile.
const MOST_OPENINGS: usize = 3;

/// How long a log that has not answered is left alone while there are requests, which would wait.
const SETTLE_EVERY: Duration = Duration::from_millis(250);

/// A line of the log at most so often.
const COMPLAIN_EVERY: Duration = Duration::from_secs(1);

/// Writes what is said in the rooms of one server.
pub struct Writer {
    log: Box<dyn RoomLog>,
    owner: Box<dyn Ownership>,
    epoch: Arc<AtomicU64>,
    rooms: OpenRooms,
    /// What nobody knows of. While there is something, nothing else is stored.
    in_doubt: Vec<Draft>,
    /// When it is tried to find out.
    settle_at: Instant,
    patience: Duration,
    counts: Arc<LogCounts>,
    /// Is told how long each append has taken.
    timed: Box<dyn Fn(Duration) + Send>,
    complained: Option<Instant>,
}

/// What becomes of the requests for one room.
#[derive(Debug, Clone)]
enum Fate {
    /// The room is there, and these were stored in it; those that are not taken yet, the first first.
    Stored(VecDeque<Arc<Kept>>),
    /// It is there, and what was to be stored is not.
    NotStored,
    /// Nobody knows whether what was to be stored is.
    InDoubt,
    /// Nobody knows what is in it, and nothing was to be stored.
    Unknown,
    /// It is not this server's.
    Lost,
}

/// When somebody may be told of what is in the log.
enum Answering {
    Now,
    /// When it is sure that the room is this server's.
    Later,
    /// It is another server's.
    Never,
}

/// What one append has come to.
enum Step {
    /// These are left.
    Again(Vec<Draft>),
    /// Nothing is.
    Over,
}

impl Writer {
    /// One that writes into this log, for the rooms of this owner.
    ///
    /// # Errors
    /// When the log does not say which one it is.
    pub fn new(mut log: impl RoomLog, owner: impl Ownership) -> Result<Self, LogError> {
        let epoch = log.epoch()?;
        Ok(Self {
            log: Box::new(log),
            owner: Box::new(owner),
            epoch: Arc::new(AtomicU64::new(epoch)),
            rooms: OpenRooms::default(),
            in_doubt: Vec::new(),
            settle_at: Instant::now(),
            patience: PATIENCE,
            counts: Arc::default(),
            timed: Box::new(|_| ()),
            complained: None,
        })
    }

    /// The same with another patience than a second: how long it is tried to find out whether something is stored.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// The same, which says how long each append has taken, with an answer or without.
    #[must_use]
    pub fn timed(self, timed: impl Fn(Duration) + Send + 'static) -> Self {
        let timed = Box::new(timed);
        Self { timed, ..self }
    }

    /// What it does, in numbers.
    #[must_use]
    pub fn counts(&self) -> Arc<LogCounts> {
        Arc::clone(&self.counts)
    }

    /// Which log it writes, at any time.
    #[must_use]
    pub fn epoch(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.epoch)
    }

    /// True where a turn without requests may find out something.
    #[must_use]
    pub fn is_in_doubt(&self) -> bool {
        !self.in_doubt.is_empty()
    }

    // ANCHOR: turn
    /// One turn: what is in doubt is settled first; then all that is to be stored becomes one append, and each request gets
    /// its answer, in their order.
    pub fn turn<T>(&mut self, requests: Vec<Request<T>>) -> Done<T> {
        let late = self.settle();
        let mut fates = self.open_rooms(&requests);
        if self.is_in_doubt() {
            self.refuse(&mut fates);
        } else {
            let drafts = self.drafts(&requests, &fates);
            self.store(drafts, &mut fates);
        }
        let answers = self.answers(requests, fates);
        Done { late, answers }
    }
    // ANCHOR_END: turn

    /// Opens the rooms of the requests that are not open.
    fn open_rooms<T>(&mut self, requests: &[Request<T>]) -> BTreeMap<i32, Fate> {
        let rooms: BTreeSet<_> = requests.iter().map(|request| request.room).collect();
        for _ in 0..MOST_OPENINGS {
            let epoch = self.epoch_now();
            let mut fates = BTreeMap::new();
            let mut is_away = false;
            for room in &rooms {
                let fate = self.open(*room, is_away);
                // One that does not answer for one room would make the others wait as long, each of them.
                is_away |= matches!(fate, Fate::Unknown);
                fates.insert(*room, fate);
            }
            // Another log on the way: what was opened before that is no more.
            if self.epoch_now() == epoch {
                return fates;
            }
        }
        rooms.into_iter().map(|room| (room, Fate::Unknown)).collect()
    }

    fn open(&mut self, room: i32, is_away: bool) -> Fate {
        let Some(generation) = self.owner.generation(room) else {
            return Fate::Lost;
        };
        if self.rooms.get(room, generation).is_some() {
            return Fate::NotStored;
        }
        if is_away {
            return Fate::Unknown;
        }
        match self.log.open(room, generation) {
            Ok(Opened::Ready { epoch, kept }) => {
                self.belongs_to(epoch);
                self.rooms.open(room, generation, kept);
                Fate::NotStored
            }
            Ok(Opened::Deposed) => Fate::Lost,
            Err(error) => {
                self.complain(error.reason());
                Fate::Unknown
            }
        }
    }

    /// In another epoch, nothing of before is worth anything.
    fn belongs_to(&mut self, epoch: u64) {
        if epoch != self.epoch_now() {
            warn!("the log of the rooms has lost its data: what was said before is gone");
            self.rooms.forget_all();
            self.in_doubt.clear();
            self.epoch.store(epoch, Ordering::SeqCst);
        }
    }

    fn epoch_now(&self) -> u64 {
        self.epoch.load(Ordering::SeqCst)
    }

    /// What is to be stored in rooms that are open.
    fn drafts<T>(&mut self, requests: &[Request<T>], fates: &BTreeMap<i32, Fate>) -> Vec<Draft> {
        let mut wanted: BTreeMap<i32, (Vec<Entry>, Vec<u64>)> = BTreeMap::new();
        for request in requests {
            if let (Wish::Store { entry, from }, Some(Fate::NotStored)) =
                (&request.wish, fates.get(&request.room))
            {
                let (entries, senders) = wanted.entry(request.room).or_default();
                entries.push(entry.clone());
                senders.push(*from);
            }
        }
        let drafts = wanted.into_iter();
        drafts
            .filter_map(|(room, (entries, from))| self.draft(room, entries, from))
            .collect()
    }

    fn draft(&mut self, room: i32, entries: Vec<Entry>, from: Vec<u64>) -> Option<Draft> {
        let generation = self.owner.generation(room)?;
        let open = self.rooms.get(room, generation)?;
        Some(Draft {
            room,
            generation,
            behind: open.tail,
            entries: open.number(entries),
            from,
        })
    }

    // ANCHOR: store
    /// One append, again where it has no answer. What is still in doubt then stays so.
    fn store(&mut self, mut drafts: Vec<Draft>, fates: &mut BTreeMap<i32, Fate>) {
        let until = Instant::now() + self.patience;
        let mut may_be_stored = false;
        let mut openings = 0;
        while !drafts.is_empty() {
            match self.append(&drafts) {
                Ok(appended) => {
                    // What was there before has been answered with that.
                    may_be_stored = false;
                    openings += 1;
                    match self.has_appended(drafts, appended, fates, openings < MOST_OPENINGS) {
                        Step::Again(left) => drafts = left,
                        Step::Over => return,
                    }
                    continue;
                }
                Err(LogError::InDoubt(reason)) => {
                    self.complain(&*reason);
                    may_be_stored = true;
                }
                Err(LogError::NotStored(reason)) => {
                    self.complain(&*reason);
                    if !may_be_stored {
                        return;
                    }
                }
            }
            if Instant::now() >= until {
                for draft in &drafts {
                    fates.insert(draft.room, Fate::InDoubt);
                }
                self.doubt(drafts);
                return;
            }
            thread::sleep(PAUSE.min(self.patience));
        }
    }
    // ANCHOR_END: store

    fn append(&mut self, drafts: &[Draft]) -> Result<Appended, LogError> {
        let start = Instant::now();
        let appended = self.log.append(self.epoch_now(), &runs(drafts));
        (self.timed)(start.elapsed());
        appended
    }

    /// Gives what has to be tried again, since the log has lost something.
    fn has_appended(
        &mut self,
        drafts: Vec<Draft>,
        appended: Appended,
        fates: &mut BTreeMap<i32, Fate>,
        may_try_again: bool,
    ) -> Step {
        let verdicts = match appended {
            Appended::Runs(verdicts) => verdicts,
            Appended::OtherEpoch => {
                self.rooms.forget_all();
                vec![Verdict::Changed; drafts.len()]
            }
        };
        let (mut again, mut told) = (Vec::new(), 0);
        for (draft, verdict) in drafts.into_iter().zip(verdicts) {
            let room = draft.room;
            match verdict {
                Verdict::Stored => {
                    let fate = self.fate_of_stored(draft);
                    // What is in doubt is counted when that is settled.
                    if let Fate::Stored(messages) = &fate {
                        told += messages.len();
                    }
                    fates.insert(room, fate);
                }
                Verdict::Deposed => {
                    fates.insert(room, Fate::Lost);
                }
                Verdict::Changed => {
                    self.rooms.forget(room);
                    again.push(draft);
                }
            }
        }
        if told > 0 {
            self.counts.has_appended(told);
        }
        match may_try_again && !again.is_empty() {
            true => Step::Again(self.anew(again, fates)),
            false => Step::Over,
        }
    }

    fn fate_of_stored(&mut self, draft: Draft) -> Fate {
        match self.answering(&draft) {
            Answering::Now => Fate::Stored(draft.entries.into()),
            Answering::Later => {
                self.doubt(vec![draft]);
                Fate::InDoubt
            }
            Answering::Never => {
                self.rooms.forget(draft.room);
                Fate::Lost
            }
        }
    }

    // ANCHOR: answering
    /// Whether somebody may be told of what is in the log by now.
    fn answering(&self, draft: &Draft) -> Answering {
        match self.owner.may_answer(draft.room, draft.generation) {
            true => Answering::Now,
            // A lease that has ended, and that this server may get again: nobody else has had the room then, and its members
            // are still here.
            false if self.owner.generation(draft.room) == Some(draft.generation) => Answering::Later,
            // Another server may have read the log without it, and tells its members now.
            false => Answering::Never,
        }
    }
    // ANCHOR_END: answering

    /// The same entries, behind what the log has now.
    fn anew(&mut self, drafts: Vec<Draft>, fates: &mut BTreeMap<i32, Fate>) -> Vec<Draft> {
        let mut anew = Vec::new();
        for draft in drafts {
            let fate = self.open(draft.room, false);
            let is_open = matches!(fate, Fate::NotStored);
            fates.insert(draft.room, fate);
            if is_open {
                let entries = draft
                    .entries
                    .iter()
                    .filter_map(|kept| kept.entry.clone())
                    .collect();
                anew.extend(self.draft(draft.room, entries, draft.from));
            }
        }
        anew
    }

    /// Nothing is stored while something is in doubt, and the rooms of that tell nobody what is in them.
    fn refuse(&self, fates: &mut BTreeMap<i32, Fate>) {
        for draft in &self.in_doubt {
            if let Some(fate) = fates.get_mut(&draft.room) {
                *fate = Fate::Unknown;
            }
        }
    }

    // ANCHOR: settle
    /// Brings what is in doubt once more. What turns out to be stored was seen by nobody.
    fn settle(&mut self) -> Vec<Late> {
        if Instant::now() < self.settle_at {
            return Vec::new();
        }
        let mut drafts = std::mem::take(&mut self.in_doubt);
        // Another server has the room, and has read whether it is there.
        drafts.retain(|draft| self.owner.generation(draft.room) == Some(draft.generation));
        if drafts.is_empty() {
            return Vec::new();
        }
        let epoch = self.epoch_now();
        match self.append(&drafts) {
            Ok(Appended::Runs(verdicts)) => {
                let settled = drafts.into_iter().zip(verdicts);
                settled
                    .filter_map(|(draft, verdict)| self.settled(epoch, draft, verdict))
                    .collect()
            }
            Ok(Appended::OtherEpoch) => {
                self.rooms.forget_all();
                Vec::new()
            }
            Err(error) => {
                self.complain(error.reason());
                self.doubt(drafts);
                Vec::new()
            }
        }
    }
    // ANCHOR_END: settle

    fn doubt(&mut self, drafts: Vec<Draft>) {
        self.in_doubt.extend(drafts);
        self.settle_at = Instant::now() + SETTLE_EVERY.min(self.patience);
    }

    fn settled(&mut self, epoch: u64, draft: Draft, verdict: Verdict) -> Option<Late> {
        let room = draft.room;
        if verdict != Verdict::Stored {
            self.rooms.forget(room);
            return None;
        }
        match self.answering(&draft) {
            Answering::Now => {}
            Answering::Later => {
                self.doubt(vec![draft]);
                return None;
            }
            Answering::Never => {
                self.rooms.forget(room);
                return None;
            }
        }
        self.counts.has_appended(draft.entries.len());
        for kept in &draft.entries {
            self.rooms.stored(room, kept);
        }
        let messages = draft.messages();
        Some(Late {
            room,
            epoch,
            messages,
        })
    }

    /// In the order of the requests: a history has what was stored before it in the same turn, and nothing of what was
    /// stored behind it.
    fn answers<T>(&mut self, requests: Vec<Request<T>>, mut fates: BTreeMap<i32, Fate>) -> Vec<Answer<T>> {
        let mut answers = Vec::with_capacity(requests.len());
        for Request { room, wish, token } in requests {
            let fate = fates.entry(room).or_insert(Fate::Lost);
            let outcome = match wish {
                Wish::Store { .. } => self.stored(room, fate),
                Wish::History(since) => self.history(room, fate, since),
            };
            answers.push(Answer { token, outcome });
        }
        answers
    }

    fn stored(&mut self, room: i32, fate: &mut Fate) -> Outcome {
        match fate {
            Fate::Stored(left) => match left.pop_front() {
                Some(kept) => {
                    self.rooms.stored(room, &kept);
                    Outcome::Stored {
                        epoch: self.epoch_now(),
                        at: kept.at,
                        is_last: left.is_empty(),
                    }
                }
                None => Outcome::NotStored,
            },
            Fate::NotStored | Fate::Unknown => {
                self.counts.has_not_stored(1);
                Outcome::NotStored
            }
            Fate::InDoubt => {
                self.counts.does_not_know(1);
                Outcome::Unknown
            }
            Fate::Lost => Outcome::Lost,
        }
    }

    fn history(&mut self, room: i32, fate: &Fate, since: Since) -> Outcome {
        let generation = match fate {
            Fate::Lost => return Outcome::Lost,
            Fate::Unknown | Fate::InDoubt => return Outcome::Unknown,
            Fate::Stored(_) | Fate::NotStored => self.owner.generation(room),
        };
        let epoch = self.epoch_now();
        let Some(open) = generation.and_then(|generation| self.rooms.get(room, generation)) else {
            return Outcome::Unknown;
        };
        let messages = match since {
            Since::Beginning => Some(open.all()),
            Since::Position { epoch: of, position } => (of == epoch).then(|| open.since(position)).flatten(),
        };
        messages.map_or(Outcome::Gap, |messages| Outcome::History {
            epoch,
            messages,
            up_to: open.up_to(),
        })
    }

    /// A Redis that is full says so to every append.
    fn complain(&mut self, reason: &(dyn Error + Send + Sync)) {
        let now = Instant::now();
        if self
            .complained
            .is_none_or(|last| now.duration_since(last) >= COMPLAIN_EVERY)
        {
            self.complained = Some(now);
            let cause = reason
                .source()
                .map(|source| format!(" ({source})"))
                .unwrap_or_default();
            warn!("messages cannot be stored: {reason}{cause}");
        }
    }
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").finish_non_exhaustive()
    }
}
