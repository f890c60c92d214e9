//! The calls that room logic gets, and the order in which members hear of them.

use std::time::Duration;

use protocol::{ErrorCode, PacketId};
use rooms::Config;

use crate::notes::{MIRROR, NOTE};
use crate::server::{Running, enter, entered, error, has_left, leave, left, note, packet, with_two};

#[test]
fn the_logic_hears_of_everybody_after_the_members_have() {
    with_two(|_, mut alice, mut bob| {
        bob.exchange(&packet(NOTE, "hi"), &note("bob: hi"));
        alice.expect(&note("bob: hi"));
        // Whoever has left hears nothing of what comes of it.
        bob.exchange(&leave(), &left());
        alice.expect(&[has_left(2), note("bob of 2")].concat());
        drop(bob);
        alice.exchange(&leave(), &left());
    });
}

#[test]
fn a_packet_is_the_games_or_the_rooms_or_nobodys() {
    let server = Running::start(Config::default());
    let mut alice = server.user("alice");
    alice.exchange(&packet(MIRROR, "me"), &packet(MIRROR, "me"));
    alice.exchange(&packet(NOTE, "hi"), &error(ErrorCode::ROOM_NOT_IN_USER));
    let unknown = packet(PacketId(999), "");
    let not_known = error(ErrorCode::ROOM_NOT_REGISTERED_PACKET_ID);
    alice.exchange(&unknown, &not_known);
    alice.exchange(&enter(0), &[entered(0, 1, &[]), note("alice is in 0")].concat());
    alice.exchange(&packet(MIRROR, "me"), &packet(MIRROR, "me"));
    alice.exchange(&packet(NOTE, "hi"), &note("alice: hi"));
    alice.exchange(&unknown, &not_known);
}

#[test]
fn time_passes_in_every_room_with_a_member() {
    for workers in [1, 4] {
        let config = Config {
            workers,
            ..Config::default()
        };
        let server = Running::start_with_ticks(config, Some(Duration::from_millis(5)));
        let mut clients = [0, 1, 2, 3].map(|room| {
            let mut client = server.user(&format!("user {room}"));
            let number = format!("user {room} is in {room}");
            client.exchange(&enter(room), &[entered(room, 1, &[]), note(&number)].concat());
            client
        });
        for client in &mut clients {
            client.expect(&note("tick").repeat(3));
        }
        server.end();
    }
}
