//! What is tried again until it is stored: the ends of rounds, and before them a batch of which nobody knows whether it is
//! stored.

use std::mem;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tracing::error;

use super::super::LedgerError;
use super::super::draft::Changes;
use super::answer::{Answer, RoundEnd};

/// Until the ends of rounds that could not be stored are tried again. It doubles each time.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// A batch that was brought to the store, which has not answered.
pub(super) struct Doubt {
    pub(super) changes: Changes,
    pub(super) answers: Vec<Answer>,
    pub(super) error: Arc<LedgerError>,
}

/// What waits to be tried again.
#[derive(Default)]
pub(super) struct Waiting {
    pub(super) doubt: Option<Doubt>,
    pub(super) ends: Vec<RoundEnd>,
}

/// What waits, and until when.
#[derive(Default)]
pub(super) struct Retry {
    waiting: Waiting,
    pub(super) at: Option<Instant>,
    pause: Option<Duration>,
    error: Option<Arc<LedgerError>>,
}

impl Retry {
    /// The end of a round that is not stored.
    pub(super) fn add(&mut self, end: RoundEnd, why: &Arc<LedgerError>) {
        self.wait(why);
        self.waiting.ends.push(end);
    }

    /// A batch that is stored, or not.
    pub(super) fn doubt(&mut self, doubt: Doubt) {
        self.wait(&doubt.error);
        self.waiting.doubt = Some(doubt);
    }

    fn wait(&mut self, why: &Arc<LedgerError>) {
        if self.pause.is_none() {
            // With all reasons: the first one may be no more than the name of the file.
            let why = anyhow::Error::new(Arc::clone(why));
            error!("cannot store the ends of rounds, and tries until it can: {why:#}");
        }
        let pause = *self.pause.get_or_insert(FIRST_PAUSE);
        self.at.get_or_insert_with(|| Instant::now() + pause);
        self.error.get_or_insert_with(|| Arc::clone(why));
    }

    /// Gives what waits. What is not stored this time comes back, and waits longer.
    pub(super) fn begin(&mut self) -> Waiting {
        let Self { waiting, pause, .. } = mem::take(self);
        self.pause = Some(pause.map_or(FIRST_PAUSE, |pause| LONGEST_PAUSE.min(pause * 2)));
        waiting
    }

    /// Why nothing can be stored before a batch in doubt is not in doubt any more.
    pub(super) fn in_doubt(&self) -> Option<&Arc<LedgerError>> {
        self.waiting.doubt.as_ref().map(|doubt| &doubt.error)
    }

    /// Whether nothing is left to be tried.
    pub(super) fn is_over(&self) -> bool {
        self.waiting.doubt.is_none() && self.waiting.ends.is_empty()
    }

    /// What the ledger ends with.
    pub(super) fn into_result(self) -> Result<(), LedgerError> {
        let Some(source) = self.error else {
            return Ok(());
        };
        let Waiting { doubt, ends } = self.waiting;
        let answers = doubt.iter().flat_map(|doubt| &doubt.answers);
        let rounds = ends.len() + answers.filter(|answer| answer.is_end()).count();
        Err(LedgerError::Unstored { rounds, source })
    }
}
