//! Batches, failures and ends of the thread, on a store that does what the test says when the test says so.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use database::DatabaseError;
use directory::Unavailable;

use super::*;
use crate::ledger::draft::Changes;
use crate::ledger::{
    Amount, Closed, Handle, Ledger, Refusal, Returns, RoundId, Settlement, Stake, StakeRefused, Staked,
    UserId,
};

/// What becomes of a transaction.
enum Fate {
    Stored,
    /// Others have changed what these users have.
    Outdated(Vec<(UserId, Option<Amount>)>),
    /// It is not told.
    InDoubt,
    DiskFull,
    Panic,
}

/// Tells that a transaction has come, with its rows, and waits for its fate.
struct Gate {
    came: Sender<usize>,
    fates: Receiver<Fate>,
    is_in_doubt: bool,
}

impl Store for Gate {
    fn store(&mut self, _: &Book, changes: &Changes, attempt: Attempt) -> Result<Stored, LedgerError> {
        if changes.are_none() {
            return Ok(Stored::Yes);
        }
        assert_eq!(attempt == Attempt::Again, self.is_in_doubt);
        self.is_in_doubt = false;
        let _ = self.came.send(changes.rows.len());
        match self.fates.recv() {
            // The test is over, or stores what still comes.
            Ok(Fate::Stored) | Err(_) => Ok(Stored::Yes),
            Ok(Fate::Outdated(users)) => Ok(Stored::Outdated(Corrections {
                users,
                ..Corrections::default()
            })),
            Ok(Fate::InDoubt) => {
                self.is_in_doubt = true;
                Err(LedgerError::InDoubt(Unavailable::new("no answer")))
            }
            Ok(Fate::DiskFull) => Err(DatabaseError::Full("gate".into()).into()),
            Ok(Fate::Panic) => panic!("a store that panics, as this test wants"),
        }
    }
}

struct Gated {
    ledger: Ledger,
    handle: Handle,
    came: Receiver<usize>,
    fates: Sender<Fate>,
}

impl Gated {
    fn new() -> Self {
        let ((came_in, came), (fates, fates_out)) = (channel(), channel());
        let gate = Gate {
            came: came_in,
            fates: fates_out,
            is_in_doubt: false,
        };
        let ledger = Ledger::start(Book::new(chips(100)), gate).unwrap();
        let handle = ledger.handle();
        Self {
            ledger,
            handle,
            came,
            fates,
        }
    }

    /// Of the transaction that comes next.
    fn expect(&self, rows: usize, fate: Fate) {
        assert_eq!(self.came.recv().unwrap(), rows);
        self.fates.send(fate).unwrap();
    }

    fn stake(&self, user: &str, number: u32) -> Receiver<Result<Staked, StakeRefused>> {
        let stake = Stake {
            round: ROUND,
            user: user.into(),
            side: 2,
            number,
            amount: chips(10),
        };
        let (told, outcome) = channel();
        self.handle.stake(stake, move |staked| drop(told.send(staked)));
        outcome
    }

    fn settle(&self) -> Receiver<Result<Closed, Refusal>> {
        let settlement = Settlement {
            round: ROUND,
            shoe: 1,
            result: Vec::new(),
            returns: Returns::new([0, 195, 0, 0, 0]).unwrap(),
        };
        let (told, outcome) = channel();
        self.handle
            .settle(settlement, move |closed| drop(told.send(closed)));
        outcome
    }

    fn balance(&self, user: &str) -> Receiver<Result<Amount, Refusal>> {
        let (told, outcome) = channel();
        self.handle
            .balance(&user.into(), move |balance| drop(told.send(balance)));
        outcome
    }
}

const ROUND: RoundId = RoundId { table: 0, number: 1 };
const PATIENCE: Duration = Duration::from_secs(60);

fn chips(chips: i64) -> Amount {
    Amount::from_chips(chips).unwrap()
}

#[test]
fn nobody_is_told_before_it_is_stored() {
    let gated = Gated::new();
    let outcome = gated.stake("alice", 1);
    assert_eq!(gated.came.recv().unwrap(), 2);
    assert!(outcome.try_recv().is_err());
    gated.fates.send(Fate::Stored).unwrap();
    assert_eq!(outcome.recv().unwrap().unwrap().balance, chips(90));
}

#[test]
fn what_waits_meanwhile_is_one_transaction() {
    let gated = Gated::new();
    let first = gated.stake("alice", 1);
    assert_eq!(gated.came.recv().unwrap(), 2);
    let others: Vec<_> = (2..6).map(|number| gated.stake("alice", number)).collect();
    gated.fates.send(Fate::Stored).unwrap();
    gated.expect(4, Fate::Stored);
    first.recv().unwrap().unwrap();
    let balances = others
        .iter()
        .map(|outcome| outcome.recv().unwrap().unwrap().balance);
    assert_eq!(balances.collect::<Vec<_>>(), [80, 70, 60, 50].map(chips));
}

