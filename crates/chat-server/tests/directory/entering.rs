//! Rooms of other servers: where they are, and a place in them.

use std::time::Duration;

use chat_server::CHAT;
use directory::testing::Mood;
use protocol::Codec;

use crate::server::{WORKERS, World, told_where, with_two, with_two_in};
use crate::support::eventually;
use crate::support::messages::{PING, PONG, enter, entered, leave, left, not_entered};
use crate::support::wire::error_packet;

const NO_SUCH_ROOM: i16 = 122;
const ALREADY: i16 = 131;
const FULL: i16 = 134;
const ROOM_ELSEWHERE: i16 = 135;
const REPLACED: i16 = 68;
const UNREACHABLE: i16 = 155;

#[test]
fn every_codec_is_told_where_a_room_is() {
    with_two(|world, [first, second]| {
        for (number, codec) in (0..).zip(Codec::ALL) {
            let user_id = codec.to_string();
            let mut user = second.user_speaking(codec, world, &user_id);
            user.send(&[enter(number), PING.to_vec()].concat());
            let elsewhere = told_where(&mut user, codec);
            user.expect(&[not_entered(ROOM_ELSEWHERE), PONG.to_vec()].concat());
            assert_eq!(
                (elsewhere.room, elsewhere.address),
                (number, first.address(codec))
            );
            // Nothing has happened yet: it may stay as well.
            let here = second.room(number);
            user.exchange(&enter(here), &entered(here, 1));
            let mut there = first.user_with(codec, &user_id, &elsewhere.ticket);
            user.expect(&error_packet(REPLACED));
            there.exchange(&enter(number), &entered(number, 1));
        }
    });
}

#[test]
fn a_room_without_a_server_is_none() {
    for workers in WORKERS {
        let world = World::new(workers);
        let [first, second] = world.servers();
        let mut alice = second.user(&world, "alice");
        for nowhere in [-1, i32::MIN, 20, i32::MAX] {
            alice.exchange(&enter(nowhere), &not_entered(NO_SUCH_ROOM));
        }
        let here = second.room(0);
        alice.exchange(&enter(here), &entered(here, 1));
        alice.exchange(&enter(3), &not_entered(ALREADY));
        alice.exchange(&leave(), &left(1));
        first.end();
        alice.exchange(&enter(3), &not_entered(NO_SUCH_ROOM));
    }
}

#[test]
fn a_place_is_kept_until_its_user_comes() {
    for workers in WORKERS {
        let world = World {
            room_size: 1,
            ..World::new(workers)
        };
        with_two_in(&world, |world, [first, second]| {
            let mut bob = second.user(world, "bob");
            let mut carol = second.user(world, "carol");
            let mut alice = first.user(world, "alice");
            bob.send(&enter(3));
            let elsewhere = told_where(&mut bob, Codec::Binary);
            bob.expect(&not_entered(ROOM_ELSEWHERE));
            alice.exchange(&enter(3), &not_entered(FULL));
            carol.exchange(&enter(3), &not_entered(FULL));
            let mut there = first.user_with(Codec::Binary, "bob", &elsewhere.ticket);
            there.exchange(&enter(3), &entered(3, 1));
            carol.exchange(&enter(3), &not_entered(FULL));
            there.exchange(&leave(), &left(1));
            alice.exchange(&enter(3), &entered(3, 2));
        });
    }
}

#[test]
fn a_place_is_not_kept_for_ever() {
    let mut world = World {
        room_size: 1,
        ..World::new(1)
    };
    world.settings.seat_time = Duration::from_millis(50);
    let [first, second] = world.servers();
    let mut bob = second.user(&world, "bob");
    let mut alice = first.user(&world, "alice");
    bob.send(&enter(3));
    told_where(&mut bob, Codec::Binary);
    bob.expect(&not_entered(ROOM_ELSEWHERE));
    eventually("the place is free", || {
        alice.is_answered(&enter(3), &entered(3, 1))
    });
}

#[test]
fn nobody_knows_of_a_room_of_a_silent_server() {
    let world = World::impatient(1);
    let [first] = world.servers();
    let (owner, _listening, _requests) = world.silent_server(CHAT);
    let mut alice = first.user(&world, "alice");
    let theirs = i32::try_from(owner.slot).expect("a small number") * 10;
    alice.exchange(&enter(theirs), &not_entered(UNREACHABLE));
    world.directory.set(Mood::Away);
    alice.exchange(&enter(theirs), &not_entered(UNREACHABLE));
    alice.exchange(&enter(0), &entered(0, 1));
}
