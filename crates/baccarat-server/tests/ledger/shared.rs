//! Several servers with one ledger in Redis: who may store what for which table, and that nobody's chips are lost between
//! them.

use std::thread;

use baccarat_server::ledger::{Amount, Ledger, LedgerError, Refusal, RoundId, Tables, audit_in_redis};
use directory::redis::RedisSettings;

use crate::asking::{Asking, BANKER, CHIPS, chips, settlement, stake};
use crate::place::{shared_redis, tables};

const ROUND: RoundId = RoundId { table: 0, number: 1 };

fn server(settings: &RedisSettings, tables: Tables) -> Asking {
    let ledger = Asking::new(Ledger::open_in_redis(settings, chips(CHIPS)).expect("the ledger opens"));
    ledger.handle().take_tables(tables).expect("the tables are taken");
    ledger
}

#[test]
fn balances_follow_users() {
    let settings = shared_redis("follow");
    let (one, other) = (server(&settings, tables(0..2)), server(&settings, tables(2..4)));
    one.stake(stake(ROUND, "alice", 2, 1, 100)).unwrap();
    assert_eq!(other.balance("alice"), chips(CHIPS - 100));
    let there = RoundId { table: 2, number: 1 };
    other.stake(stake(there, "alice", 1, 1, 300)).unwrap();
    assert_eq!(one.balance("alice"), chips(CHIPS - 400));
    let closed = one.settle(settlement(ROUND, BANKER)).unwrap();
    assert_eq!(closed.players[0].balance, chips(CHIPS - 400 + 195));
    let refused = other.stake(stake(there, "alice", 1, 2, CHIPS)).unwrap_err();
    assert!(matches!(refused.reason, Refusal::Short { .. }), "{refused:?}");
    assert_eq!(refused.balance, chips(CHIPS - 400 + 195));
    // Of a server that has died nobody has taken the tables yet: the stake is where it was.
    drop(other);
    let found = audit_in_redis(&settings).unwrap();
    let open: Vec<_> = found.open.iter().map(|open| (open.round, open.amount)).collect();
    assert_eq!((found.total(), open), (0, vec![(there, chips(300))]));
    one.handle().take_tables(tables(2..4)).unwrap();
    assert_eq!(one.balance("alice"), chips(CHIPS + 95));
    assert!(audit_in_redis(&settings).unwrap().open.is_empty());
    one.close();
}

#[test]
fn an_owner_that_is_deposed_stores_nothing() {
    let settings = shared_redis("deposed");
    let old = tables(0..2);
    let one = server(&settings, old.clone());
    one.stake(stake(ROUND, "alice", 2, 1, 100)).unwrap();
    let other = server(&settings, tables(0..1));
    assert_eq!(other.balance("alice"), chips(CHIPS));
    let refused = one.stake(stake(ROUND, "alice", 2, 2, 100)).unwrap_err();
    assert!(matches!(refused.reason, Refusal::NotOurs(0)), "{refused:?}");
    let refused = one.settle(settlement(ROUND, BANKER)).unwrap_err();
    assert!(matches!(refused, Refusal::NotOurs(0)), "{refused:?}");
    let refused = one.refund(ROUND).unwrap_err();
    assert!(matches!(refused, Refusal::NotOurs(0)), "{refused:?}");
    let Refusal::NotStored(reason) = one.handle().take_tables(old).unwrap_err() else {
        panic!("another refusal");
    };
    assert!(
        matches!(*reason, LedgerError::TakenByOthers { table: 0, .. }),
        "{reason:?}"
    );
    // The table beside it is still its own, and the new owner plays on.
    one.stake(stake(RoundId { table: 1, number: 1 }, "alice", 2, 1, 100))
        .unwrap();
    assert_eq!(other.numbers(0).round, 1);
    other
        .stake(stake(RoundId { table: 0, number: 2 }, "alice", 2, 1, 100))
        .unwrap();
    let found = audit_in_redis(&settings).unwrap();
    assert_eq!(
        (found.total(), found.users["alice"], found.open.len()),
        (0, chips(CHIPS - 200), 2)
    );
    one.close();
    other.close();
}

#[test]
fn a_table_that_nobody_has_taken_is_refused() {
    let settings = shared_redis("not-taken");
    let ledger = server(&settings, tables(0..1));
    let refused = ledger
        .stake(stake(RoundId { table: 1, number: 1 }, "alice", 2, 1, 100))
        .unwrap_err();
    assert!(matches!(refused.reason, Refusal::NotOurs(1)), "{refused:?}");
    assert_eq!(refused.balance, chips(CHIPS));
    ledger.close();
}

/// Any stakes of the same three users at both, as fast as they can.
#[test]
fn two_servers_race_for_the_same_chips() {
    const STAKES: u32 = 500;
    let settings = shared_redis("race");
    let play = |table: i32, seed: u64| {
        let ledger = server(&settings, tables(table..table + 1));
        let mut chance = fastrand::Rng::with_seed(seed);
        let mut round = RoundId { table, number: 1 };
        for number in 1..=STAKES {
            let user = ["alice", "bob", "carol"][chance.usize(..3)];
            let asked = stake(round, user, chance.i8(1..=5), number, chance.i64(1..=CHIPS / 4));
            match ledger.stake(asked) {
                Ok(staked) => assert!(staked.balance >= Amount::ZERO, "{staked:?}"),
                Err(refused) => assert!(matches!(refused.reason, Refusal::Short { .. }), "{refused:?}"),
            }
            if chance.u8(..) < 32 {
                ledger
                    .settle(settlement(round, [200, 195, 0, 0, 100]))
                    .expect("it is stored");
                round.number += 1;
            }
        }
        ledger.close();
    };
    thread::scope(|threads| {
        let players: Vec<_> = [(0, 7), (1, 8)]
            .map(|(table, seed)| threads.spawn(move || play(table, seed)))
            .into();
        while players.iter().any(|player| !player.is_finished()) {
            let found = audit_in_redis(&settings).expect("a ledger at any time");
            assert_eq!(found.total(), 0);
        }
        players
            .into_iter()
            .for_each(|player| player.join().expect("it plays to its end"));
    });
    let found = audit_in_redis(&settings).unwrap();
    assert_eq!(found.total(), 0);
    assert!(
        found.users.values().all(|balance| *balance >= Amount::ZERO),
        "{found:?}"
    );
    assert!(found.movements > 500, "{found:?}");
}
