//! The ledger of steps 4 and 5 by itself, as a part of their programs: sums that stay, rounds that are settled twice.

use baccarat::{Numbers, Outcome, Seed, Side};

use super::{Account, ErrorCode, Ledger};

fn outcome(text: &str) -> Outcome {
    text.parse().expect("an outcome")
}

/// A ledger with this user.
fn ledger_of(name: &str) -> Ledger {
    let mut ledger = Ledger::default();
    ledger.open(name);
    ledger
}

#[test]
fn to_settle_twice_changes_nothing() {
    let mut ledger = ledger_of("alice");
    assert_eq!(ledger.stake(1, "alice", Side::Banker, 50), Ok(50));
    assert_eq!(ledger.stake(1, "alice", Side::Tie, 10), Ok(10));
    let paid = ledger.settle(1, outcome("banker"));
    let returned: Vec<_> = paid["alice"].iter().map(|payout| payout.returned).collect();
    assert_eq!(returned, [9_750, 0]);
    assert_eq!(ledger.balance("alice"), 1_000_000 - 6_000 + 9_750);
    let before = ledger.balances.clone();
    for again in ["banker", "tie"] {
        assert!(ledger.settle(1, outcome(again)).is_empty());
        assert_eq!(ledger.balances, before);
    }
}

#[test]
fn a_stake_has_its_limits() {
    let mut ledger = ledger_of("alice");
    for chips in [0, -1, i64::MIN, i64::MAX, 10_001] {
        let refused = ledger.stake(1, "alice", Side::Tie, chips);
        assert_eq!(refused, Err(ErrorCode::BET_LIMIT), "{chips}");
    }
    assert_eq!(ledger.stake(1, "alice", Side::Tie, 9_000), Ok(9_000));
    assert_eq!(
        ledger.stake(1, "alice", Side::Tie, 1_001),
        Err(ErrorCode::BET_LIMIT)
    );
    assert_eq!(
        ledger.stake(1, "alice", Side::Player, 1_001),
        Err(ErrorCode::INSUFFICIENT_FUNDS)
    );
    assert_eq!(ledger.stake(1, "alice", Side::Tie, 1_000), Ok(10_000));
    assert_eq!(ledger.balance("alice"), 0);
}

#[test]
fn who_has_lost_everything_is_no_new_user() {
    let mut ledger = ledger_of("alice");
    ledger.stake(1, "alice", Side::Tie, 10_000).expect("all chips");
    ledger.settle(1, outcome("player"));
    ledger.open("alice");
    assert_eq!(ledger.balance("alice"), 0);
    assert_eq!(ledger.on(&Account::House), 0);
}

#[test]
fn whatever_is_played_the_sum_stays() {
    const OUTCOMES: [&str; 5] = [
        "player",
        "banker natural",
        "tie",
        "player player-pair",
        "tie banker-pair",
    ];
    let mut ledger = Ledger::default();
    let mut numbers = Numbers::new(&Seed::from([7; 32]), 1);
    for round in 1..300 {
        for _ in 0..numbers.below(6) {
            let name = ["alice", "bob", "carol"][numbers.below(3) as usize];
            ledger.open(name);
            let side = Side::ALL[numbers.below(5) as usize];
            let _ = ledger.stake(round, name, side, i64::from(numbers.below(5_000)));
            assert_eq!(ledger.sum(), 0);
        }
        for _ in 0..=numbers.below(2) {
            ledger.settle(round, outcome(OUTCOMES[numbers.below(5) as usize]));
            assert_eq!((ledger.sum(), ledger.stakes(round).count()), (0, 0));
        }
    }
}
