//! Every request of a table that is refused: its code, where it stands, and that nothing has changed.

use crate::members::{heard_nothing_more, next_packet, user};
use crate::seats::{ALL, balance_of, begin_round, binary_tables, first_at, next_table, pair_at, tables};
use crate::support::messages::{leave, left};
use crate::support::wire::{error_packet, packet};
use crate::table::{
    BANKER, PLAYER, TIE, balance, bet, cut, has_bet, has_cut, stake, staked, stakes, start, started,
};

#[test]
fn before_the_login_and_away_from_a_table() {
    for server in tables(&[]) {
        let mut nobody = server.connect();
        let mut alice = user(&server, "alice");
        for request in [start(), bet(PLAYER), stake(1, PLAYER, 1), cut(7)] {
            nobody.exchange(&request, &error_packet(52));
            alice.exchange(&request, &error_packet(121));
        }
        nobody.exchange(&balance(), &error_packet(52));
        assert_eq!(balance_of(&mut alice), ALL);
    }
}

/// Ids that only this server sends, those of other servers, and those of nobody.
#[test]
fn ids_that_no_client_of_a_table_sends() {
    for server in binary_tables(&["--rate-limit", "0"]) {
        let mut nobody = server.connect();
        let mut bob = user(&server, "bob");
        let [mut alice, mut carol] = pair_at(&server, 1, ["alice", "carol"]);
        let of_the_server = [
            202, 203, 702, 722, 728, 742, 752, 753, 762, 763, 764, 801, 803, 804, 805, 806, 808, 809, 812,
        ];
        let of_nobody = [0, 100, 750, 754, 765, 786, 791, 796, 800, 810, 813, 816, 65_535];
        for id in of_the_server.into_iter().chain(of_nobody) {
            for body in [&b""[..], &[1], &[1; 55]] {
                nobody.exchange(&packet(id, 0, body), &error_packet(52));
                bob.exchange(&packet(id, 0, body), &error_packet(53));
                alice.exchange(&packet(id, 0, body), &error_packet(53));
            }
        }
        heard_nothing_more(&mut carol);
    }
}

#[test]
fn a_body_that_does_not_fit() {
    for server in binary_tables(&["--rate-limit", "0"]) {
        let mut members = pair_at(&server, 1, ["alice", "bob"]);
        let misfits = |alice: &mut crate::support::Client| {
            for body in [&b""[..], &[1, 1]] {
                alice.exchange(&packet(761, 0, body), &has_bet(181));
            }
            for length in [0, 1, 8, 9, 16, 18] {
                alice.exchange(&packet(802, 0, &vec![1; length]), &staked(181, ALL));
            }
            for length in [0, 1, 3] {
                alice.exchange(&packet(807, 0, &vec![1; length]), &has_cut(181));
            }
            alice.exchange(&packet(751, 0, &[0]), &started(51));
            alice.exchange(&packet(811, 0, &[0]), &error_packet(51));
            // Nor is one that says it is compressed.
            alice.exchange(&packet(761, 1, &[1]), &has_bet(181));
        };
        // In a phase where it would be too early, and in one where it would not.
        misfits(&mut members[0]);
        begin_round(&mut members);
        misfits(&mut members[0]);
        heard_nothing_more(&mut members[1]);
    }
}

#[test]
fn who_may_start_and_when() {
    for server in tables(&["--result-time", "1ms"]) {
        let mut members = pair_at(&server, 1, ["alice", "bob"]);
        members[1].exchange(&start(), &started(173));
        begin_round(&mut members);
        for member in &mut members {
            member.exchange(&start(), &started(171));
        }
        heard_nothing_more(&mut members[0]);
    }
}

#[test]
fn a_stake_on_no_side_of_another_round_or_of_a_wrong_amount() {
    for server in tables(&["--min", "5", "--max", "100"]) {
        let mut members = pair_at(&server, 1, ["alice", "bob"]);
        members[0].exchange(&stake(0, PLAYER, 10), &staked(182, ALL));
        members[0].exchange(&stake(1, PLAYER, 10), &staked(182, ALL));
        begin_round(&mut members);
        let alice = &mut members[0];
        for round in [0, 2, u64::MAX] {
            alice.exchange(&stake(round, PLAYER, 10), &staked(187, ALL));
        }
        for side in [0, 6, -1, i8::MIN] {
            alice.exchange(&stake(1, side, 10), &staked(183, ALL));
        }
        for amount in [0, 4, 101, -5, -10, i64::MIN, i64::MAX] {
            alice.exchange(&stake(1, TIE, amount), &staked(185, ALL));
        }
        // The limits are for what is on the side then.
        let left = ALL - 9_800;
        alice.exchange(
            &stake(1, TIE, 98),
            &[staked(1, left), stakes(1, TIE, 98)].concat(),
        );
        alice.exchange(&stake(1, TIE, 3), &staked(185, left));
        alice.exchange(
            &stake(1, TIE, 2),
            &[staked(1, left - 200), stakes(1, TIE, 100)].concat(),
        );
        alice.exchange(&stake(1, TIE, 1), &staked(185, left - 200));
        assert_eq!(balance_of(alice), left - 200);
    }
}

