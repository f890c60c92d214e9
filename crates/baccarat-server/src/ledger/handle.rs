//! Opens and closes the ledger, and asks it: requests go through a channel to its thread.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Sender, unbounded};
use directory::redis::RedisSettings;
use parking_lot::Mutex;

use super::book::Book;
use super::memory::Memory;
use super::recovery::close_open_rounds;
use super::redis::Redis;
use super::reply::Reply;
use super::request::{Numbers, Settlement, Stake, StakeMove, Staked};
use super::sqlite::Sqlite;
use super::store::{Store, Tables};
use super::thread::{Ending, LedgerThread, Request, RoundEnd};
use super::{Amount, Closed, LedgerError, Refusal, RoundId, StakeRefused, UserId};

/// A ledger and its thread. [`Ledger::handle`] gives what workers ask it with.
///
/// ```
/// use std::sync::mpsc;
/// use std::time::Duration;
/// use baccarat_server::ledger::{Amount, Ledger, RoundId, Stake};
///
/// let ledger = Ledger::open(None, Amount::from_chips(10_000).unwrap())?;
/// let (told, outcome) = mpsc::channel();
/// let stake = Stake {
///     round: RoundId { table: 7, number: 1 },
///     user: "alice".into(),
///     side: 2,
///     number: 1,
///     amount: Amount::from_chips(50).unwrap(),
/// };
/// ledger.handle().stake(stake, move |staked| told.send(staked).unwrap());
/// assert_eq!(outcome.recv()??.balance, Amount::from_chips(9_950).unwrap());
/// ledger.close(Duration::from_secs(5))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Ledger {
    handle: Handle,
    thread: JoinHandle<Result<(), LedgerError>>,
}

impl Ledger {
    /// Opens a ledger in a file, which is made where there is none, or one in memory. A new user gets so many `chips`.
    ///
    /// Rounds that the last process left open are closed before: one with a result is paid, another is refunded. This
    /// waits for the disk, and up to two seconds for another process that is about to end.
    ///
    /// # Errors
    /// When the file cannot be used, with what to do; when there is no thread.
    pub fn open(file: Option<&Path>, chips: Amount) -> Result<Self, LedgerError> {
        let mut book = Book::new(chips);
        let store: Box<dyn Store> = match file {
            None => Box::new(Memory),
            Some(file) => {
                let mut store = Sqlite::open(file)?;
                let stored = store.load(&mut book)?;
                close_open_rounds(&mut book, &mut store, &stored)?;
                Box::new(store)
            }
        };
        Self::start(book, store)
    }

    /// Opens the ledger that several servers share, in Redis. A new user gets so many `chips`.
    ///
    /// It has no tables at first: they come by [`Handle::take_tables`].
    ///
    /// # Errors
    /// When Redis does not answer, with what to do; when there is no thread.
    pub fn open_in_redis(settings: &RedisSettings, chips: Amount) -> Result<Self, LedgerError> {
        let book = Book {
            is_shared: true,
            ..Book::new(chips)
        };
        Self::start(book, Redis::open(settings)?)
    }

    pub(super) fn start(book: Book, store: impl Store) -> Result<Self, LedgerError> {
        let (requests, received) = unbounded();
        let numbers = book
            .tables
            .iter()
            .map(|(table, state)| (*table, state.last))
            .collect();
        let handle = Handle {
            requests,
            numbers: Arc::new(Mutex::new(numbers)),
        };
        let thread = thread::Builder::new().name("ledger".to_owned());
        let thread = thread.spawn(move || LedgerThread::new(book, store, received).run());
        let thread = thread.map_err(LedgerError::Thread)?;
        Ok(Self { handle, thread })
    }

    /// What requests are made with.
    #[must_use]
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Stores all that has been asked so far, and ends. What cannot be stored is tried again for so long.
    ///
    /// # Errors
    /// When the ends of rounds are not stored, or the thread has panicked.
    pub fn close(self, patience: Duration) -> Result<(), LedgerError> {
        // Without a thread nobody takes it, which the join tells.
        let _ = self.handle.requests.send(Request::Stop(patience));
        self.thread.join().unwrap_or(Err(LedgerError::Panicked))
    }
}

