//! A ledger whose Redis loses an answer, stops, dies, is full, may not be written, or has forgotten something.

use std::path::PathBuf;
use std::sync::mpsc::channel;
use std::time::Duration;

use baccarat_server::ledger::{Ledger, LedgerError, Refusal, RoundId, audit_in_redis};
use directory::redis::RedisSettings;

use crate::asking::{Asking, BANKER, CHIPS, chips, settlement, stake};
use crate::place::{settings, tables};
use crate::proxy::{Loss, Proxy};
use crate::redis_server::RedisServer;

const ROUND: RoundId = RoundId { table: 0, number: 1 };

fn open(settings: &RedisSettings) -> Asking {
    let ledger = Asking::new(Ledger::open_in_redis(settings, chips(CHIPS)).expect("the ledger opens"));
    ledger
        .handle()
        .take_tables(tables(0..4))
        .expect("the tables are taken");
    ledger
}

#[track_caller]
fn is_not_stored(refusal: &Refusal) {
    assert!(matches!(refusal, Refusal::NotStored(_)), "{refusal:?}");
}

/// Whichever way it is lost: it is stored once, and told so.
#[test]
fn what_a_cut_connection_has_lost_is_brought_again() {
    let server = RedisServer::start();
    let direct = settings(&server, "lost");
    let socket = PathBuf::from(server.url().trim_start_matches("redis+unix://"));
    let proxy = Proxy::start("lost", socket);
    let ledger = open(&proxy.settings(&direct));
    let mut staked = 0;
    for (number, loss) in (1..).zip([Loss::Answer, Loss::Request, Loss::Nothing, Loss::Answer]) {
        proxy.lose(loss);
        ledger
            .stake(stake(ROUND, "alice", 2, number, 10))
            .expect("it is stored");
        staked += 10;
        assert!(proxy.has_lost());
        let found = audit_in_redis(&direct).unwrap();
        assert_eq!(found.users["alice"], chips(CHIPS - staked));
        assert_eq!(found.open[0].amount, chips(staked));
    }
    proxy.lose(Loss::Answer);
    let closed = ledger.settle(settlement(ROUND, BANKER)).expect("it is stored");
    assert_eq!(closed.players[0].sides[0].stake, chips(40));
    assert_eq!(closed, ledger.settle(settlement(ROUND, BANKER)).unwrap());
    // The issue, four stakes, win and payout.
    assert_eq!(audit_in_redis(&direct).unwrap().movements, 7);
    ledger.close();
}

#[test]
fn a_redis_that_stops_refuses_stakes_and_ends_rounds_later() {
    let server = RedisServer::start();
    let settings = settings(&server, "stopped");
    let ledger = open(&settings);
    server.stop();
    let end = settlement(RoundId { table: 1, number: 1 }, BANKER);
    let (told, closed) = channel();
    ledger.handle().settle(end, move |closed| drop(told.send(closed)));
    // Until one comes behind the batch of which nobody knows what has become.
    let (told, answers) = channel();
    let mut asked = 0;
    let refused = loop {
        asked += 1;
        let told = told.clone();
        let next = stake(ROUND, "alice", 2, asked, 1);
        ledger.handle().stake(next, move |staked| drop(told.send(staked)));
        if let Ok(answer) = answers.recv_timeout(Duration::from_millis(20)) {
            break answer.expect_err("nobody could store it");
        }
    };
    drop(told);
    is_not_stored(&refused.reason);
    assert!(closed.try_recv().is_err(), "nobody knows");
    server.go_on();
    closed.recv().unwrap().expect("it is tried until it is stored");
    let stored = answers.iter().filter(Result::is_ok).count();
    ledger
        .stake(stake(ROUND, "alice", 2, asked + 1, 1))
        .expect("all is well again");
    let found = audit_in_redis(&settings).unwrap();
    assert_eq!(found.open[0].amount, chips(i64::try_from(stored).unwrap() + 1));
    ledger.close();
}

#[test]
fn what_was_answered_survives_the_death_of_redis() {
    let mut server = RedisServer::start();
    let settings = settings(&server, "killed");
    let ledger = open(&settings);
    let (told, answers) = channel();
    const STAKES: u32 = 200;
    for number in 1..=STAKES {
        let told = told.clone();
        ledger
            .handle()
            .stake(stake(ROUND, "alice", 2, number, 1), move |staked| {
                told.send(staked.is_ok()).expect("this test listens");
            });
        if number == STAKES / 2 {
            assert!(answers.recv().unwrap());
            server.kill();
        }
    }
    drop(told);
    server.restart();
    let stored = 1 + answers.iter().filter(|is_stored| *is_stored).count();
    let closed = ledger.settle(settlement(ROUND, BANKER)).expect("it is stored");
    let staked = chips(i64::try_from(stored).unwrap());
    assert_eq!(closed.players[0].sides[0].stake, staked);
    let found = audit_in_redis(&settings).unwrap();
    assert_eq!((found.total(), found.open.len()), (0, 0));
    ledger.close();
}