#[test]
fn more_than_the_balance() {
    for server in tables(&["--chips", "30"]) {
        let mut members = pair_at(&server, 1, ["alice", "bob"]);
        begin_round(&mut members);
        let alice = &mut members[0];
        alice.exchange(&stake(1, TIE, 31), &staked(186, 3_000));
        alice.exchange(&stake(1, TIE, 21), &[staked(1, 900), stakes(1, TIE, 21)].concat());
        // A bet costs ten.
        alice.exchange(&bet(BANKER), &has_bet(186));
        alice.exchange(&stake(1, PLAYER, 10), &staked(186, 900));
        alice.exchange(
            &stake(1, PLAYER, 9),
            &[staked(1, 0), stakes(1, PLAYER, 9)].concat(),
        );
        alice.exchange(&stake(1, PLAYER, 1), &staked(186, 0));
        assert_eq!(balance_of(alice), 0);
    }
}

#[test]
fn bets_on_other_sides_out_of_the_phase_and_over_the_limit() {
    for server in tables(&["--max", "10"]) {
        let mut members = pair_at(&server, 1, ["alice", "bob"]);
        members[0].exchange(&bet(PLAYER), &has_bet(182));
        begin_round(&mut members);
        let alice = &mut members[0];
        for side in [0, 3, 4, 5, -1] {
            alice.exchange(&bet(side), &has_bet(183));
        }
        let told = [staked(1, ALL - 100), stakes(1, BANKER, 1)].concat();
        alice.exchange(&stake(1, BANKER, 1), &told);
        // With the one that is there these are eleven.
        alice.exchange(&bet(BANKER), &has_bet(185));
        assert_eq!(balance_of(alice), ALL - 100);
    }
}

#[test]
fn cuts_that_are_none_too_many_or_too_late() {
    for server in tables(&["--decks", "1", "--cut-card", "12", "--result-time", "1ms"]) {
        let mut members = pair_at(&server, 1, ["alice", "bob"]);
        let [alice, bob] = &mut members;
        for position in [0, -1, 52, 53, i16::MIN, i16::MAX] {
            alice.exchange(&cut(position), &has_cut(181));
        }
        alice.exchange(&cut(1), &has_cut(1));
        alice.exchange(&cut(2), &has_cut(182));
        bob.exchange(&cut(51), &has_cut(1));
        // Who leaves and comes back has cut all the same.
        bob.exchange(&leave(), &left(1));
        alice.expect(&crate::support::messages::has_left(2));
        crate::seats::sits_down(bob, 1, 3, &[(1, "alice")], &[]);
        alice.expect(&crate::support::messages::has_come(3, "bob"));
        bob.exchange(&cut(51), &has_cut(182));
        begin_round(&mut members);
        members[1].exchange(&cut(7), &has_cut(182));
    }
}

/// 182 in every phase but one, and a table says which.
#[test]
fn in_the_result_it_is_too_late() {
    for server in tables(&[]) {
        let (alice, _) = first_at(&server, 1, "alice");
        let mut members = [alice];
        begin_round(&mut members);
        let [alice] = &mut members;
        let told = [staked(1, ALL - 100), stakes(1, PLAYER, 1)].concat();
        alice.exchange(&stake(1, PLAYER, 1), &told);
        let (_, dealt) = crate::seats::hear_result(alice);
        let left = ALL - 100;
        let balance = crate::seats::expect_payout(alice, 1, &dealt, left, &[(PLAYER, 1)]);
        for round in [0, 1, 2] {
            alice.exchange(&stake(round, PLAYER, 1), &staked(182, balance));
        }
        alice.exchange(&bet(PLAYER), &has_bet(182));
        alice.exchange(&start(), &started(171));
        heard_nothing_more(alice);
    }
}

/// In the phase that betting ends by time: the table is told of the result, and who asks behind it is late.
#[test]
fn behind_the_end_of_betting_it_is_too_late() {
    for server in tables(&["--bet-time", "1ms"]) {
        let mut members = pair_at(&server, 1, ["alice", "bob"]);
        begin_round(&mut members);
        let [alice, _] = &mut members;
        assert_eq!(next_table(alice).phase, 3);
        next_packet(alice);
        alice.exchange(&stake(1, PLAYER, 1), &staked(182, ALL));
    }
}
