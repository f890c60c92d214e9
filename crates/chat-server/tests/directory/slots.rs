//! Slots that are lost and taken: what users of the rooms see of it.

use std::time::Duration;

use chat_server::CHAT;
use directory::{Directory, NodeSettings, Owner, Slot};
use protocol::Codec;

use crate::server::{Server, WORKERS, World};
use crate::start;
use crate::support::messages::{PING, PONG, chat, chatted, enter, entered, leave, left, said};
use crate::support::wire::error_packet;
use crate::support::{Client, eventually};

const NODE_LOST: i16 = 67;
/// The first unique id of the second owner of a slot, whose clock has stood still.
const FIRST_ID: u64 = 1_025;

/// Leases are renewed often; they end when the test says so.
fn world(workers: usize, takeover: bool) -> World {
    let mut world = World::new(workers);
    world.settings = NodeSettings {
        lease: Duration::from_millis(30),
        takeover,
        ..world.settings
    };
    world
}

fn is_lost(client: &mut Client) {
    client.expect(&error_packet(NODE_LOST));
    client.half_close();
    client.expect_end();
}

#[test]
fn whoever_is_on_a_server_that_has_lost_its_slot_is_told() {
    for workers in WORKERS {
        let world = world(workers, false);
        let [server] = world.servers();
        let mut alice = server.user(&world, "alice");
        let mut bob = server.user(&world, "bob");
        alice.exchange(&enter(3), &entered(3, 1));
        world.directory.release(&server.owner()).expect("an answer");
        // In a room or not.
        is_lost(&mut alice);
        is_lost(&mut bob);
        eventually("it has a slot again", || server.nodes.counts().held == 1);
        assert_eq!(server.owner().slot, 0);
        let mut alice = server.user(&world, "alice");
        alice.exchange(&enter(3), &entered(3, FIRST_ID));
        assert_eq!(world.find("alice").map(|there| there.owner), Some(server.owner()));
        server.end();
    }
}

/// A slot whose server has never answered, and is gone.
fn deserted_slot(world: &World) -> Owner {
    let offer = world.offer(CHAT, "127.0.0.1:1".to_owned(), Vec::new());
    let slot = world.directory.take_slot(&offer, None, Duration::from_secs(60));
    match slot.expect("an answer") {
        Slot::Taken(owner) => owner,
        other => panic!("expected a slot, got {other:?}"),
    }
}

#[test]
fn all_rooms_of_a_server_are_here_whichever_slot_they_are_of() {
    for workers in WORKERS {
        let world = world(workers, true);
        let gone = deserted_slot(&world);
        let server = start(&world);
        let mut alice = server.user(&world, "alice");
        world.directory.release(&gone).expect("an answer");
        eventually("it is taken over", || server.nodes.counts().taken_over == 1);
        // Its first slot has the rooms from 10 on.
        alice.exchange(&enter(12), &entered(12, 1));
        alice.exchange(&leave(), &left(1));
        alice.exchange(&enter(3), &entered(3, FIRST_ID));
        alice.exchange(&chat("hello"), &[said(FIRST_ID, "hello"), chatted(1)].concat());
        // Whoever has a ticket for the one may be in a room of the other.
        let owners = server.nodes.owners();
        let ticket = world.ticket("bob", &owners[1]);
        let mut bob = server.user_with(Codec::Binary, "bob", &ticket);
        bob.exchange(&enter(15), &entered(15, 1));
        // One slot is lost: those go who are in its rooms, or have come through it.
        let mut carol = server.user(&world, "carol");
        world.directory.release(&owners[1]).expect("an answer");
        is_lost(&mut alice);
        is_lost(&mut bob);
        carol.exchange(&PING, &PONG);
        end(server, carol);
    }
}

fn end(server: Server, user: Client) {
    drop(user);
    server.end();
}
