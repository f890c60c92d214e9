//! The thread of the ledger: takes what waits, stores it in one transaction, and then answers.

use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{mem, thread};

use crossbeam_channel::{Receiver, RecvTimeoutError};
use tracing::{error, info};

use super::book::Book;
use super::draft::Draft;
use super::reply::Reply;
use super::request::{Settlement, Stake, StakeMove, Staked};
use super::store::Store;
use super::{Amount, Closed, LedgerError, Refusal, RoundId, StakeRefused, UserId};

/// Requests in one transaction. A sync of the disk takes milliseconds, and so do a thousand rows: more of them would
/// make the first one wait for the last.
const LARGEST_BATCH: usize = 1_024;

/// Until the ends of rounds that could not be stored are tried again. It doubles each time.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// What is asked of the thread, with the way back.
pub(super) enum Request {
    Balance(UserId, Reply<Amount, Refusal>),
    Stake(Stake, Reply<Staked, StakeRefused>),
    Move(StakeMove, Reply<Staked, StakeRefused>),
    End(RoundEnd),
    Shoe(i32, u64, Reply<(), Refusal>),
    /// Store what waits, and end; keep trying for so long.
    Stop(Duration),
}

/// The end of a round, which is tried until it is stored.
pub(super) struct RoundEnd {
    pub(super) ending: Ending,
    pub(super) reply: Reply<Closed, Refusal>,
}

pub(super) enum Ending {
    Settle(Settlement),
    Refund(RoundId),
}

/// A request that has been worked into the draft: what will be answered when the draft is stored.
enum Answer {
    Balance(Reply<Amount, Refusal>, Result<Amount, Refusal>),
    Stake(UserId, Reply<Staked, StakeRefused>, Result<Staked, StakeRefused>),
    End(RoundEnd, Result<Closed, Refusal>),
    Shoe(Reply<(), Refusal>, Result<(), Refusal>),
}

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
        let waiting = self.requests.try_iter().take(LARGEST_BATCH - 1);
        let batch: Vec<Request> = [first].into_iter().chain(waiting).collect();
        self.store(batch.into_iter().filter(|request| match request {
            Request::Stop(time) => {
                patience = Some(*time);
                false
            }
            _ => true,
        }));
        patience
    }

    /// Stores all of a batch or nothing, and only then answers.
    fn store(&mut self, batch: impl Iterator<Item = Request>) {
        let mut draft = Draft::new(&self.book);
        let answers: Vec<Answer> = batch.filter_map(|request| work(&mut draft, request)).collect();
        let changes = draft.into_changes();
        if changes.are_none() {
            return answers.into_iter().for_each(Answer::send);
        }
        match self.store.store(&changes) {
            Ok(()) => {
                changes.enter(&mut self.book);
                answers.into_iter().for_each(Answer::send);
            }
            Err(error) => self.refuse(answers, &Arc::new(error)),
        }
    }
    // ANCHOR_END: batch

    /// The book is as before the batch, and all are told so; but rounds have to end.
    fn refuse(&mut self, answers: Vec<Answer>, error: &Arc<LedgerError>) {
        for answer in answers {
            if let Some(end) = answer.not_stored(error, &self.book) {
                self.retry.add(end, error);
            }
        }
    }

    /// In a transaction of their own, so that they keep nobody else from the disk.
    fn try_again(&mut self) {
        let Retry { ends, pause, .. } = mem::take(&mut self.retry);
        let rounds = ends.len();
        self.retry.pause = Some(pause.map_or(FIRST_PAUSE, |pause| LONGEST_PAUSE.min(pause * 2)));
        self.store(ends.into_iter().map(Request::End));
        if self.retry.ends.is_empty() {
            self.retry = Retry::default();
            info!(rounds, "the ends of rounds are stored now");
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
        match self.retry.error {
            None => Ok(()),
            Some(source) => {
                let rounds = self.retry.ends.len();
                Err(LedgerError::Unstored { rounds, source })
            }
        }
    }
}

/// The ends of rounds that could not be stored, and when they are tried again.
#[derive(Default)]
struct Retry {
    ends: Vec<RoundEnd>,
    pause: Option<Duration>,
    at: Option<Instant>,
    error: Option<Arc<LedgerError>>,
}

impl Retry {
    fn add(&mut self, end: RoundEnd, why: &Arc<LedgerError>) {
        if self.pause.is_none() {
            // With all reasons: the first one may be no more than the name of the file.
            let why = anyhow::Error::new(Arc::clone(why));
            error!("cannot store the ends of rounds, and tries until it can: {why:#}");
        }
        let pause = *self.pause.get_or_insert(FIRST_PAUSE);
        self.at.get_or_insert_with(|| Instant::now() + pause);
        self.error.get_or_insert_with(|| Arc::clone(why));
        self.ends.push(end);
    }
}

/// Works a request into the draft. None where there is nothing to answer.
fn work(draft: &mut Draft<'_>, request: Request) -> Option<Answer> {
    Some(match request {
        Request::Balance(user, reply) => Answer::Balance(reply, draft.balance(&user)),
        Request::Stake(stake, reply) => {
            let outcome = draft.stake(&stake);
            Answer::Stake(stake.user, reply, outcome)
        }
        Request::Move(moved, reply) => {
            let outcome = draft.move_stake(&moved);
            Answer::Stake(moved.user, reply, outcome)
        }
        Request::End(end) => {
            let outcome = match &end.ending {
                Ending::Settle(settlement) => draft.settle(settlement),
                Ending::Refund(round) => draft.refund(*round),
            };
            Answer::End(end, outcome)
        }
        Request::Shoe(table, shoe, reply) => Answer::Shoe(reply, draft.begin_shoe(table, shoe)),
        Request::Stop(_) => return None,
    })
}

impl Answer {
    fn send(self) {
        match self {
            Self::Balance(reply, outcome) => reply.send(outcome),
            Self::Stake(_, reply, outcome) => reply.send(outcome),
            Self::End(end, outcome) => end.reply.send(outcome),
            Self::Shoe(reply, outcome) => reply.send(outcome),
        }
    }

    /// Tells that nothing has happened; gives back the end of a round, which is not told so.
    fn not_stored(self, error: &Arc<LedgerError>, book: &Book) -> Option<RoundEnd> {
        let reason = Refusal::NotStored(Arc::clone(error));
        match self {
            Self::Balance(reply, _) => reply.send(Err(reason)),
            Self::Stake(user, reply, _) => {
                let balance = book.balance(&user);
                reply.send(Err(StakeRefused { reason, balance }));
            }
            Self::Shoe(reply, _) => reply.send(Err(reason)),
            Self::End(end, _) => return Some(end),
        }
        None
    }
}

#[cfg(test)]
mod tests;