/// Full, then a replica, which may not be written.
#[test]
fn a_redis_that_takes_nothing_is_no_panic() {
    let server = RedisServer::start();
    let settings = settings(&server, "takes-nothing");
    let ledger = open(&settings);
    let mut number = 1;
    ledger.stake(stake(ROUND, "alice", 2, number, 10)).unwrap();
    for (refuse, take) in [
        ("CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0"),
        ("REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE"),
    ] {
        server.say(refuse);
        let table = i32::try_from(number).unwrap();
        let (told, closed) = channel();
        ledger
            .handle()
            .settle(settlement(RoundId { table, number: 1 }, BANKER), move |closed| {
                drop(told.send(closed));
            });
        let refused = ledger
            .stake(stake(ROUND, "alice", 2, number + 1, 10))
            .unwrap_err();
        is_not_stored(&refused.reason);
        assert_eq!(refused.balance, chips(CHIPS - i64::from(number) * 10));
        assert!(closed.try_recv().is_err());
        // What writes nothing goes on.
        assert_eq!(ledger.balance("alice"), refused.balance);
        server.say(take);
        closed.recv().unwrap().expect("it is tried until it is stored");
        number += 1;
        ledger
            .stake(stake(ROUND, "alice", 2, number, 10))
            .expect("it takes again");
    }
    assert_eq!(
        audit_in_redis(&settings).unwrap().users["alice"],
        chips(CHIPS - 30)
    );
    ledger.close();
}

#[test]
fn a_redis_that_has_lost_all_has_no_tables_of_ours() {
    let mut server = RedisServer::start();
    let settings = settings(&server, "empty");
    let ledger = open(&settings);
    ledger.stake(stake(ROUND, "alice", 2, 1, 10)).unwrap();
    server.restart_empty();
    let refused = loop {
        match ledger.stake(stake(ROUND, "alice", 2, 2, 10)).unwrap_err().reason {
            // The connection has not come back yet.
            Refusal::NotStored(_) => {}
            other => break other,
        }
    };
    assert!(matches!(refused, Refusal::NotOurs(0)), "{refused:?}");
    ledger
        .handle()
        .take_tables(tables(0..4))
        .expect("as whoever gets the slot");
    ledger
        .stake(stake(ROUND, "alice", 2, 1, 10))
        .expect("everything begins anew");
    let found = audit_in_redis(&settings).unwrap();
    assert_eq!((found.total(), found.users["alice"]), (0, chips(CHIPS - 10)));
    ledger.close();
}

/// As after a crash of a Redis that does not write each change to its disk at once.
#[test]
fn a_redis_that_has_lost_the_last_changes_pays_nothing_for_them() {
    let server = RedisServer::start();
    let settings = settings(&server, "rolled-back");
    let ledger = open(&settings);
    let key = |name: &str| settings.key(&format!("ledger:{name}"));
    ledger.stake(stake(ROUND, "alice", 2, 1, 10)).unwrap();
    let before = format!("HINCRBY {} version -1", key("table:0"));
    ledger.stake(stake(ROUND, "alice", 2, 2, 10)).unwrap();
    // The second stake has never been.
    for command in [
        before,
        format!("HINCRBY {} alice 1000", key("users")),
        format!("HINCRBY {} stake:2:alice -1000", key("round:0:1")),
        format!("HDEL {} row:2:stake:2:alice", key("round:0:1")),
    ] {
        server.say(&command);
    }
    let last = server.say(&format!("XREVRANGE {} + - COUNT 1", key("rows")));
    let id = last.lines().find(|line| line.contains('-')).expect("a row");
    server.say(&format!("XDEL {} {id}", key("rows")));
    // The round was given back, and that is how it ended.
    let closed = ledger.settle(settlement(ROUND, BANKER)).expect("it is over");
    let side = closed.players[0].sides[0];
    assert_eq!((side.stake, side.returned), (chips(10), chips(10)));
    assert_eq!(ledger.balance("alice"), chips(CHIPS));
    ledger
        .stake(stake(RoundId { number: 2, ..ROUND }, "alice", 2, 1, 10))
        .expect("the next round");
    assert_eq!(
        audit_in_redis(&settings).unwrap().users["alice"],
        chips(CHIPS - 10)
    );
    ledger.close();
}

#[test]
fn an_audit_finds_what_the_rows_do_not_say() {
    let server = RedisServer::start();
    let settings = settings(&server, "audit");
    let ledger = open(&settings);
    let key = |name: &str| settings.key(&format!("ledger:{name}"));
    ledger.stake(stake(ROUND, "alice", 2, 1, 10)).unwrap();
    ledger.balance("bob");
    ledger.close();
    let problem = || match audit_in_redis(&settings) {
        Err(LedgerError::Damaged(problem)) => problem,
        other => panic!("{other:?}"),
    };
    for (theft, back, named) in [
        (
            format!("HINCRBY {} alice 100", key("users")),
            format!("HINCRBY {} alice -100", key("users")),
            "alice",
        ),
        (
            format!("HSET {} mallory 100", key("users")),
            format!("HDEL {} mallory", key("users")),
            "mallory",
        ),
        (
            format!("HDEL {} bob", key("users")),
            format!("HSET {} bob {}", key("users"), CHIPS * 100),
            "bob",
        ),
        (
            format!("HINCRBY {} stake:2:alice 1", key("round:0:1")),
            format!("HINCRBY {} stake:2:alice -1", key("round:0:1")),
            "alice",
        ),
        (
            format!("INCRBY {} 1", key("house")),
            format!("INCRBY {} -1", key("house")),
            "House",
        ),
    ] {
        server.say(&theft);
        let problem = problem();
        assert!(problem.contains(named), "{theft}: {problem}");
        server.say(&back);
        audit_in_redis(&settings).expect("all is as it was");
    }
}
