//! What all threads of a run share: how far it is, what has been counted, and why it has failed.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use crate::api::Api;
use crate::record::{Ages, Noted, Place};

/// Events that are written down at most: 24 bytes each, so half a gigabyte.
const MOST_EVENTS: u64 = 20_000_000;

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// Users talk, and everything else goes wrong.
    Talk,
    /// Everything is up again; users wait for the answers that they have not got.
    Settle,
    /// Nothing new is said; all come back once more, and ask for what they have missed.
    Sync,
    /// It is over, done or not.
    Over,
}

const PHASES: [Phase; 4] = [Phase::Talk, Phase::Settle, Phase::Sync, Phase::Over];

/// What all threads share.
pub(crate) struct Shared {
    pub(crate) api: Api,
    begin: OnceLock<Instant>,
    /// Time from one message of a user to the next, on average.
    pub(crate) pace: Duration,
    /// Messages that were answered with 1.
    pub(crate) answers: AtomicU64,
    /// Messages that members have got.
    pub(crate) deliveries: AtomicU64,
    /// Users that have been in their room.
    pub(crate) came: AtomicUsize,
    /// Users that wait for no answer any more.
    pub(crate) settled: AtomicUsize,
    /// Users that have come back for the last time, and have all.
    pub(crate) synced: AtomicUsize,
    phase: AtomicU8,
    events: AtomicU64,
    is_full: AtomicBool,
    ages: Mutex<Ages>,
    failure: Mutex<Option<String>>,
    changed: Condvar,
}

impl Shared {
    pub(crate) fn new(api: Api, pace: Duration) -> Self {
        Self {
            api,
            begin: OnceLock::new(),
            pace,
            answers: AtomicU64::new(0),
            deliveries: AtomicU64::new(0),
            came: AtomicUsize::new(0),
            settled: AtomicUsize::new(0),
            synced: AtomicUsize::new(0),
            phase: AtomicU8::new(0),
            events: AtomicU64::new(0),
            is_full: AtomicBool::new(false),
            ages: Mutex::default(),
            failure: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    /// From now on things go wrong.
    pub(crate) fn begin_now(&self) -> Instant {
        *self.begin.get_or_init(Instant::now)
    }

    /// The time since then.
    pub(crate) fn passed(&self) -> Duration {
        self.begin.get().map_or(Duration::ZERO, Instant::elapsed)
    }

    pub(crate) fn phase(&self) -> Phase {
        PHASES[usize::from(self.phase.load(Ordering::SeqCst))]
    }

    /// Never goes back.
    pub(crate) fn begin_phase(&self, phase: Phase) {
        self.phase.fetch_max(phase as u8, Ordering::SeqCst);
        // Whoever is about to sleep has the lock until then.
        drop(lock(&self.failure));
        self.changed.notify_all();
    }

    /// Lets this much time pass; false where the phase is another one before that.
    pub(crate) fn pause(&self, phase: Phase, time: Duration) -> bool {
        let guard = lock(&self.failure);
        let wait = self
            .changed
            .wait_timeout_while(guard, time, |_| self.phase() == phase);
        drop(wait.unwrap_or_else(PoisonError::into_inner).0);
        self.phase() == phase
    }

    /// Something that is no fault of a server under test, and ends the run. The first one is told.
    pub(crate) fn fail(&self, error: &anyhow::Error) {
        lock(&self.failure).get_or_insert_with(|| format!("{error:#}"));
        self.begin_phase(Phase::Over);
    }

    pub(crate) fn failure(&self) -> Option<String> {
        lock(&self.failure).clone()
    }

    pub(crate) fn note(&self, place: Place) -> Noted {
        lock(&self.ages).note(place)
    }

    pub(crate) fn take_ages(&self) -> Ages {
        std::mem::take(&mut lock(&self.ages))
    }

    /// So many events more are written down. Where there is no room for many more, the run goes on to its end.
    pub(crate) fn count_events(&self, count: u64) {
        let before = self.events.fetch_add(count, Ordering::Relaxed);
        if before > MOST_EVENTS && !self.is_full.swap(true, Ordering::Relaxed) {
            self.begin_phase(Phase::Settle);
        }
    }
}

/// A panic elsewhere leaves it as good as it was.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
