//! Stakes that come twice, two in one write, at the very end, and from members who leave: each has one clear answer, and
//! the ledger agrees with it.

use std::thread;

use crate::members::{next_packet, user};
use crate::seats::{ALL, balance_of, begin_round, expect_payout, hear_result, pair_at, tables};
use crate::support::messages::{has_left, leave, left};
use crate::support::wire::error_packet;
use crate::support::{Client, Server, eventually};
use crate::table::{BANKER, PLAYER, TIE, bet, bets, has_bet, paid, stake, staked, stakes};

#[test]
fn two_in_one_write_are_two() {
    for server in tables(&[]) {
        let mut members = pair_at(&server, 1, ["alice", "bob"]);
        begin_round(&mut members);
        let [alice, bob] = &mut members;
        alice.send(&[stake(1, TIE, 3), stake(1, TIE, 4), stake(1, 9, 4), bet(PLAYER)].concat());
        let told = [
            staked(1, ALL - 300),
            stakes(1, TIE, 3),
            staked(1, ALL - 700),
            stakes(1, TIE, 7),
            staked(183, ALL - 700),
            has_bet(1),
            bets(1, PLAYER),
        ];
        alice.expect(&told.concat());
        bob.expect(&[stakes(1, TIE, 3), stakes(1, TIE, 7), bets(1, PLAYER)].concat());
        assert_eq!(balance_of(alice), ALL - 1_700);
    }
}

/// The stake is the last that was missing, so it ends the betting, and the next one is too late.
#[test]
fn the_second_of_two_in_one_write_may_be_too_late() {
    for server in tables(&[]) {
        let mut members = pair_at(&server, 1, ["alice", "bob"]);
        begin_round(&mut members);
        let [alice, bob] = &mut members;
        bob.exchange(
            &stake(1, BANKER, 1),
            &[staked(1, ALL - 100), stakes(2, BANKER, 1)].concat(),
        );
        alice.expect(&stakes(2, BANKER, 1));
        alice.send(&[stake(1, TIE, 1), stake(1, TIE, 1)].concat());
        alice.expect(&[staked(1, ALL - 100), stakes(1, TIE, 1)].concat());
        // The answer to the second one comes as soon as the ledger knows the balance, and so does the result.
        let (mut answer, mut heard) = (None, Vec::new());
        while answer.is_none() || heard.len() < 3 {
            let packet = next_packet(alice);
            match packet[2..4] == 803_u16.to_le_bytes() {
                true => answer = Some(packet),
                false => heard.push(packet),
            }
        }
        let dealt = crate::table::Dealt::read(&heard[1]);
        let returned = dealt.returned(TIE, 1);
        let balance = ALL - 100 + returned;
        assert_eq!(heard[2], paid(1, balance, &[(TIE, 1, returned)]));
        let answer = answer.expect("an answer");
        assert!(
            [staked(182, ALL - 100), staked(182, balance)].contains(&answer),
            "{answer:?}"
        );
        assert_eq!(balance_of(alice), balance);
    }
}

#[test]
fn who_has_just_left_is_in_no_room() {
    for server in tables(&[]) {
        let mut members = pair_at(&server, 1, ["alice", "bob"]);
        begin_round(&mut members);
        let [alice, bob] = &mut members;
        bob.send(&[stake(1, TIE, 3), leave(), stake(1, TIE, 3), bet(PLAYER)].concat());
        let told = [
            staked(1, ALL - 300),
            stakes(2, TIE, 3),
            left(1),
            error_packet(121).to_vec(),
            error_packet(121).to_vec(),
        ];
        bob.expect(&told.concat());
        alice.expect(&[stakes(2, TIE, 3), has_left(2)].concat());
        assert_eq!(balance_of(bob), ALL - 300, "the stake stays in play");
    }
}

