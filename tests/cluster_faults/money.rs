//! Chips in Redis: a baccarat server is killed with open stakes, and another takes its slot; Redis itself is killed. The sum
//! of all accounts is what it was.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use baccarat_server::ledger::{Amount, Audit, audit_in_redis};
use directory::redis::RedisSettings;

use crate::place::Place;
use crate::processes::Cluster;
use crate::redis::RedisServer;
use crate::support::{Signal, eventually};
use crate::table::{BANKER, BETTING, PLAYER, balance, stake, start};
use crate::talker::Packets;
use crate::{HEIR, RIGHT_AGAIN, took};

const CHIPS: i64 = 10_000;

const TABLE_NTF: u16 = 801;
const STARTED: u16 = 752;
const STAKE_RES: u16 = 803;
const PAYOUT_NTF: u16 = 805;
const BALANCE_RES: u16 = 812;

/// What all accounts have, computed again from every row: this fails where anything does not add up.
#[track_caller]
fn audit(redis: &RedisServer) -> Audit {
    let settings = RedisSettings {
        url: redis.url().parse().expect("an address"),
        prefix: "codelab:".to_owned(),
        timeout: Duration::from_secs(10),
    };
    audit_in_redis(&settings).expect("a ledger that adds up")
}

/// `result:i16  balance:i64`: the balance in hundredths, behind a result of 1.
#[track_caller]
fn balance_in(body: &[u8]) -> i64 {
    assert_eq!(body[..2], [1, 0], "{body:?}");
    i64::from_le_bytes(body[2..10].try_into().expect("eight bytes"))
}

fn chips_of(packets: &mut Packets) -> i64 {
    let came = packets.request(&balance(), BALANCE_RES).expect("an answer");
    let (_, body) = came.last().expect("it");
    i64::from_le_bytes(body[..].try_into().expect("eight bytes"))
}

/// The round of a TABLE_NTF that says that stakes are taken: `phase:i8  time_left:i32  round:u64`.
fn betting((id, body): &(u16, Vec<u8>)) -> Option<u64> {
    let is_betting = *id == TABLE_NTF && body[0] == BETTING;
    is_betting.then(|| u64::from_le_bytes(body[5..13].try_into().expect("eight bytes")))
}

/// A round that is open as long as the server, with 100 chips of each of them.
#[track_caller]
fn stake_all(players: &mut [Packets]) -> u64 {
    let mut came = players[0].request(&start(), STARTED).expect("a round");
    // It comes before the answer, or behind it.
    let round = loop {
        match came.iter().find_map(betting) {
            Some(round) => break round,
            None => came = vec![players[0].next().expect("a table")],
        }
    };
    for (player, side) in players.iter_mut().zip([PLAYER, BANKER, PLAYER]) {
        let came = player
            .request(&stake(round, side, 100), STAKE_RES)
            .expect("an answer");
        assert_eq!(balance_in(&came.last().expect("it").1), (CHIPS - 100) * 100);
    }
    round
}

/// New users who sit at table 0.
fn sit(cluster: &Cluster, users: &[&str]) -> Vec<Packets> {
    let sit = |user: &&str| Packets::take(&cluster.new_place(user, "baccarat", Some(0)));
    users.iter().map(|user| sit(user).expect("a seat").0).collect()
}

fn hundredths(audit: &Audit) -> BTreeMap<String, i64> {
    let users = audit.users.iter();
    users
        .map(|(user, amount)| (user.to_string(), amount.hundredths()))
        .collect()
}

