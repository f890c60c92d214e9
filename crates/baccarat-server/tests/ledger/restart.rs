//! What a ledger finds that another one has left, in a file or in Redis.

use std::fs;
use std::path::Path;

use baccarat_server::ledger::{Amount, Numbers, Refusal, RoundId, StakeMove, audit};
use rusqlite::Connection;

use crate::asking::{Asking, BANKER, CHIPS, chips, settlement, stake};
use crate::folder::Folder;
use crate::place::{Place, everywhere, tables};

const ROUND: RoundId = RoundId { table: 7, number: 1 };

/// As a process that is killed at this moment leaves it.
fn killed(file: &Path, copy: &Path) {
    fs::copy(file, copy).expect("the file can be copied");
    let log = |file: &Path| file.with_extension("db-wal");
    fs::copy(log(file), log(copy)).expect("its log can be copied");
}

everywhere! {
    fn balances_are_there_after_a_clean_end(place: &mut Place) {
        let ledger = place.open();
        ledger.stake(stake(ROUND, "alice", 2, 1, 100)).unwrap();
        ledger.stake(stake(ROUND, "박", 1, 1, 10)).unwrap();
        ledger.settle(settlement(ROUND, BANKER)).unwrap();
        ledger.close();
        let ledger = place.open();
        assert_eq!(ledger.balance("alice"), chips(CHIPS + 95));
        assert_eq!(ledger.balance("박"), chips(CHIPS - 10));
        ledger.close();
        let audit = place.audit();
        assert_eq!(
            (audit.total(), audit.house, audit.open.len()),
            (0, chips(-2 * CHIPS - 85), 0)
        );
        // Two issues, two stakes, and win, payout and loss.
        assert_eq!(audit.movements, 7);
    }

    fn what_was_answered_survives_a_kill(place: &mut Place) {
        let ledger = place.open();
        ledger.stake(stake(ROUND, "alice", 2, 1, 100)).unwrap();
        place.kill(ledger);
        let found = place.audit();
        assert_eq!(found.users["alice"], chips(CHIPS - 100));
        let [open] = &found.open[..] else {
            panic!("{found:?}")
        };
        assert_eq!(
            (open.round, &*open.user, open.side, open.amount),
            (ROUND, "alice", 2, chips(100))
        );
    }

    fn a_round_without_a_result_is_refunded_once(place: &mut Place) {
        let ledger = place.open();
        ledger.stake(stake(ROUND, "alice", 2, 1, 100)).unwrap();
        ledger.stake(stake(ROUND, "alice", 1, 2, 50)).unwrap();
        let moved = StakeMove {
            round: ROUND,
            user: "alice".into(),
            from: 1,
            to: 3,
            number: 3,
            amount: Amount::from_chips(50).unwrap(),
        };
        ledger.move_stake(moved).unwrap();
        place.kill(ledger);
        for _ in 0..2 {
            let ledger = place.open();
            assert_eq!(ledger.balance("alice"), chips(CHIPS));
            ledger.close();
            // Issue, two stakes, a move, two refunds.
            assert_eq!(place.audit().movements, 6);
        }
        let ledger = place.open();
        let refused = ledger.settle(settlement(ROUND, BANKER)).unwrap_err();
        assert!(matches!(refused, Refusal::RoundOver(ROUND)), "{refused:?}");
        ledger.close();
    }

    fn numbers_count_on(place: &mut Place) {
        let ledger = place.open();
        assert_eq!(ledger.numbers(7), Numbers::default());
        ledger.begin_shoe(7, 1);
        for number in 1..=3 {
            let round = RoundId { table: 7, number };
            ledger.settle(settlement(round, BANKER)).unwrap();
        }
        ledger.begin_shoe(7, 2);
        ledger.begin_shoe(8, 1);
        ledger.refund(RoundId { table: 9, number: 1 }).unwrap();
        ledger.close();
        let ledger = place.open();
        assert_eq!(ledger.numbers(7), Numbers { round: 3, shoe: 2 });
        assert_eq!(ledger.numbers(8), Numbers { round: 0, shoe: 1 });
        assert_eq!(ledger.numbers(9), Numbers { round: 1, shoe: 0 });
        let old = ledger
            .stake(stake(RoundId { table: 7, number: 3 }, "alice", 1, 1, 1))
            .unwrap_err();
        assert!(matches!(old.reason, Refusal::RoundOver(_)), "{old:?}");
        ledger.close();
    }
}

