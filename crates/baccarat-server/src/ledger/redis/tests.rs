//! Batches in a real Redis, one call at a time, and the folding of old rows.

#[path = "../../../../../tests/support/redis.rs"]
mod redis_server;

use self::redis_server::RedisServer;
use super::*;
use crate::ledger::draft::Draft;
use crate::ledger::{Amount, RoundId, Settlement, Stake};

const TABLE: Tables = Tables {
    numbers: 0..1,
    generation: 1,
};

struct Kept {
    settings: RedisSettings,
    store: Redis,
    book: Book,
    _server: RedisServer,
}

impl Kept {
    fn new() -> Self {
        let server = RedisServer::start();
        let settings = RedisSettings::new(server.url().parse().unwrap());
        let mut store = Redis::open(&settings).unwrap();
        let mut book = Book {
            is_shared: true,
            ..Book::new(Amount::from_chips(1_000).unwrap())
        };
        book.tables.extend(store.take(&TABLE).unwrap().unwrap());
        Self {
            settings,
            store,
            book,
            _server: server,
        }
    }

    fn stake(&self, round: u64, user: &str) -> Changes {
        let mut draft = Draft::new(&self.book);
        let stake = Stake {
            round: RoundId {
                table: 0,
                number: round,
            },
            user: user.into(),
            side: 1,
            number: 1,
            amount: Amount::from_chips(1).unwrap(),
        };
        draft.stake(&stake).unwrap();
        draft.into_changes()
    }

    fn settle(&self, round: u64) -> Changes {
        let mut draft = Draft::new(&self.book);
        let settlement = Settlement {
            round: RoundId {
                table: 0,
                number: round,
            },
            shoe: 1,
            result: vec![7; 11],
            returns: crate::ledger::Returns::new([200, 0, 0, 0, 0]).unwrap(),
        };
        draft.settle(&settlement).unwrap();
        draft.into_changes()
    }

    fn store(&mut self, changes: Changes) {
        let stored = self.store.store(&self.book, &changes, Attempt::First).unwrap();
        assert!(matches!(stored, Stored::Yes), "{stored:?}");
        changes.enter(&mut self.book);
    }
}

#[test]
fn a_batch_that_is_brought_again_is_stored_once() {
    let mut kept = Kept::new();
    let changes = kept.stake(1, "alice");
    for attempt in [Attempt::First, Attempt::Again, Attempt::Again] {
        let stored = kept.store.store(&kept.book, &changes, attempt).unwrap();
        assert!(matches!(stored, Stored::Yes), "{stored:?}");
    }
    // As another batch, it is not what the store was like.
    let stored = kept.store.store(&kept.book, &changes, Attempt::First).unwrap();
    let Stored::Outdated(corrections) = stored else {
        panic!("{stored:?}");
    };
    assert_eq!(
        corrections.users,
        [("alice".into(), Some(Amount::from_chips(999).unwrap()))]
    );
    assert_eq!((corrections.lost, corrections.moved), (vec![], vec![0]));
    assert_eq!(audit_in_redis(&kept.settings).unwrap().movements, 2);
}

#[test]
fn a_batch_that_was_outdated_is_never_stored() {
    let mut kept = Kept::new();
    let changes = kept.stake(1, "alice");
    let users = kept.store.names.users.clone();
    let connection = kept.store.connection.clone();
    connection
        .run(|link| redis::Cmd::hset(&users, "alice", 5).exec(link))
        .unwrap();
    let stored = kept.store.store(&kept.book, &changes, Attempt::First).unwrap();
    assert!(matches!(stored, Stored::Outdated(_)), "{stored:?}");
    // Now it would fit again; but it was answered.
    connection
        .run(|link| redis::Cmd::hdel(&users, "alice").exec(link))
        .unwrap();
    let stored = kept.store.store(&kept.book, &changes, Attempt::Again).unwrap();
    assert!(matches!(stored, Stored::Outdated(_)), "{stored:?}");
    kept.store(changes);
}

#[test]
fn a_row_that_is_there_already_takes_its_batch_back() {
    let mut kept = Kept::new();
    let changes = kept.stake(1, "alice");
    let round = format!("{}0:1", kept.store.names.round);
    let row = redis::Cmd::hset(round, "row:1:stake:1:alice", 1);
    kept.store.connection.run(|link| row.exec(link)).unwrap();
    let error = kept
        .store
        .store(&kept.book, &changes, Attempt::First)
        .unwrap_err();
    assert!(matches!(error, LedgerError::Redis(_)), "{error:?}");
    assert_eq!(audit_in_redis(&kept.settings).unwrap().movements, 0);
}

#[test]
fn old_rows_are_folded_and_the_audit_still_adds_up() {
    let mut kept = Kept::new();
    kept.store.rows_kept = 200;
    for round in 1..=60 {
        let mut draft = Draft::new(&kept.book);
        for user in 0..10 {
            let stake = Stake {
                round: RoundId {
                    table: 0,
                    number: round,
                },
                user: format!("user {user}").into(),
                side: 1,
                number: 1,
                amount: Amount::from_chips(1).unwrap(),
            };
            draft.stake(&stake).unwrap();
        }
        let changes = draft.into_changes();
        kept.store(changes);
        // The last one stays open.
        if round < 60 {
            let changes = kept.settle(round);
            kept.store(changes);
        }
    }
    let names = &kept.store.names;
    let count = redis::cmd("XLEN").arg(&names.rows).clone();
    let left: usize = kept.store.connection.run(|link| count.query(link)).unwrap();
    // Ten issues, and three rows a stake that has won.
    let all = 10 + 10 * 60 + 2 * 10 * 59;
    assert!(left < all && left >= 200, "{left} of {all}");
    let found = audit_in_redis(&kept.settings).unwrap();
    assert_eq!((found.movements, found.total(), found.open.len()), (all, 0, 10));
    assert_eq!(found.users["user 3"], Amount::from_chips(1_000 + 59 - 1).unwrap());
}
