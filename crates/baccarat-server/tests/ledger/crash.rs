//! Any requests at any tables, each asked twice now and then, and a process that ends at any moment: the ledger answers
//! what the naive model does, and no chip is lost or made.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use baccarat_server::ledger::{
    Amount, Closed, Handle, Ledger, Refusal, RoundId, StakeMove, StakeRefused, Staked, audit,
};
use proptest::prelude::*;

use crate::asking::{BANKER, CHIPS, chips, settlement, stake};
use crate::folder::Folder;
use crate::model::{Ask, Model, Told};
use crate::place::Place;

const USERS: [&str; 3] = ["alice", "bob", "carol"];
/// Player, banker, tie; the last with a pair.
const RETURNS: [[i64; 5]; 3] = [[200, 0, 0, 0, 0], BANKER, [100, 100, 900, 1_200, 0]];

const TABLES: std::ops::Range<i32> = 0..3;

/// A table, a request, and how often it is made.
type Request = (i32, Ask, usize);

/// How the process that has answered a batch goes on.
#[derive(Debug, Clone, Copy)]
enum Then {
    Goes,
    Ends,
    IsKilled,
    /// In the middle of the next transaction, when so many hundredths of it are written.
    IsKilledIn(u64),
}

fn ask() -> impl Strategy<Value = Ask> {
    let user = || prop::sample::select(&USERS[..]);
    prop_oneof![
        1 => user().prop_map(Ask::Balance),
        8 => (user(), 0..=6_i8, -1..=CHIPS / 3).prop_map(|(user, side, chips)| Ask::Stake { user, side, chips }),
        3 => (user(), 1..=5_i8, 1..=5_i8, 0..=CHIPS / 9).prop_map(|(user, from, to, chips)| Ask::Move { user, from, to, chips }),
        1 => user().prop_map(|user| Ask::Late { user }),
        2 => prop::sample::select(&RETURNS[..]).prop_map(Ask::Settle),
        1 => Just(Ask::Refund),
    ]
}

fn batches() -> impl Strategy<Value = Vec<(Vec<Request>, Then)>> {
    let then = prop_oneof![
        4 => Just(Then::Goes),
        1 => Just(Then::Ends),
        1 => Just(Then::IsKilled),
        2 => (0..100_u64).prop_map(Then::IsKilledIn),
    ];
    let request = (TABLES, ask(), 1..=2_usize);
    let batch = prop::collection::vec(request, 1..12);
    prop::collection::vec((batch, then), 1..8)
}

/// An answer that is to come.
enum Waiting {
    Balance(Receiver<Result<Amount, Refusal>>),
    Stake(Receiver<Result<Staked, StakeRefused>>),
    Closed(Receiver<Result<Closed, Refusal>>),
}

impl Waiting {
    fn told(self) -> Told {
        match self {
            Self::Balance(outcome) => {
                let balance = outcome.recv().expect("an answer").expect("a balance");
                Told::Balance(balance.hundredths())
            }
            Self::Stake(outcome) => match outcome.recv().expect("an answer") {
                Ok(Staked { balance, stake }) => Told::Staked {
                    balance: balance.hundredths(),
                    stake: stake.hundredths(),
                },
                Err(StakeRefused { balance, .. }) => Told::Refused {
                    balance: balance.hundredths(),
                },
            },
            Self::Closed(outcome) => {
                let closed = outcome.recv().expect("an answer").expect("the end of a round");
                let players = closed.players.iter();
                Told::Closed(
                    players
                        .map(|player| (player.user.to_string(), player.balance.hundredths()))
                        .collect(),
                )
            }
        }
    }
}

/// A ledger under test, the model beside it, and a number for each request of a user.
struct Both {
    ledger: Ledger,
    handle: Handle,
    model: Model,
    numbers: BTreeMap<(RoundId, &'static str), u32>,
}

impl Both {
    fn open(file: Option<&Path>, model: Model) -> Self {
        Self::new(Ledger::open(file, chips(CHIPS)).expect("the ledger opens"), model)
    }

    fn new(ledger: Ledger, model: Model) -> Self {
        let handle = ledger.handle();
        let numbers = BTreeMap::new();
        Self {
            ledger,
            handle,
            model,
            numbers,
        }
    }

    /// All are asked before the first answer is looked at, so that they share transactions. Gives what the model was
    /// before and after each of them.
    fn play(&mut self, batch: &[Request]) -> Vec<Model> {
        let mut answers = Vec::new();
        let mut models = vec![self.model.clone()];
        for (table, ask, times) in batch {
            let round = self.model.round(*table);
            let number = self.number(round, ask);
            let expected = self.model.ask(*table, ask);
            for _ in 0..*times {
                answers.push((ask, self.request(round, ask, number), expected.clone()));
            }
            models.push(self.model.clone());
        }
        for (ask, answer, expected) in answers {
            assert_eq!(answer.told(), expected, "{ask:?} of {batch:?}");
        }
        models
    }

    fn number(&mut self, round: RoundId, ask: &Ask) -> u32 {
        let (Ask::Stake { user, .. } | Ask::Move { user, .. }) = ask else {
            return 0;
        };
        let number = self.numbers.entry((round, user)).or_default();
        *number += 1;
        *number
    }

