//! Step 2: the states of a table, and what each of them refuses.

use crate::messages::{
    BANKER, PLAYER, TIE, bet, bet_result, has_bet, has_started, result, skip_to, start, started,
};
use crate::support::messages::{enter, entered, leave, log_in, logged_in, not_entered};
use crate::support::wire::{error_packet, packet};
use crate::{TABLE, member, step, user};

#[test]
fn a_round_ends_when_all_have_bet() {
    let server = step(TABLE);
    let [mut alice, mut bob] = [("alice", 1), ("bob", 2)].map(|(name, id)| member(&server, name, id));
    // More rounds than eight decks have: a new shoe comes by itself.
    for _ in 0..120 {
        alice.exchange(&start(), &[started(1), has_started()].concat());
        bob.expect(&has_started());
        bob.exchange(&bet(BANKER), &[bet_result(1), has_bet(2, BANKER)].concat());
        alice.expect(&has_bet(2, BANKER));
        alice.exchange(&bet(PLAYER), &[bet_result(1), has_bet(1, PLAYER)].concat());
        bob.expect(&has_bet(1, PLAYER));
        assert_eq!(result(&mut alice), result(&mut bob));
    }
}

#[test]
fn a_second_bet_moves_the_first() {
    let server = step(TABLE);
    let [mut alice, mut bob] = [("alice", 1), ("bob", 2)].map(|(name, id)| member(&server, name, id));
    alice.exchange(&start(), &[started(1), has_started()].concat());
    for side in [BANKER, PLAYER, BANKER] {
        alice.exchange(&bet(side), &[bet_result(1), has_bet(1, side)].concat());
        alice.exchange(&bet(side), &bet_result(184));
        // What is refused is told to nobody else.
        if side == BANKER {
            skip_to(&mut bob, &has_bet(1, side));
        }
    }
}

#[test]
fn each_state_has_its_answers() {
    let server = step(TABLE);
    let [mut alice, mut bob] = [("alice", 1), ("bob", 2)].map(|(name, id)| member(&server, name, id));
    alice.exchange(&bet(BANKER), &bet_result(182));
    bob.exchange(&start(), &started(173));
    alice.exchange(&packet(751, 0, b"!"), &started(51));
    alice.exchange(&start(), &[started(1), has_started()].concat());
    bob.expect(&has_started());
    for client in [&mut alice, &mut bob] {
        client.exchange(&start(), &started(171));
        for side in [0, TIE, 5, -1] {
            client.exchange(&bet(side), &bet_result(183));
        }
        client.exchange(&packet(761, 0, &[2, 0]), &bet_result(181));
    }
}

#[test]
fn who_is_not_at_the_table_does_nothing_there() {
    let server = step(TABLE);
    let mut alice = server.connect();
    for request in [enter(0), start(), bet(BANKER), packet(999, 0, b"")] {
        alice.exchange(&request, &error_packet(52));
    }
    alice.exchange(&log_in("alice"), &logged_in(1));
    user(&server, "bob").exchange(&log_in("carol"), &logged_in(111));
    server.connect().exchange(&log_in("alice"), &logged_in(111));
    for request in [start(), bet(BANKER)] {
        alice.exchange(&request, &error_packet(121));
    }
    for room in [1, -1, i32::MAX] {
        alice.exchange(&enter(room), &not_entered(122));
    }
    alice.exchange(&packet(721, 0, &[0]), &not_entered(51));
    alice.exchange(&enter(0), &entered(0, 1));
    alice.exchange(&enter(0), &not_entered(131));
    for request in [leave(), packet(999, 0, b"")] {
        alice.exchange(&request, &error_packet(53));
    }
}

/// One is alone at the table, so the first bet ends the round, and the second one finds no round.
#[test]
fn two_bets_in_one_write_get_two_answers() {
    let server = step(TABLE);
    let mut alice = member(&server, "alice", 1);
    alice.exchange(
        &[start(), bet(PLAYER), bet(BANKER)].concat(),
        &[started(1), has_started(), bet_result(1), has_bet(1, PLAYER)].concat(),
    );
    result(&mut alice);
    alice.expect(&bet_result(182));
}

#[test]
fn nobody_waits_for_one_who_has_left() {
    let server = step(TABLE);
    let [mut alice, mut bob] = [("alice", 1), ("bob", 2)].map(|(name, id)| member(&server, name, id));
    alice.exchange(&start(), &[started(1), has_started()].concat());
    bob.expect(&has_started());
    bob.exchange(&bet(BANKER), &[bet_result(1), has_bet(2, BANKER)].concat());
    drop(alice);
    result(&mut bob);
    // Bob has been here longest now.
    bob.exchange(&start(), &[started(1), has_started()].concat());
    let mut carol = member(&server, "carol", 3);
    carol.exchange(&start(), &started(171));
    drop(bob);
    // Whoever leaves without a bet is not waited for, and neither is that bet.
    carol.exchange(&bet(PLAYER), &[bet_result(1), has_bet(3, PLAYER)].concat());
    result(&mut carol);
}

#[test]
fn a_round_without_members_is_over() {
    let server = step(TABLE);
    let mut alice = member(&server, "alice", 1);
    alice.exchange(&start(), &[started(1), has_started()].concat());
    alice.half_close();
    alice.expect_end();
    let mut bob = member(&server, "bob", 2);
    bob.exchange(&start(), &[started(1), has_started()].concat());
}