#[test]
fn a_batch_that_is_not_stored_has_never_been() {
    let gated = Gated::new();
    let first = gated.stake("alice", 1);
    gated.came.recv().unwrap();
    let batch = [gated.stake("alice", 2), gated.stake("bob", 1)];
    let balance = gated.balance("alice");
    gated.fates.send(Fate::Stored).unwrap();
    gated.expect(3, Fate::DiskFull);
    assert!(first.recv().unwrap().is_ok());
    // Bob has no account yet.
    for (outcome, balance) in batch.iter().zip([chips(90), Amount::ZERO]) {
        let refused = outcome.recv().unwrap().unwrap_err();
        assert!(matches!(refused.reason, Refusal::NotStored(_)), "{refused:?}");
        assert_eq!(refused.balance, balance);
    }
    assert!(matches!(balance.recv().unwrap(), Err(Refusal::NotStored(_))));
    // What needs no row is answered although the disk is full.
    assert_eq!(gated.balance("alice").recv().unwrap().unwrap(), chips(90));
    let again = gated.stake("alice", 2);
    gated.expect(1, Fate::Stored);
    assert_eq!(again.recv().unwrap().unwrap().balance, chips(80));
}

#[test]
fn the_end_of_a_round_is_tried_until_it_is_stored() {
    let gated = Gated::new();
    let staked = gated.stake("alice", 1);
    gated.expect(2, Fate::Stored);
    staked.recv().unwrap().unwrap();
    let closed = gated.settle();
    for _ in 0..3 {
        gated.expect(2, Fate::DiskFull);
        assert!(closed.try_recv().is_err());
    }
    gated.expect(2, Fate::Stored);
    assert_eq!(
        closed.recv().unwrap().unwrap().players[0].balance,
        Amount::from_hundredths(10_950)
    );
    // Once: nothing is left to be tried.
    gated.ledger.close(PATIENCE).unwrap();
    assert!(gated.came.try_recv().is_err());
}

#[test]
fn others_are_served_while_a_round_cannot_end() {
    let gated = Gated::new();
    let staked = gated.stake("alice", 1);
    gated.expect(2, Fate::Stored);
    staked.recv().unwrap().unwrap();
    let closed = gated.settle();
    gated.expect(2, Fate::DiskFull);
    // His first chips are one row.
    let bob = gated.balance("bob");
    loop {
        match gated.came.recv().unwrap() {
            1 => break gated.fates.send(Fate::Stored).unwrap(),
            _ => gated.fates.send(Fate::DiskFull).unwrap(),
        }
    }
    assert_eq!(bob.recv().unwrap().unwrap(), chips(100));
    assert!(closed.try_recv().is_err());
    gated.expect(2, Fate::Stored);
    closed.recv().unwrap().unwrap();
}

/// Asks again as soon as it is answered, so that a request always waits, until nobody listens.
fn ask_for_ever(handle: &Handle, told: Sender<()>) {
    let next = handle.clone();
    handle.balance(&"alice".into(), move |_| {
        if told.send(()).is_ok() {
            ask_for_ever(&next, told);
        }
    });
}

#[test]
fn a_round_ends_although_requests_never_do() {
    let gated = Gated::new();
    let staked = gated.stake("alice", 1);
    gated.expect(2, Fate::Stored);
    staked.recv().unwrap().unwrap();
    let closed = gated.settle();
    gated.expect(2, Fate::DiskFull);
    let (told, _answers) = channel();
    ask_for_ever(&gated.handle, told);
    gated.fates.send(Fate::Stored).unwrap();
    let closed = closed.recv_timeout(PATIENCE).expect("the round is tried again");
    closed.unwrap();
}

#[test]
fn closing_stores_what_was_asked() {
    let gated = Gated::new();
    let outcomes: Vec<_> = (1..9).map(|number| gated.stake("alice", number)).collect();
    let fates = gated.fates.clone();
    for _ in 0..outcomes.len() {
        fates.send(Fate::Stored).unwrap();
    }
    gated.ledger.close(PATIENCE).unwrap();
    for outcome in outcomes {
        outcome.try_recv().unwrap().unwrap();
    }
}