    fn request(&self, round: RoundId, ask: &Ask, number: u32) -> Waiting {
        let handle = &self.handle;
        match *ask {
            Ask::Balance(user) => {
                let (told, outcome) = channel();
                handle.balance(&user.into(), move |balance| drop(told.send(balance)));
                Waiting::Balance(outcome)
            }
            Ask::Stake { user, side, chips } => self.stake(round, user, side, number, chips),
            Ask::Late { user } => {
                let before = RoundId {
                    number: round.number - 1,
                    ..round
                };
                self.stake(before, user, 1, 1, 1)
            }
            Ask::Move {
                user,
                from,
                to,
                chips,
            } => {
                let (told, outcome) = channel();
                let user = user.into();
                let amount = Amount::from_hundredths(chips * 100);
                let moved = StakeMove {
                    round,
                    user,
                    from,
                    to,
                    number,
                    amount,
                };
                handle.move_stake(moved, move |staked| drop(told.send(staked)));
                Waiting::Stake(outcome)
            }
            Ask::Settle(returns) => {
                let (told, outcome) = channel();
                handle.settle(settlement(round, returns), move |closed| drop(told.send(closed)));
                Waiting::Closed(outcome)
            }
            Ask::Refund => {
                let (told, outcome) = channel();
                handle.refund(round, move |closed| drop(told.send(closed)));
                Waiting::Closed(outcome)
            }
        }
    }

    fn stake(&self, round: RoundId, user: &str, side: i8, number: u32, chips: i64) -> Waiting {
        let (told, outcome) = channel();
        let stake = stake(round, user, side, number, chips);
        self.handle.stake(stake, move |staked| drop(told.send(staked)));
        Waiting::Stake(outcome)
    }

    fn close(self) -> Model {
        self.ledger.close(Duration::from_secs(60)).expect("all is stored");
        self.model
    }
}

/// The files that a process uses: one after another, since each crash is a copy of what was there at that moment.
struct Files {
    folder: Folder,
    count: u32,
}

impl Files {
    fn new() -> Self {
        static CASES: AtomicU32 = AtomicU32::new(0);
        let folder = Folder::new(&format!("crash-{}", CASES.fetch_add(1, Ordering::Relaxed)));
        Self { folder, count: 0 }
    }

    fn current(&self) -> PathBuf {
        self.folder.join(&format!("{}.db", self.count))
    }

    fn log(&self) -> PathBuf {
        self.folder.join(&format!("{}.db-wal", self.count))
    }

    /// Bytes of the log, to which each transaction is appended.
    fn written(&self) -> u64 {
        fs::metadata(self.log()).expect("an open ledger has a log").len()
    }

    /// From now on the copy that a process leaves that is killed when the log has so many bytes.
    fn crash(&mut self, bytes: u64) {
        let (file, log) = (self.current(), self.log());
        self.count += 1;
        fs::copy(file, self.current()).expect("the file can be copied");
        let mut written = fs::read(log).expect("the log can be read");
        written.truncate(usize::try_from(bytes).expect("a short log"));
        fs::write(self.log(), written).expect("the log can be copied");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn in_memory_the_ledger_answers_as_the_model(batches in batches()) {
        let mut both = Both::open(None, Model::default());
        for (batch, _) in &batches {
            both.play(batch);
        }
        both.close();
    }

    #[test]
    fn in_a_file_it_does_and_no_crash_loses_or_makes_a_chip(batches in batches()) {
        let mut files = Files::new();
        let mut both = Both::open(Some(&files.current()), Model::default());
        for (batch, then) in &batches {
            let before = files.written();
            let mut possible = both.play(batch);
            let after = files.written();
            match then {
                Then::Goes => continue,
                Then::Ends => {}
                Then::IsKilled => files.crash(after),
                Then::IsKilledIn(hundredths) => files.crash(before + (after - before) * hundredths / 100),
            }
            if !matches!(then, Then::IsKilledIn(_)) {
                possible.drain(..possible.len() - 1);
            }
            // After the copy was made, what the process still does is not in it.
            both.close();
            let found = audit(&files.current()).expect("a ledger");
            let fits = possible.into_iter().rev().find(|model| model.fits(&found));
            let mut model = fits.unwrap_or_else(|| panic!("{found:?} was never so: {then:?} after {batch:?}"));
            model.crash();
            model.count_on(&found);
            both = Both::open(Some(&files.current()), model);
        }
        let model = both.close();
        let found = audit(&files.current()).expect("a ledger");
        assert!(model.fits(&found), "{found:?}");
    }

    /// Whether a process ends or is killed, the next one takes its tables.
    #[test]
    fn in_redis_it_does_and_no_crash_loses_or_makes_a_chip(batches in batches()) {
        static CASES: AtomicU32 = AtomicU32::new(0);
        let place = Place::redis(&format!("crash-{}", CASES.fetch_add(1, Ordering::Relaxed)));
        let mut both = Both::new(place.ledger(), Model::default());
        for (batch, then) in &batches {
            both.play(batch);
            let found = place.audit();
            assert!(both.model.fits(&found), "{found:?} after {batch:?}");
            let mut model = both.model.clone();
            match then {
                Then::Goes => continue,
                Then::Ends => drop(both.close()),
                // It is there still, and does nothing any more.
                Then::IsKilled | Then::IsKilledIn(_) => drop(both),
            }
            model.crash();
            model.count_on(&found);
            both = Both::new(place.ledger(), model);
        }
        let model = both.close();
        let found = place.audit();
        assert!(model.fits(&found), "{found:?}");
    }
}