/// What a user has sent before it goes counts, though nobody hears the answer.
#[test]
fn a_stake_before_the_end_of_the_connection_is_one() {
    for server in tables(&[]) {
        let mut members = pair_at(&server, 1, ["alice", "bob"]);
        begin_round(&mut members);
        let [mut alice, mut bob] = members;
        bob.send(&stake(1, TIE, 3));
        bob.expect(&[staked(1, ALL - 300), stakes(2, TIE, 3)].concat());
        bob.send(&stake(1, TIE, 4));
        bob.half_close();
        bob.expect(&[staked(1, ALL - 700), stakes(2, TIE, 7)].concat());
        bob.expect_end();
        alice.expect(&[stakes(2, TIE, 3), stakes(2, TIE, 7), has_left(2)].concat());
        // Now she is the only one who is waited for.
        alice.send(&stake(1, TIE, 1));
        alice.expect(&[staked(1, ALL - 100), stakes(1, TIE, 1)].concat());
        let (_, dealt) = hear_result(&mut alice);
        expect_payout(&mut alice, 1, &dealt, ALL - 100, &[(TIE, 1)]);
        let mut bob = user(&server, "bob");
        assert_eq!(balance_of(&mut bob), ALL - 700 + dealt.returned(TIE, 7));
    }
}

/// Two go on staking until they are too late. What was answered with 1 is in the ledger, and nothing else.
#[test]
fn at_the_very_end_a_stake_counts_or_is_refused() {
    for server in tables(&["--bet-time", "300ms", "--rate-limit", "0"]) {
        // Each try is at a table of its own, and has users of its own.
        let mut tries = 0..;
        eventually("both have staked in time", || {
            tries
                .next()
                .is_some_and(|number| stakes_until_too_late(&server, number))
        });
    }
}

/// False where the machine was so busy that somebody was too late from the first stake on.
fn stakes_until_too_late(server: &Server, number: i32) -> bool {
    let names = ["alice", "bob", "carol"].map(|name| format!("{name} {number}"));
    let [alice, bob, carol] = names.each_ref().map(String::as_str);
    let mut members = pair_at(server, number, [alice, bob]);
    let mut third = user(server, carol);
    crate::seats::sits_down(&mut third, number, 3, &[(1, alice), (2, bob)], &[]);
    members
        .iter_mut()
        .for_each(|member| member.expect(&crate::support::messages::has_come(3, carol)));
    let [alice, bob] = members;
    let mut members = [alice, bob, third];
    begin_round(&mut members);
    let [alice, bob, _third] = members;
    let played = [alice, bob].map(|mut client| thread::spawn(move || (goes_on_staking(&mut client), client)));
    let mut played = played.map(|played| played.join().expect("a player"));
    if played.iter().any(|((chips, _), _)| *chips == 0) {
        return false;
    }
    for ((chips, returned), client) in &mut played {
        assert_eq!(balance_of(client), ALL - *chips * 100 + *returned);
    }
    true
}

/// Stakes chip after chip on the banker, several on their way at a time, until all have their answer and the payout has
/// come, where there is one. Gives the chips that were taken, and what came back.
fn goes_on_staking(client: &mut Client) -> (i64, i64) {
    const AHEAD: usize = 8;
    let (mut under_way, mut taken, mut is_late, mut returned) = (0, 0, false, None);
    while !(is_late && under_way == 0 && (taken == 0 || returned.is_some())) {
        while under_way < AHEAD && !is_late {
            client.send(&stake(1, BANKER, 1));
            under_way += 1;
        }
        let packet = next_packet(client);
        match u16::from_le_bytes([packet[2], packet[3]]) {
            803 => {
                under_way -= 1;
                match packet[5] {
                    1 => {
                        assert!(!is_late, "a stake behind one that was too late");
                        taken += 1;
                    }
                    182 => is_late = true,
                    result => panic!("{result}"),
                }
            }
            805 => {
                let (stake, back) = (&packet[23..31], &packet[31..39]);
                assert_eq!(i64::from_le_bytes(stake.try_into().unwrap()), taken);
                returned = Some(i64::from_le_bytes(back.try_into().unwrap()));
            }
            801 | 804 | 764 => {}
            id => panic!("{id}"),
        }
    }
    (taken, returned.unwrap_or(0))
}
