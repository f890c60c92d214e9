//! Phases in their order: rounds that a master starts and rounds that begin by themselves, ended by time and by stakes.

use crate::members::{heard_nothing_more, next_packet, user};
use crate::seats::{
    ALL, balance_of, begin_round, expect_payout, first_at, hear_payout, hear_result, next_table, pair_at,
    sits_down, tables,
};
use crate::support::messages::{enter, entered, has_come};
use crate::support::{Server, eventually};
use crate::table::{
    BANKER, BETTING, PLAYER, RESULT, TIE, Table, WAITING, bet, bets, has_bet, stake, staked, stakes, start,
    started, starts,
};

/// Chips of the balance after a stake, in hundredths.
const LEFT: i64 = ALL - 100 * 100;

#[test]
fn a_round_ends_when_all_have_staked_and_the_next_is_the_masters() {
    for server in tables(&["--result-time", "100ms"]) {
        let mut members = pair_at(&server, 1, ["alice", "bob"]);
        let mut balances = [ALL, ALL];
        let mut history = Vec::new();
        for round in 1..=3 {
            let table = begin_round(&mut members);
            assert_eq!((table.round, table.shoe), (round, 1));
            let mut placed = [(0, BANKER, 100), (1, TIE, 7)];
            // One time the one is last, and one time the other.
            placed.rotate_left(usize::try_from(round % 2).expect("0 or 1"));
            for (number, side, chips) in placed {
                balances[number] -= chips * 100;
                members[number].send(&stake(round, side, chips));
                members[number].expect(&staked(1, balances[number]));
                let told = stakes(number as u64 + 1, side, chips);
                members.iter_mut().for_each(|member| member.expect(&told));
            }
            let [one, other] = [0, 1].map(|number| hear_result(&mut members[number]));
            assert_eq!(one, other, "all hear the same");
            let (result, dealt) = one;
            assert_eq!(
                (result.round, result.cards_left),
                (round, table.cards_left - dealt.cards())
            );
            assert!((0..=100).contains(&result.time_left), "{result:?}");
            for (number, side, chips) in [(0, BANKER, 100), (1, TIE, 7)] {
                let (member, balance) = (&mut members[number], &mut balances[number]);
                *balance = hear_payout(member, round, &dealt, *balance, &[(side, chips)]);
            }
            history.push(dealt.in_history());
            for (member, balance) in members.iter_mut().zip(balances) {
                let waiting = next_table(member);
                let expected = Table {
                    phase: WAITING,
                    time_left: 0,
                    ..result
                };
                assert_eq!(waiting, expected);
                assert_eq!(balance_of(member), balance);
            }
        }
        let mut carol = user(&server, "carol");
        sits_down(&mut carol, 1, 3, &[(1, "alice"), (2, "bob")], &history);
    }
}

#[test]
fn a_round_ends_by_its_time() {
    for server in tables(&["--bet-time", "300ms"]) {
        // Each try is at a table of its own, and has users of its own.
        let mut tries = 0..;
        eventually("a stake is in time", || {
            tries
                .next()
                .is_some_and(|number| ends_by_its_time(&server, number))
        });
    }
}

/// False where the machine was so busy that the stake was too late.
fn ends_by_its_time(server: &Server, number: i32) -> bool {
    let names = ["alice", "bob"].map(|name| format!("{name} {number}"));
    let mut members = pair_at(server, number, names.each_ref().map(String::as_str));
    let table = begin_round(&mut members);
    assert_eq!(table.time_left, 300);
    let [alice, bob] = &mut members;
    alice.send(&stake(1, PLAYER, 100));
    if next_packet(alice) != staked(1, LEFT) {
        return false;
    }
    for member in [&mut *alice, bob] {
        member.expect(&stakes(1, PLAYER, 100));
    }
    let (result, dealt) = hear_result(bob);
    assert_eq!(hear_result(alice), (result, dealt));
    assert!((3_590_000..=3_600_000).contains(&result.time_left));
    expect_payout(alice, 1, &dealt, LEFT, &[(PLAYER, 100)]);
    // Who has staked nothing is paid nothing, and is told nothing.
    heard_nothing_more(bob);
    assert_eq!(balance_of(bob), ALL);
    true
}

