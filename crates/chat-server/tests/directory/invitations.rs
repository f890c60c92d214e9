//! Invitations and declines from server to server.

use directory::testing::Mood;
use protocol::Codec;

use crate::server::{Server, World, told_where, with_two};
use crate::support::Client;
use crate::support::messages::{
    PING, PONG, decline, declines, enter, entered, has_come, invitation, invite, is_invited, not_entered,
    user_list,
};
use crate::support::wire::error_packet;

const NO_SUCH_USER: i16 = 152;
const UNREACHABLE: i16 = 155;
const ROOM_ELSEWHERE: i16 = 135;
const REPLACED: i16 = 68;

/// Alice in room 3 of the first server, Bob on the second.
fn with_alice_and_bob(test: impl Fn(&World, &[Server; 2], Client, Client)) {
    with_two(|world, servers| {
        let [first, second] = servers;
        let mut alice = first.user(world, "alice");
        let bob = second.user(world, "bob");
        alice.exchange(&enter(3), &entered(3, 1));
        test(world, servers, alice, bob);
    });
}

#[test]
fn an_invitation_leads_to_another_server() {
    with_alice_and_bob(|_, [first, _], mut alice, mut bob| {
        alice.exchange(&invite("bob"), &is_invited(1));
        bob.expect(&invitation("alice", 3));
        bob.send(&enter(3));
        let elsewhere = told_where(&mut bob, Codec::Binary);
        bob.expect(&not_entered(ROOM_ELSEWHERE));
        assert_eq!(
            (elsewhere.room, elsewhere.address),
            (3, first.address(Codec::Binary))
        );
        let mut there = first.user_with(Codec::Binary, "bob", &elsewhere.ticket);
        bob.expect(&error_packet(REPLACED));
        there.exchange(&enter(3), &[user_list(&[(1, "alice")]), entered(3, 2)].concat());
        alice.expect(&has_come(2, "bob"));
        // It is accepted by that.
        there.exchange(&[decline("alice"), PING.to_vec()].concat(), &PONG);
        alice.exchange(&PING, &PONG);
    });
}

#[test]
fn an_invitation_is_declined_once() {
    with_alice_and_bob(|_, _, mut alice, mut bob| {
        bob.exchange(&[decline("alice"), PING.to_vec()].concat(), &PONG);
        alice.exchange(&PING, &PONG);
        for _ in 0..2 {
            alice.exchange(&invite("bob"), &is_invited(1));
            bob.expect(&invitation("alice", 3));
            bob.exchange(
                &[decline("alice"), decline("alice"), PING.to_vec()].concat(),
                &PONG,
            );
            alice.expect(&declines("bob"));
            alice.exchange(&PING, &PONG);
        }
    });
}

#[test]
fn who_has_come_over_declines_as_before() {
    with_alice_and_bob(|world, [first, _], mut alice, mut bob| {
        alice.exchange(&invite("bob"), &is_invited(1));
        bob.expect(&invitation("alice", 3));
        let mut there = first.user(world, "bob");
        there.exchange(&[decline("alice"), PING.to_vec()].concat(), &PONG);
        alice.expect(&declines("bob"));
        alice.exchange(&PING, &PONG);
    });
}

#[test]
fn who_is_nowhere_is_not_invited() {
    with_alice_and_bob(|world, _, mut alice, mut bob| {
        alice.exchange(&invite("carol"), &is_invited(NO_SUCH_USER));
        alice.exchange(&invite("alice"), &is_invited(153));
        world.directory.set(Mood::Away);
        alice.exchange(&invite("bob"), &is_invited(UNREACHABLE));
        // It has not arrived; whoever declines it all the same may.
        world.directory.set(Mood::Well);
        bob.exchange(&[decline("alice"), PING.to_vec()].concat(), &PONG);
        alice.expect(&declines("bob"));
    });
}

/// With the inviter all its invitations are gone.
#[test]
fn an_invitation_ends_with_its_inviter() {
    with_alice_and_bob(|world, [first, _], mut alice, mut bob| {
        alice.exchange(&invite("bob"), &is_invited(1));
        bob.expect(&invitation("alice", 3));
        let mut again = first.user(world, "alice");
        alice.expect(&error_packet(REPLACED));
        alice.half_close();
        alice.expect_end();
        bob.exchange(&[decline("alice"), PING.to_vec()].concat(), &PONG);
        again.exchange(&PING, &PONG);
    });
}
