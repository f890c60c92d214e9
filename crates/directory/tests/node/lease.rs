//! Slots, leases and their end.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crossbeam_channel::unbounded;
use directory::testing::{Flaky, ManualClock, Mood};
use directory::{Directory, Load, Memory, Node, NodeError, NodeSettings, Offer};
use protocol::ErrorCode;

use crate::server::{PATIENCE, Server, eventually, offer, settings};

/// It is renewed often.
const SHORT: Duration = Duration::from_millis(30);

#[test]
fn a_node_has_a_slot_until_it_is_left() {
    let directory = Memory::new();
    let [first, second] = [(); 2].map(|()| Server::start(&directory, settings()));
    assert_eq!((first.node.owner().slot, first.node.first_room()), (0, 0));
    assert_eq!((second.node.owner().slot, second.node.first_room()), (1, 10));
    first.node.leave();
    first.node.leave();
    assert_eq!(first.tell("bob"), Err(ErrorCode::PEER_UNREACHABLE), "nobody asks");
    let owners = directory
        .servers()
        .unwrap()
        .into_iter()
        .map(|server| server.owner);
    assert_eq!(owners.collect::<Vec<_>>(), [second.node.owner().clone()]);
    let next = Server::start(&directory, settings());
    assert_eq!(next.node.owner().slot, 0);
    assert!(next.node.owner().generation > first.node.owner().generation);
    drop([second, next]);
    assert!(directory.servers().unwrap().is_empty());
}

#[test]
fn why_there_is_no_node_is_told() {
    let directory = Flaky::new(Memory::new());
    let _first = Server::start(&directory, settings());
    let join = |wanted, rooms| {
        let offer = Offer { rooms, ..offer() };
        let settings = NodeSettings { wanted, ..settings() };
        let node = Node::join(Arc::new(directory.clone()), &offer, settings);
        node.err().map(|error| error.to_string())
    };
    let taken = "slot 0 has another server, or there are not so many slots";
    assert_eq!(join(Some(0), 10).as_deref(), Some(taken));
    let rooms = "the other servers of this game have 10 rooms each, and this one has 7: all must have the same number";
    assert_eq!(join(None, 7).as_deref(), Some(rooms));
    assert_eq!(join(Some(3), 10), None);
    directory.set(Mood::Away);
    assert_eq!(join(None, 10).as_deref(), Some("the directory does not answer"));
    let nowhere = Offer {
        address: "here".to_owned(),
        ..offer()
    };
    let error = Node::join(Arc::new(directory), &nowhere, settings()).expect_err("no address");
    assert_eq!(
        error.to_string(),
        "\"here\" has no host and port for clients of the codec binary: it must be host:port"
    );
    let error = NodeError::NoneFree;
    assert_eq!(error.to_string(), "all slots of this game have servers");
}

/// A load that tells how often it was asked for.
fn counting() -> NodeSettings {
    let asked = AtomicU32::new(0);
    NodeSettings {
        lease: SHORT,
        load: Arc::new(move || Load {
            users: asked.fetch_add(1, Ordering::Relaxed),
            connections: 0,
        }),
        ..settings()
    }
}

/// On a clock that stands still, so that a busy machine loses no lease.
fn directory() -> Flaky<Memory> {
    Flaky::new(Memory::with_clock(ManualClock::default().clock()))
}

#[test]
fn a_lease_is_renewed_and_tells_the_load() {
    let directory = directory();
    let server = Server::start(&directory, counting());
    let owner = server.node.owner();
    eventually("a third renewal", || {
        let known = directory.owner_of(&owner.game, owner.slot).unwrap();
        known.expect("its lease").load.users > 2
    });
}

#[test]
fn a_lost_lease_is_told_once() {
    let directory = directory();
    let (sender, lost) = unbounded();
    let settings = NodeSettings {
        lost: Arc::new(move || sender.send(()).expect("a test")),
        ..counting()
    };
    let server = Server::start(&directory, settings);
    directory.release(server.node.owner()).unwrap();
    lost.recv_timeout(PATIENCE).expect("it is told");
    // The thread that would tell it has ended.
    server.node.leave();
    assert!(lost.is_empty());
}

#[test]
fn whoever_has_lost_the_lease_may_leave_at_once() {
    let directory = directory();
    let (node, nodes) = unbounded::<Arc<Node>>();
    let (sender, left) = unbounded();
    let settings = NodeSettings {
        lost: Arc::new(move || {
            nodes.recv_timeout(PATIENCE).expect("its node").leave();
            sender.send(()).expect("a test");
        }),
        ..counting()
    };
    let joined = Node::join(Arc::new(directory.clone()), &offer(), settings);
    let joined = Arc::new(joined.expect("a slot"));
    directory.release(joined.owner()).unwrap();
    node.send(joined).expect("a test");
    left.recv_timeout(PATIENCE).expect("it has left");
}

#[test]
fn a_directory_that_is_away_takes_no_lease() {
    let directory = directory();
    let (sender, lost) = unbounded();
    let renewals = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&renewals);
    let settings = NodeSettings {
        lost: Arc::new(move || sender.send(()).expect("a test")),
        load: Arc::new(move || {
            counted.fetch_add(1, Ordering::Relaxed);
            Load::default()
        }),
        ..counting()
    };
    let server = Server::start(&directory, settings);
    directory.set(Mood::Away);
    for mood in [Mood::Well, Mood::Away] {
        let before = renewals.load(Ordering::Relaxed);
        // Several leases long.
        eventually("ten renewals", || renewals.load(Ordering::Relaxed) > before + 10);
        directory.set(mood);
    }
    server.node.leave();
    assert!(lost.is_empty());
}