/// Asks the ledger. Clones ask the same one.
///
/// Each answer comes on the ledger's thread, after what it tells is stored; and it comes, once, whatever happens. All
/// users wait for a reply that takes long, so it should do no more than to pass the outcome on; it must not panic.
#[derive(Debug, Clone)]
pub struct Handle {
    requests: Sender<Request>,
    numbers: Arc<Mutex<HashMap<i32, Numbers>>>,
}

impl Handle {
    /// How far a table had come when the ledger was opened, or when it was taken. Its rounds and shoes count on from there.
    #[must_use]
    pub fn numbers(&self, table: i32) -> Numbers {
        self.numbers.lock().get(&table).copied().unwrap_or_default()
    }

    /// Takes tables for this server, where several share a ledger: from now on no earlier owner can store anything for
    /// them, and the rounds that it has left open are closed. Then [`numbers`](Self::numbers) tells how far each has come.
    /// The second time nothing happens where several processes share the ledger; where all tables are of this process alone,
    /// what is open there is closed each time.
    ///
    /// It waits for the ledger, so it belongs to no worker.
    ///
    /// # Errors
    /// When it is not stored, with the reason, or a later owner has one of the tables: no request for them is taken
    /// then, and it may be tried again.
    pub fn take_tables(&self, tables: Tables) -> Result<(), Refusal> {
        let (told, outcome) = mpsc::channel();
        let reply = move |taken| drop(told.send(taken));
        self.ask(Request::Take(tables, Reply::new(reply)));
        let taken = outcome.recv().unwrap_or(Err(Refusal::Closed))?;
        self.numbers.lock().extend(taken);
        Ok(())
    }

    /// Asks for the balance of a user. A new user gets an account with the first chips.
    pub fn balance(&self, user: &UserId, reply: impl FnOnce(Result<Amount, Refusal>) + Send + 'static) {
        self.ask(Request::Balance(UserId::clone(user), Reply::new(reply)));
    }

    /// Puts chips on a side. A new user gets an account with the first chips before.
    pub fn stake(&self, stake: Stake, reply: impl FnOnce(Result<Staked, StakeRefused>) + Send + 'static) {
        self.ask(Request::Stake(stake, Reply::new(reply)));
    }

    /// Moves chips of a user from one side to another.
    pub fn move_stake(
        &self,
        moved: StakeMove,
        reply: impl FnOnce(Result<Staked, StakeRefused>) + Send + 'static,
    ) {
        self.ask(Request::Move(moved, Reply::new(reply)));
    }

    /// Ends a round with its result, and pays. It is tried until it is stored, and the reply comes then.
    ///
    /// Tell the players their result after the reply: what they have seen is then paid, whatever happens. A round ends
    /// once. For one that was settled or refunded before, the answer says how that was.
    pub fn settle(
        &self,
        settlement: Settlement,
        reply: impl FnOnce(Result<Closed, Refusal>) + Send + 'static,
    ) {
        self.end(Ending::Settle(settlement), reply);
    }

    /// Ends a round that will have no result: stakes go back. It is tried until it is stored.
    pub fn refund(&self, round: RoundId, reply: impl FnOnce(Result<Closed, Refusal>) + Send + 'static) {
        self.end(Ending::Refund(round), reply);
    }

    /// Uses up the number of a shoe, so that a table has none twice, whatever happens to the server.
    pub fn begin_shoe(
        &self,
        table: i32,
        shoe: u64,
        reply: impl FnOnce(Result<(), Refusal>) + Send + 'static,
    ) {
        self.ask(Request::Shoe(table, shoe, Reply::new(reply)));
    }

    fn end(&self, ending: Ending, reply: impl FnOnce(Result<Closed, Refusal>) + Send + 'static) {
        self.ask(Request::End(RoundEnd {
            ending,
            reply: Reply::new(reply),
        }));
    }

    fn ask(&self, request: Request) {
        // Without a thread the request is dropped, and its reply says so.
        let _ = self.requests.send(request);
    }
}
