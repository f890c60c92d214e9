//! A ledger whose answers are waited for, one after the other.

use std::path::Path;
use std::sync::mpsc::channel;
use std::time::Duration;

use baccarat_server::ledger::{
    Amount, Closed, Handle, Ledger, LedgerError, Numbers, Refusal, Returns, RoundId, Settlement, Stake,
    StakeMove, StakeRefused, Staked,
};

/// What a new user has.
pub(crate) const CHIPS: i64 = 1_000;

/// The banker wins, without a pair.
pub(crate) const BANKER: [i64; 5] = [0, 195, 0, 0, 0];

pub(crate) fn chips(chips: i64) -> Amount {
    Amount::from_chips(chips).expect("few chips")
}

pub(crate) struct Asking {
    ledger: Ledger,
    handle: Handle,
}

impl Asking {
    #[track_caller]
    pub(crate) fn open(file: &Path) -> Self {
        Self::try_open(Some(file)).expect("the ledger opens")
    }

    pub(crate) fn try_open(file: Option<&Path>) -> Result<Self, LedgerError> {
        Ok(Self::new(Ledger::open(file, chips(CHIPS))?))
    }

    pub(crate) fn new(ledger: Ledger) -> Self {
        let handle = ledger.handle();
        Self { ledger, handle }
    }

    #[track_caller]
    pub(crate) fn close(self) {
        self.ledger.close(Duration::from_secs(60)).expect("all is stored");
    }

    pub(crate) fn balance(&self, user: &str) -> Amount {
        let (told, outcome) = channel();
        self.handle
            .balance(&user.into(), move |balance| drop(told.send(balance)));
        outcome.recv().expect("an answer").expect("a balance")
    }

    pub(crate) fn stake(&self, stake: Stake) -> Result<Staked, StakeRefused> {
        let (told, outcome) = channel();
        self.handle.stake(stake, move |staked| drop(told.send(staked)));
        outcome.recv().expect("an answer")
    }

    pub(crate) fn move_stake(&self, moved: StakeMove) -> Result<Staked, StakeRefused> {
        let (told, outcome) = channel();
        self.handle
            .move_stake(moved, move |staked| drop(told.send(staked)));
        outcome.recv().expect("an answer")
    }

    pub(crate) fn settle(&self, settlement: Settlement) -> Result<Closed, Refusal> {
        let (told, outcome) = channel();
        self.handle
            .settle(settlement, move |closed| drop(told.send(closed)));
        outcome.recv().expect("an answer")
    }

    pub(crate) fn refund(&self, round: RoundId) -> Result<Closed, Refusal> {
        let (told, outcome) = channel();
        self.handle.refund(round, move |closed| drop(told.send(closed)));
        outcome.recv().expect("an answer")
    }

    pub(crate) fn begin_shoe(&self, table: i32, shoe: u64) {
        let (told, outcome) = channel();
        self.handle
            .begin_shoe(table, shoe, move |begun| drop(told.send(begun)));
        outcome.recv().expect("an answer").expect("the shoe begins");
    }

    pub(crate) fn handle(&self) -> &Handle {
        &self.handle
    }

    pub(crate) fn numbers(&self, table: i32) -> Numbers {
        self.handle.numbers(table)
    }
}

pub(crate) fn stake(round: RoundId, user: &str, side: i8, number: u32, amount: i64) -> Stake {
    let (user, amount) = (user.into(), chips(amount));
    Stake {
        round,
        user,
        side,
        number,
        amount,
    }
}

pub(crate) fn settlement(round: RoundId, returns: [i64; 5]) -> Settlement {
    Settlement {
        round,
        shoe: 1,
        result: vec![0; 11],
        returns: Returns::new(returns).expect("no side returns less than nothing"),
    }
}
