//! Steps 4 and 5: stakes, payouts and balances. Step 4: what is lost with the process.

use baccarat::{Round, Side};

use crate::messages::{
    BANKER, PLAYER, TIE, balance as ask, balance_is, betting_begins, has_staked, has_started, payout,
    receive, result, skip_to, stake, stake_result, start, started, waits,
};
use crate::support::messages::{enter, entered, not_entered};
use crate::support::wire::{error_packet, packet};
use crate::support::{Client, Server};
use crate::{FAIR, MONEY, member, step, user};

const STEPS: [&str; 2] = [MONEY, FAIR];

/// Hundredths of the 10,000 chips of a new user.
const FIRST: i64 = 1_000_000;

/// The master starts this round.
#[track_caller]
fn starts(master: &mut Client, round: u64) {
    master.send(&start());
    betting_begins(master, round);
    master.expect(&[started(1), has_started()].concat());
}

/// Hundredths that come back for so many chips on this side.
fn returned(side: i8, chips: i64, round: &Round) -> i64 {
    let side = Side::try_from(side).expect("a side");
    baccarat::returned(side, chips, round.outcome()).expect("a small stake")
}

/// Two members who are told everything.
#[track_caller]
fn alice_and_bob(server: &Server) -> [Client; 2] {
    let mut alice = member(server, "alice", 1);
    let mut bob = member(server, "bob", 2);
    for client in [&mut alice, &mut bob] {
        client.exchange(&ask(), &balance_is(FIRST));
    }
    [alice, bob]
}

/// A deck, of which eleven cards are burnt at most, has so many rounds before its reveal.
const ROUNDS: u64 = 5;

#[test]
fn a_stake_leaves_the_balance_and_a_payout_comes_back() {
    for path in STEPS {
        let server = step(path);
        let [mut alice, mut bob] = alice_and_bob(&server);
        let mut balances = [FIRST, FIRST];
        for number in 1..=ROUNDS {
            starts(&mut alice, number);
            betting_begins(&mut bob, number);
            bob.expect(&has_started());
            let paid = [stake_result(1, balances[0] - 5_000), has_staked(1, BANKER, 50)];
            alice.exchange(&stake(number, BANKER, 50), &paid.concat());
            bob.expect(&has_staked(1, BANKER, 50));
            let paid = [stake_result(1, balances[1] - 700), has_staked(2, TIE, 7)];
            bob.exchange(&stake(number, TIE, 7), &paid.concat());
            alice.expect(&has_staked(2, TIE, 7));
            let round = result(&mut alice);
            assert_eq!(result(&mut bob), round);
            let members = [(&mut alice, BANKER, 50), (&mut bob, TIE, 7)];
            for ((client, side, chips), balance) in members.into_iter().zip(&mut balances) {
                let returned = returned(side, chips, &round);
                *balance += returned - chips * 100;
                client.expect(&payout(number, *balance, &[(side, chips, returned)]));
                waits(client, number);
                client.exchange(&ask(), &balance_is(*balance));
            }
            let books = format!("round {number}: {}; all accounts together: 0.00", round.outcome());
            server.log().wait_for_line(&books);
        }
    }
}

#[test]
fn stakes_add_up_on_any_of_five_sides() {
    for path in STEPS {
        let server = step(path);
        let [mut alice, mut bob] = alice_and_bob(&server);
        starts(&mut alice, 1);
        let mut left = FIRST;
        for there in [10, 20] {
            for side in 1..=5 {
                left -= 1_000;
                let answers = [stake_result(1, left), has_staked(1, side, there)];
                alice.exchange(&stake(1, side, 10), &answers.concat());
            }
        }
        bob.send(&stake(1, PLAYER, 1));
        alice.expect(&has_staked(2, PLAYER, 1));
        let round = result(&mut alice);
        let sides: Vec<_> = (1..=5)
            .map(|side| (side, 20, returned(side, 20, &round)))
            .collect();
        let all: i64 = sides.iter().map(|(_, _, returned)| returned).sum();
        alice.expect(&payout(1, left + all, &sides));
    }
}