#[test]
fn a_round_may_end_without_a_stake() {
    for server in tables(&["--bet-time", "1ms", "--result-time", "1ms"]) {
        let mut members = pair_at(&server, 1, ["alice", "bob"]);
        begin_round(&mut members);
        for member in &mut members {
            let (result, dealt) = hear_result(member);
            let waiting = next_table(member);
            assert_eq!((result.round, waiting.phase), (1, WAITING));
            assert!((4..=6).contains(&dealt.cards()));
            assert_eq!(balance_of(member), ALL);
        }
    }
}

#[test]
fn all_sides_are_paid_and_stakes_on_one_side_add_up() {
    for server in tables(&[]) {
        let mut members = pair_at(&server, 1, ["alice", "bob"]);
        begin_round(&mut members);
        let [alice, bob] = &mut members;
        let mut left = ALL;
        let mut on_tie = 0;
        for (side, chips) in [(TIE, 3), (BANKER, 50), (5, 2), (TIE, 4), (4, 1), (PLAYER, 9_940)] {
            left -= chips * 100;
            on_tie += if side == TIE { chips } else { 0 };
            let there = if side == TIE { on_tie } else { chips };
            let told = stakes(1, side, there);
            alice.exchange(&stake(1, side, chips), &[staked(1, left), told.clone()].concat());
            bob.expect(&told);
        }
        assert_eq!(left, 0);
        bob.exchange(
            &stake(1, TIE, 1),
            &[staked(1, ALL - 100), stakes(2, TIE, 1)].concat(),
        );
        alice.expect(&stakes(2, TIE, 1));
        let (_, dealt) = hear_result(alice);
        let placed = [(PLAYER, 9_940), (BANKER, 50), (TIE, 7), (4, 1), (5, 2)];
        expect_payout(alice, 1, &dealt, 0, &placed);
        hear_result(bob);
        expect_payout(bob, 1, &dealt, ALL - 100, &[(TIE, 1)]);
    }
}

#[test]
fn a_bet_is_moved_with_its_chips_and_no_others() {
    for server in tables(&["--unit", "25"]) {
        let mut members = pair_at(&server, 1, ["alice", "bob"]);
        begin_round(&mut members);
        let [alice, bob] = &mut members;
        alice.exchange(
            &stake(1, PLAYER, 100),
            &[staked(1, LEFT), stakes(1, PLAYER, 100)].concat(),
        );
        for (side, result) in [(PLAYER, 1), (PLAYER, 184), (BANKER, 1), (BANKER, 184), (TIE, 183)] {
            alice.exchange(&bet(side), &has_bet(result));
            if result == 1 {
                alice.expect(&bets(1, side));
            }
        }
        let left = LEFT - 2_500;
        assert_eq!(balance_of(alice), left);
        bob.expect(&[stakes(1, PLAYER, 100), bets(1, PLAYER), bets(1, BANKER)].concat());
        bob.exchange(&bet(PLAYER), &[has_bet(1), bets(2, PLAYER)].concat());
        alice.expect(&bets(2, PLAYER));
        let (_, dealt) = hear_result(alice);
        expect_payout(alice, 1, &dealt, left, &[(PLAYER, 100), (BANKER, 25)]);
        hear_result(bob);
        expect_payout(bob, 1, &dealt, ALL - 2_500, &[(PLAYER, 25)]);
    }
}

