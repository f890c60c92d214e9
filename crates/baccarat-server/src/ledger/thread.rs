//! The thread of the ledger: takes what waits, stores it in one transaction, and then answers.
//!
//! | file | what is in it |
//! |---|---|
//! | `answer` | requests, and what will be answered to them |
//! | `retry` | what is tried again: ends of rounds, and a batch in doubt |
//! | `taking` | tables that this server takes from others |

mod answer;
mod retry;
mod taking;

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError};
use tracing::{info, warn};

use self::answer::{Answer, refuse, work};
pub(super) use self::answer::{Ending, Request, RoundEnd};
use self::retry::{Doubt, Retry, Waiting};
use super::LedgerError;
use super::book::{Book, Corrections};
use super::draft::{Changes, Draft};
use super::store::{Attempt, Store, Stored};

/// How often a batch is worked anew, since others have changed the accounts of its users meanwhile. Each time, somebody
/// else's batch was stored: so many in a row are nearly impossible.
const MOST_TRIES: usize = 64;

/// What the thread owns.
pub(super) struct LedgerThread<S> {
    book: Book,
    store: S,
    requests: Receiver<Request>,
    retry: Retry,
}

impl<S: Store> LedgerThread<S> {
    pub(super) fn new(book: Book, store: S, requests: Receiver<Request>) -> Self {
        let retry = Retry::default();
        Self {
            book,
            store,
            requests,
            retry,
        }
    }

    /// Until it is told to stop, or nobody is left who could ask.
    pub(super) fn run(mut self) -> Result<(), LedgerError> {
        let patience = loop {
            match self.next() {
                Ok(first) => {
                    if let Some(patience) = self.take(first) {
                        break patience;
                    }
                }
                Err(RecvTimeoutError::Timeout) => self.try_again(),
                Err(RecvTimeoutError::Disconnected) => break Duration::ZERO,
            }
        };
        self.finish(patience)
    }

    /// The next request; a timeout when it is time to try again, whether or not a request waits: under load one always
    /// does, and rounds have to end.
    fn next(&self) -> Result<Request, RecvTimeoutError> {
        match self.retry.at {
            Some(at) if at <= Instant::now() => Err(RecvTimeoutError::Timeout),
            Some(at) => self.requests.recv_deadline(at),
            None => self.requests.recv().map_err(RecvTimeoutError::from),
        }
    }

    // ANCHOR: batch
    /// Takes what waits behind the first request, too. Says for how long to go on trying, where one of them is to stop.
    fn take(&mut self, first: Request) -> Option<Duration> {
        let mut patience = None;
        let waiting = self.requests.try_iter().take(self.store.largest_batch() - 1);
        let batch: Vec<Request> = [first].into_iter().chain(waiting).collect();
        let batch = batch.into_iter().filter_map(|request| match request {
            Request::Stop(time) => {
                patience = Some(time);
                None
            }
            Request::Take(tables, reply) => {
                reply.send(self.take_tables(&tables));
                None
            }
            other => Some(other),
        });
        let batch = batch.collect();
        self.store(batch);
        patience
    }

    /// Stores all of a batch or nothing, and only then answers.
    fn store(&mut self, mut batch: Vec<Request>) {
        if batch.is_empty() {
            return;
        }
        if let Some(error) = self.retry.in_doubt().map(Arc::clone) {
            return self.refuse(batch, &error);
        }
        for _ in 0..MOST_TRIES {
            let mut draft = Draft::new(&self.book);
            let answers: Vec<Answer> = batch
                .into_iter()
                .filter_map(|request| work(&mut draft, request))
                .collect();
            let changes = draft.into_changes();
            match self.store.store(&self.book, &changes, Attempt::First) {
                Ok(Stored::Yes) => return self.is_stored(changes, answers),
                Ok(Stored::Outdated(corrections)) => self.correct(corrections),
                Err(error) => return self.not_stored(error, changes, answers),
            }
            batch = answers.into_iter().map(Answer::again).collect();
        }
        self.refuse(batch, &Arc::new(LedgerError::Contended(MOST_TRIES)));
    }

    fn is_stored(&mut self, changes: Changes, answers: Vec<Answer>) {
        changes.enter(&mut self.book);
        answers.into_iter().for_each(Answer::send);
    }
    // ANCHOR_END: batch

    /// Nobody is told anything of a batch in doubt.
    fn not_stored(&mut self, error: LedgerError, changes: Changes, answers: Vec<Answer>) {
        let error = Arc::new(error);
        if let LedgerError::InDoubt(_) = *error {
            self.retry.doubt(Doubt {
                changes,
                answers,
                error,
            });
        } else {
            self.refuse(answers.into_iter().map(Answer::again).collect(), &error);
        }
    }

    fn correct(&mut self, corrections: Corrections) {
        for table in &corrections.lost {
            warn!(
                table,
                "the table has another owner now: nothing is stored for it any more"
            );
        }
        let moved = corrections.moved.clone();
        self.book.correct(corrections);
        for table in moved {
            self.take_anew(table);
        }
    }

    /// The book is as before the batch, and all are told so; but rounds have to end.
    fn refuse(&mut self, batch: Vec<Request>, error: &Arc<LedgerError>) {
        for request in batch {
            if let Some(end) = refuse(request, error, &self.book) {
                self.retry.add(end, error);
            }
        }
    }

    /// What is in doubt comes first, since everything else rests on it. Then the ends of rounds, in a transaction of
    /// their own, so that they keep nobody else from the disk.
    fn try_again(&mut self) {
        let Waiting { doubt, ends } = self.retry.begin();
        let rounds = ends.len();
        if let Some(doubt) = doubt {
            self.resolve(doubt);
        }
        self.store(ends.into_iter().map(Request::End).collect());
        if self.retry.is_over() {
            self.retry = Retry::default();
            info!(rounds, "the ends of rounds are stored now");
        }
    }

    /// The same changes once more: they are stored now, or they were stored before, or they never will be.
    fn resolve(&mut self, doubt: Doubt) {
        let Doubt { changes, answers, .. } = doubt;
        match self.store.store(&self.book, &changes, Attempt::Again) {
            Ok(Stored::Yes) => self.is_stored(changes, answers),
            Ok(Stored::Outdated(corrections)) => {
                self.correct(corrections);
                self.store(answers.into_iter().map(Answer::again).collect());
            }
            Err(error) => {
                let error = Arc::new(error);
                self.retry.doubt(Doubt {
                    changes,
                    answers,
                    error,
                });
            }
        }
    }

    /// Stores what has been asked so far.
    fn finish(mut self, patience: Duration) -> Result<(), LedgerError> {
        let deadline = Instant::now() + patience;
        while let Ok(first) = self.requests.try_recv() {
            self.take(first);
        }
        while let Some(at) = self.retry.at {
            let now = Instant::now();
            thread::sleep(at.min(deadline).saturating_duration_since(now));
            self.try_again();
            if Instant::now() >= deadline {
                break;
            }
        }
        if self.retry.in_doubt().is_none() {
            self.store.close();
        }
        self.retry.into_result()
    }
}

#[cfg(test)]
mod tests;
