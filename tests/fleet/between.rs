//! Whispers, invitations and newer sessions between two servers, byte by byte.

use crate::Fleet;
use crate::place::receive_elsewhere;
use crate::support::messages::{
    decline, declines, enter, entered, invitation, invite, is_invited, leave, left, not_entered, whisper,
    whispered, whispers,
};
use crate::support::wire::error_packet;

const ROOM_INVALID_NUMBER: i16 = 122;
const ROOM_ELSEWHERE: i16 = 135;
const NO_SUCH_USER: i16 = 152;
const REPLACED: i16 = 68;

#[test]
fn a_whisper_reaches_a_user_of_another_server() {
    let fleet = Fleet::start(&[]);
    let mut alice = fleet.newcomer("alice", 0);
    let mut bob = fleet.newcomer("bob", 1000);
    alice.exchange(&whisper("bob", "안녕"), &whispered(1));
    bob.expect(&whispers("alice", "안녕"));
    bob.exchange(&whisper("alice", "hi"), &whispered(1));
    alice.expect(&whispers("bob", "hi"));
    alice.exchange(&whisper("carol", "hi"), &whispered(NO_SUCH_USER));
    // And from game to game.
    let token = fleet.api.new_user("dave");
    let mut dave = fleet.place("dave", &token, "baccarat", None).log_in(1);
    dave.exchange(&whisper("alice", "chips?"), &whispered(1));
    alice.expect(&whispers("dave", "chips?"));
}

#[test]
fn an_invitation_leads_to_another_server() {
    let fleet = Fleet::start(&[]);
    let mut alice = fleet.newcomer("alice", 0);
    let mut bob = fleet.newcomer("bob", 1000);
    bob.exchange(&invite("alice"), &is_invited(1));
    alice.expect(&invitation("bob", 1000));
    alice.exchange(&leave(), &left(1));
    alice.send(&enter(1000));
    let there = receive_elsewhere(&mut alice, "alice");
    assert_eq!((there.room, there.address), (1000, fleet.chat[1]));
    alice.expect(&not_entered(ROOM_ELSEWHERE));
    // The older session goes when the newer one is there.
    let mut there = there.log_in(1);
    alice.expect(&error_packet(REPLACED));
    alice.expect_end();
    there.send(&enter(1000));
    there.skip_to(&entered(1000, 2));
}

#[test]
fn an_invitation_is_declined_on_another_server() {
    let fleet = Fleet::start(&[]);
    let mut alice = fleet.newcomer("alice", 0);
    let mut bob = fleet.newcomer("bob", 1000);
    bob.exchange(&invite("alice"), &is_invited(1));
    alice.expect(&invitation("bob", 1000));
    alice.send(&decline("bob"));
    bob.expect(&declines("alice"));
}

#[test]
fn a_room_that_no_server_has_is_no_room() {
    let fleet = Fleet::start(&[]);
    let mut alice = fleet.new_place("alice", 0).log_in(1);
    alice.exchange(&enter(2000), &not_entered(ROOM_INVALID_NUMBER));
    alice.exchange(&enter(-1), &not_entered(ROOM_INVALID_NUMBER));
    alice.exchange(&enter(0), &entered(0, 1));
}

#[test]
fn the_newer_session_counts_on_whichever_server() {
    let fleet = Fleet::start(&[]);
    let token = fleet.api.new_user("alice");
    for (older, newer) in [(0, 1000), (1000, 1001), (1001, 0)] {
        let mut first = fleet.place("alice", &token, "chat", Some(older)).log_in(1);
        let mut second = fleet.place("alice", &token, "chat", Some(newer)).log_in(1);
        first.expect(&error_packet(REPLACED));
        first.expect_end();
        let whisper_to_oneself = whisper("alice", "me");
        second.exchange(&whisper_to_oneself, &whispered(153));
        drop(second);
    }
}