#[test]
fn a_round_with_a_result_is_paid_once() {
    let folder = Folder::new("pay");
    let (file, copy) = (folder.join("chips.db"), folder.join("copy.db"));
    let ledger = Asking::open(&file);
    ledger.stake(stake(ROUND, "alice", 2, 1, 100)).unwrap();
    ledger.stake(stake(ROUND, "bob", 1, 1, 100)).unwrap();
    killed(&file, &copy);
    ledger.close();
    // The ledger stores both in one transaction; here is a file with the result alone.
    let with_result = "INSERT INTO rounds VALUES (7, 1, 1, x'00', 0, 195, 0, 0, 0)";
    Connection::open(&copy).unwrap().execute(with_result, []).unwrap();
    for _ in 0..2 {
        let ledger = Asking::open(&copy);
        assert_eq!(ledger.balance("alice"), chips(CHIPS + 95));
        assert_eq!(ledger.balance("bob"), chips(CHIPS - 100));
        ledger.close();
        assert_eq!(audit(&copy).unwrap().movements, 7);
    }
}

#[test]
fn other_first_chips_are_for_new_users_alone() {
    let folder = Folder::new("first-chips");
    let file = folder.join("chips.db");
    let ledger = Asking::open(&file);
    assert_eq!(ledger.balance("alice"), chips(CHIPS));
    ledger.close();
    let connection = Connection::open(&file).unwrap();
    connection
        .execute("UPDATE users SET balance = balance + 1", [])
        .unwrap();
    drop(connection);
    // Found at once: what all have together is no longer zero.
    let error = audit(&file).unwrap_err().to_string();
    assert!(error.contains("1 hundredths"), "{error}");
}

#[test]
fn an_audit_finds_what_the_rows_do_not_say() {
    let folder = Folder::new("audit");
    let file = folder.join("chips.db");
    let ledger = Asking::open(&file);
    ledger.balance("alice");
    ledger.balance("bob");
    ledger.close();
    // The sum stays, so only the rows tell.
    let theft = "UPDATE users SET balance = balance + CASE user WHEN 'bob' THEN 100 ELSE -100 END";
    Connection::open(&file).unwrap().execute(theft, []).unwrap();
    let error = audit(&file).unwrap_err().to_string();
    assert!(error.contains("alice") && error.contains("damaged"), "{error}");
    // Nobody has lost anything by looking.
    let back = "UPDATE users SET balance = 100000";
    Connection::open(&file).unwrap().execute(back, []).unwrap();
    assert_eq!(
        audit(&file).unwrap().users["bob"],
        Amount::from_hundredths(100_000)
    );
}

/// A server of one process that has lost its tables, and whoever has them next, in the same process.
#[test]
fn tables_of_one_process_are_taken_anew() {
    let ledger = Asking::try_open(None).expect("a ledger in memory");
    let [open, beside] = [0, 7].map(|table| RoundId { table, number: 3 });
    ledger.begin_shoe(0, 5);
    for round in [open, beside] {
        ledger.stake(stake(round, "alice", 2, 1, 100)).unwrap();
    }
    ledger.handle().take_tables(tables(0..4)).expect("the tables");
    assert_eq!(ledger.balance("alice"), chips(CHIPS - 100));
    // Rounds and shoes count on.
    assert_eq!(ledger.numbers(0), Numbers { round: 3, shoe: 5 });
    let over = ledger.stake(stake(open, "alice", 2, 2, 100)).unwrap_err();
    assert!(matches!(over.reason, Refusal::RoundOver(_)), "{over:?}");
    let next = RoundId { table: 0, number: 4 };
    ledger.stake(stake(next, "alice", 2, 1, 100)).unwrap();
    ledger
        .settle(settlement(beside, BANKER))
        .expect("it is another table's");
    ledger.close();
}