#[test]
fn closing_tells_which_rounds_could_not_end() {
    let gated = Gated::new();
    let staked = gated.stake("alice", 1);
    gated.expect(2, Fate::Stored);
    staked.recv().unwrap().unwrap();
    let closed = gated.settle();
    for _ in 0..2 {
        gated.fates.send(Fate::DiskFull).unwrap();
    }
    let error = gated.ledger.close(Duration::ZERO).unwrap_err();
    assert!(
        matches!(error, LedgerError::Unstored { rounds: 1, .. }),
        "{error:?}"
    );
    assert!(matches!(closed.recv().unwrap(), Err(Refusal::Closed)));
}

#[test]
fn a_ledger_that_is_closed_says_so() {
    let gated = Gated::new();
    gated.ledger.close(PATIENCE).unwrap();
    let (told, outcome) = channel();
    gated
        .handle
        .balance(&"alice".into(), move |balance| drop(told.send(balance)));
    assert!(matches!(outcome.recv().unwrap(), Err(Refusal::Closed)));
}

#[test]
fn a_thread_that_panics_leaves_nobody_waiting() {
    let gated = Gated::new();
    let first = gated.stake("alice", 1);
    gated.came.recv().unwrap();
    let second = gated.stake("alice", 2);
    gated.fates.send(Fate::Panic).unwrap();
    for outcome in [first, second] {
        let refused = outcome.recv().unwrap().unwrap_err();
        assert!(matches!(refused.reason, Refusal::Closed), "{refused:?}");
    }
    assert!(matches!(gated.ledger.close(PATIENCE), Err(LedgerError::Panicked)));
}

#[test]
fn what_others_have_changed_is_worked_anew() {
    let gated = Gated::new();
    let outcome = gated.stake("alice", 1);
    // Her first chips and the stake; but she has an account, which the book did not know.
    gated.expect(2, Fate::Outdated(vec![("alice".into(), Some(chips(15)))]));
    gated.expect(1, Fate::Stored);
    assert_eq!(outcome.recv().unwrap().unwrap().balance, chips(5));
    let outcome = gated.stake("alice", 2);
    // The book says that she has too little, and so does the store.
    let refused = outcome.recv().unwrap().unwrap_err();
    assert!(matches!(refused.reason, Refusal::Short { .. }), "{refused:?}");
}

#[test]
fn who_always_comes_too_late_is_told_so() {
    let gated = Gated::new();
    let outcome = gated.stake("alice", 1);
    for _ in 0..MOST_TRIES {
        gated.expect(2, Fate::Outdated(Vec::new()));
    }
    let refused = outcome.recv().unwrap().unwrap_err();
    let Refusal::NotStored(reason) = refused.reason else {
        panic!("{refused:?}");
    };
    assert!(matches!(*reason, LedgerError::Contended(_)), "{reason:?}");
}

#[test]
fn in_doubt_nobody_is_told_a_lie() {
    let gated = Gated::new();
    let outcome = gated.stake("alice", 1);
    gated.expect(2, Fate::InDoubt);
    // The next attempt has come, so this one is behind the first, and is refused without asking.
    assert_eq!(gated.came.recv().unwrap(), 2);
    let other = gated.stake("bob", 1);
    gated.fates.send(Fate::InDoubt).unwrap();
    let refused = other.recv().unwrap().unwrap_err();
    assert!(matches!(refused.reason, Refusal::NotStored(_)), "{refused:?}");
    assert!(outcome.try_recv().is_err());
    gated.expect(2, Fate::Stored);
    assert_eq!(outcome.recv().unwrap().unwrap().balance, chips(90));
    let other = gated.stake("bob", 1);
    gated.expect(2, Fate::Stored);
    assert_eq!(other.recv().unwrap().unwrap().balance, chips(90));
}

#[test]
fn a_doubt_may_end_with_a_batch_that_is_worked_anew() {
    let gated = Gated::new();
    let outcome = gated.stake("alice", 1);
    gated.expect(2, Fate::InDoubt);
    gated.expect(2, Fate::Outdated(vec![("alice".into(), Some(chips(50)))]));
    gated.expect(1, Fate::Stored);
    assert_eq!(outcome.recv().unwrap().unwrap().balance, chips(40));
}

#[test]
fn closing_in_doubt_says_so() {
    let gated = Gated::new();
    let staked = gated.stake("alice", 1);
    gated.expect(2, Fate::Stored);
    staked.recv().unwrap().unwrap();
    let closed = gated.settle();
    for _ in 0..2 {
        gated.fates.send(Fate::InDoubt).unwrap();
    }
    let error = gated.ledger.close(Duration::ZERO).unwrap_err();
    assert!(
        matches!(error, LedgerError::Unstored { rounds: 1, .. }),
        "{error:?}"
    );
    assert!(matches!(closed.recv().unwrap(), Err(Refusal::Closed)));
}