#[test]
fn with_auto_rounds_follow_each_other_as_long_as_somebody_is_there() {
    for server in tables(&["--rounds", "auto", "--bet-time", "1h", "--result-time", "100ms"]) {
        let (mut alice, table) = first_at(&server, 1, "alice");
        assert_eq!((table.phase, table.round), (WAITING, 0));
        for round in 1..=3 {
            let table = next_table(&mut alice);
            assert_eq!(
                (table.phase, table.round, table.time_left),
                (BETTING, round, 3_600_000)
            );
            alice.expect(&starts());
            if round == 2 {
                // Nobody starts a round here, not even the master.
                alice.exchange(&start(), &started(171));
            }
            // Her bet is the last one that is waited for.
            alice.exchange(&bet(PLAYER), &[has_bet(1), bets(1, PLAYER)].concat());
            let (result, _) = hear_result(&mut alice);
            assert_eq!((result.round, result.time_left), (round, 100));
            // What she is paid.
            next_packet(&mut alice);
        }
    }
}

#[test]
fn a_newcomer_in_the_middle_of_a_round_sees_how_long_it_takes_and_plays() {
    for server in tables(&[]) {
        let mut members = pair_at(&server, 1, ["alice", "bob"]);
        let table = begin_round(&mut members);
        let mut carol = user(&server, "carol");
        let seen = sits_down(&mut carol, 1, 3, &[(1, "alice"), (2, "bob")], &[]);
        assert!(
            (3_000_000..=3_600_000).contains(&seen.time_left),
            "{}",
            seen.time_left
        );
        let time_left = table.time_left;
        assert_eq!(Table { time_left, ..seen }, table);
        carol.exchange(
            &stake(1, TIE, 100),
            &[staked(1, LEFT), stakes(3, TIE, 100)].concat(),
        );
        let told = [has_come(3, "carol"), stakes(3, TIE, 100)].concat();
        members.iter_mut().for_each(|member| member.expect(&told));
        let [alice, bob] = &mut members;
        alice.exchange(&bet(BANKER), &[has_bet(1), bets(1, BANKER)].concat());
        bob.expect(&bets(1, BANKER));
        bob.exchange(&bet(BANKER), &[has_bet(1), bets(2, BANKER)].concat());
        alice.expect(&bets(2, BANKER));
        carol.expect(&[bets(1, BANKER), bets(2, BANKER)].concat());
        let (_, dealt) = hear_result(&mut carol);
        expect_payout(&mut carol, 1, &dealt, LEFT, &[(TIE, 100)]);

        // In the result, too: the round is part of what the shoe has seen.
        let mut dave = user(&server, "dave");
        let others = [(1, "alice"), (2, "bob"), (3, "carol")];
        let seen = sits_down(&mut dave, 1, 4, &others, &[dealt.in_history()]);
        assert_eq!((seen.phase, seen.round), (RESULT, 1));
    }
}

/// The order of everything that one sees who stakes last is the order for everybody.
#[test]
fn all_members_of_a_table_see_the_same_order() {
    const MEMBERS: u64 = 7;
    for server in tables(&[]) {
        let (first, _) = first_at(&server, 3, "member 1");
        let mut members = vec![first];
        for number in 2..=MEMBERS {
            let mut member = user(&server, &format!("member {number}"));
            member.send(&enter(3));
            while next_packet(&mut member) != entered(3, number) {}
            for other in &mut members {
                other.expect(&has_come(number, &format!("member {number}")));
            }
            members.push(member);
        }
        begin_round(&mut members);
        for member in &mut members {
            member.send(&[stake(1, PLAYER, 1), stake(1, BANKER, 1)].concat());
        }
        let heard: Vec<_> = members.iter_mut().map(stakes_up_to_the_result).collect();
        for other in &heard[1..] {
            assert_eq!(*other, heard[0]);
        }
    }
}

/// STAKE_NTFs, with the result behind them.
fn stakes_up_to_the_result(member: &mut crate::support::Client) -> Vec<Vec<u8>> {
    let mut heard = Vec::new();
    loop {
        let packet = next_packet(member);
        match u16::from_le_bytes([packet[2], packet[3]]) {
            803 => {}
            764 => {
                heard.push(packet);
                return heard;
            }
            801 | 804 => heard.push(packet),
            id => panic!("{id}"),
        }
    }
}