#[test]
fn what_cannot_be_staked_changes_nothing() {
    for path in STEPS {
        let server = step(path);
        let [mut alice, mut bob] = alice_and_bob(&server);
        alice.exchange(&stake(0, BANKER, 10), &stake_result(182, FIRST));
        starts(&mut alice, 1);
        betting_begins(&mut bob, 1);
        bob.expect(&has_started());
        for (request, code) in [
            (stake(0, BANKER, 10), 187),
            (stake(2, BANKER, 10), 187),
            (stake(1, 0, 10), 183),
            (stake(1, 6, 10), 183),
            (stake(1, BANKER, 0), 185),
            (stake(1, BANKER, -10), 185),
            (stake(1, BANKER, 10_001), 185),
            (stake(1, BANKER, i64::MAX), 185),
            (stake(1, BANKER, i64::MIN), 185),
            (packet(802, 0, &[1, 2, 3]), 181),
        ] {
            bob.exchange(&request, &stake_result(code, FIRST));
        }
        let all = [stake_result(1, 0), has_staked(2, TIE, 10_000)].concat();
        bob.exchange(&stake(1, TIE, 10_000), &all);
        bob.exchange(&stake(1, TIE, 1), &stake_result(185, 0));
        bob.exchange(&stake(1, PLAYER, 1), &stake_result(186, 0));
        bob.exchange(&packet(811, 0, b"!"), &error_packet(51));
        // The bets of steps 2 and 3.
        bob.exchange(&packet(761, 0, &[2]), &error_packet(53));
        bob.exchange(&enter(0), &not_entered(131));
    }
}

/// A stake names its round, so one for the last round is none for this.
#[test]
fn a_stake_that_is_late_by_a_round_is_refused() {
    for path in STEPS {
        let server = step(path);
        let mut alice = member(&server, "alice", 1);
        starts(&mut alice, 1);
        alice.send(&[stake(1, PLAYER, 10), stake(1, BANKER, 10)].concat());
        alice.expect(&[stake_result(1, FIRST - 1_000), has_staked(1, PLAYER, 10)].concat());
        let round = result(&mut alice);
        let returned = returned(PLAYER, 10, &round);
        let balance = FIRST - 1_000 + returned;
        alice.expect(&payout(1, balance, &[(PLAYER, 10, returned)]));
        waits(&mut alice, 1);
        alice.expect(&stake_result(182, balance));
        starts(&mut alice, 2);
        alice.exchange(&stake(1, BANKER, 10), &stake_result(187, balance));
    }
}

/// Alice stakes 100 chips on the player and goes; Bob ends the round. Gives her balance after that.
#[track_caller]
fn stakes_and_leaves(server: &Server) -> i64 {
    let [mut alice, mut bob] = alice_and_bob(server);
    starts(&mut alice, 1);
    let answers = [stake_result(1, FIRST - 10_000), has_staked(1, PLAYER, 100)];
    alice.exchange(&stake(1, PLAYER, 100), &answers.concat());
    // When the end has come, she is logged in no more.
    alice.half_close();
    alice.expect_end();
    bob.send(&stake(1, BANKER, 10));
    skip_to(&mut bob, &has_staked(2, BANKER, 10));
    let round = result(&mut bob);
    FIRST - 10_000 + returned(PLAYER, 100, &round)
}

#[test]
fn who_leaves_finds_the_payout_in_the_balance() {
    for path in STEPS {
        let server = step(path);
        let balance = stakes_and_leaves(&server);
        let mut alice = member(&server, "alice", 3);
        alice.exchange(&ask(), &balance_is(balance));
    }
}

/// What still goes wrong: a stake is lost when the process ends, and so is everything else. The next process knows nobody.
#[test]
fn all_is_gone_with_the_process() {
    for path in STEPS {
        let server = step(path);
        let [mut alice, _bob] = alice_and_bob(&server);
        starts(&mut alice, 1);
        let answers = [stake_result(1, FIRST - 10_000), has_staked(1, PLAYER, 100)];
        alice.exchange(&stake(1, PLAYER, 100), &answers.concat());
        drop(server);
        alice.expect_end_or_reset();
        let server = step(path);
        let mut alice = member(&server, "alice", 1);
        alice.exchange(&ask(), &balance_is(FIRST));
        // Not even the number of the round is left.
        starts(&mut alice, 1);
    }
}

#[test]
fn who_is_not_at_the_table_has_no_balance_there() {
    for path in STEPS {
        let server = step(path);
        let mut alice = user(&server, "alice");
        for request in [ask(), stake(1, PLAYER, 10), start()] {
            alice.exchange(&request, &error_packet(121));
        }
        alice.send(&enter(0));
        receive(&mut alice, 801);
        alice.expect(&entered(0, 1));
    }
}