/// Nobody dealt: so all of them have their stakes back. One more has none, or else betting would end.
#[test]
fn stakes_of_a_server_that_is_killed_are_given_back() {
    const USERS: [&str; 3] = ["alice", "bob", "carol"];
    let cluster = Cluster::start();
    let flags = [&HEIR[..], &["--bet-time", "10m"]].concat();
    let [first, second] = [(); 2].map(|()| cluster.server("baccarat-server", &flags));
    let mut players = sit(&cluster, &["alice", "bob", "carol", "dora"]);
    let mut dora = players.pop().expect("the fourth");
    let round = stake_all(&mut players);
    let before = audit(&cluster.redis);
    assert_eq!(before.open.len(), USERS.len(), "{before:?}");
    assert!(
        before
            .open
            .iter()
            .all(|open| open.amount == Amount::from_hundredths(100 * 100))
    );

    first.signal(Signal::KILL);
    let killed = Instant::now();
    let heir = second.address.to_string();
    eventually("the slot has another server", || {
        let owners = cluster.owners("baccarat");
        owners
            .iter()
            .any(|(slot, _, address)| (*slot, address) == (0, &heir))
    });
    took(
        "the slot of a killed baccarat server has another one",
        killed,
        RIGHT_AGAIN,
    );
    let mut after = before;
    eventually("no stake is open", || {
        after = audit(&cluster.redis);
        after.open.is_empty()
    });
    took("all stakes are given back", killed, RIGHT_AGAIN);
    let full = |user: &str| (user.to_owned(), CHIPS * 100);
    assert_eq!(hundredths(&after), USERS.iter().map(|user| full(user)).collect());
    while dora.next().is_some() {}

    // They are played with at once, in a later round.
    let again = |user: &str| {
        let token = cluster.api.token(user);
        let place: Place = cluster.api.place(user, &token, "baccarat", Some(0));
        Packets::take(&place).expect("a seat").0
    };
    let mut players: Vec<_> = ["alice", "bob", "carol"].into_iter().map(again).collect();
    assert_eq!(chips_of(&mut players[1]), CHIPS * 100);
    // All have a stake, so cards are dealt.
    let next = stake_all(&mut players);
    assert!(next > round, "{next} behind {round}");
    let mut paid = BTreeMap::new();
    for (player, user) in players.iter_mut().zip(USERS) {
        let payout = player.until(PAYOUT_NTF).expect("a payout");
        let balance = i64::from_le_bytes(payout[8..16].try_into().expect("eight bytes"));
        paid.insert(user.to_owned(), balance);
    }
    let settled = audit(&cluster.redis);
    assert_eq!(hundredths(&settled), paid);
    assert!(settled.open.is_empty(), "{settled:?}");
    assert_eq!(settled.total(), 0);
}

/// What was answered is on its disk.
#[test]
fn chips_survive_a_redis_that_is_killed() {
    let mut cluster = Cluster::start();
    let flags = [&HEIR[..], &["--bet-time", "10m"]].concat();
    let _server = cluster.server("baccarat-server", &flags);
    let mut players = sit(&cluster, &["alice", "bob", "carol", "dora"]);
    let mut dora = players.pop().expect("the fourth");
    let round = stake_all(&mut players);
    cluster.redis.kill();
    // Nobody knows whether it is stored, so nobody says anything until Redis is back.
    dora.send(&stake(round, BANKER, 100));
    cluster.redis.restart();
    let back = Instant::now();
    let mut result = dora.until(STAKE_RES).expect("an answer");
    took("a stake is answered behind a killed Redis", back, RIGHT_AGAIN);
    eventually("a stake is stored", || {
        let is_stored = result[..2] == [1, 0];
        if !is_stored {
            let came = dora
                .request(&stake(round, BANKER, 100), STAKE_RES)
                .expect("an answer");
            result = came.last().expect("it").1.clone();
        }
        is_stored
    });
    let kept = hundredths(&audit(&cluster.redis));
    assert_eq!(kept.len(), 4, "{kept:?}");
    // All have one now, so cards are dealt, and paid.
    for player in players.iter_mut().chain([&mut dora]) {
        player.until(PAYOUT_NTF).expect("a payout");
    }
    let settled = audit(&cluster.redis);
    assert!(settled.open.is_empty() && settled.total() == 0, "{settled:?}");
    assert_eq!(settled.users.len(), 4);
}
