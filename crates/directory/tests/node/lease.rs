//! Slots, leases, their end, and slots of others that are taken over.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crossbeam_channel::{Receiver, unbounded};
use directory::testing::{Flaky, ManualClock, Mood};
use directory::{Directory, Load, Lost, Memory, NodeError, NodeSettings, Nodes, Offer, Owner, Slot, Taken};
use protocol::ErrorCode;

use crate::server::{LEASE, PATIENCE, Server, at, eventually, offer, settings, ticket};

/// It is renewed often.
const SHORT: Duration = Duration::from_millis(30);

#[test]
fn a_node_has_a_slot_until_it_is_left() {
    let directory = Memory::new();
    let [first, second] = [(); 2].map(|()| Server::start(&directory, settings()));
    assert_eq!((first.owner().slot, first.nodes.first_room()), (0, 0));
    assert_eq!((second.owner().slot, second.nodes.first_room()), (1, 10));
    first.nodes.leave();
    first.nodes.leave();
    assert_eq!(first.tell("bob"), Err(ErrorCode::PEER_UNREACHABLE), "nobody asks");
    let owners = directory
        .servers()
        .unwrap()
        .into_iter()
        .map(|server| server.owner);
    assert_eq!(owners.collect::<Vec<_>>(), [second.owner().clone()]);
    let next = Server::start(&directory, settings());
    assert_eq!(next.owner().slot, 0);
    assert!(next.owner().generation > first.owner().generation);
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
        let nodes = Nodes::join(Arc::new(directory.clone()), offer, settings);
        nodes.err().map(|error| error.to_string())
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
    let error = Nodes::join(Arc::new(directory), nowhere, settings()).expect_err("no address");
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
    memory_and_directory().1
}

/// The same, and what is behind it, which never goes away.
fn memory_and_directory() -> (Memory, Flaky<Memory>) {
    let memory = Memory::with_clock(ManualClock::default().clock());
    (memory.clone(), Flaky::new(memory))
}

/// A slot is lost, and another server is the first to take it.
fn taken_by_another(memory: &Memory, directory: &Flaky<Memory>, owner: &Owner, offer: &Offer) -> Owner {
    directory.set(Mood::Away);
    memory.release(owner).unwrap();
    let slot = memory.take_slot(offer, Some(owner.slot), LEASE).unwrap();
    directory.set(Mood::Well);
    match slot {
        Slot::Taken(other) => other,
        other => panic!("expected the slot, got {other:?}"),
    }
}

#[test]
fn a_lease_is_renewed_and_tells_the_load() {
    let directory = directory();
    let server = Server::start(&directory, counting());
    let owner = server.owner();
    eventually("a third renewal", || {
        let known = directory.owner_of(&owner.game, owner.slot).unwrap();
        known.expect("its lease").load.users > 2
    });
}

/// What somebody hears who watches a server.
fn watch(nodes: &Nodes) -> (Receiver<Taken>, Receiver<Lost>) {
    let ((taken, slots_taken), (lost, slots_lost)) = (unbounded(), unbounded());
    nodes.watch(
        move |slot| taken.send(slot).expect("a test"),
        move |slot| lost.send(slot).expect("a test"),
    );
    (slots_taken, slots_lost)
}

#[test]
fn a_lost_slot_is_told_with_its_sessions_and_another_is_taken() {
    let directory = directory();
    let server = Server::start(&directory, counting());
    for (user_id, session) in [("alice", 1), ("bob", 2), ("carol", 3)] {
        assert_eq!(server.log_in(&directory, user_id, session), ErrorCode::NONE);
    }
    server.nodes.log_out("bob", 2);
    eventually("bob is logged out", || directory.find("bob").unwrap().is_none());
    directory.release(server.owner()).unwrap();
    eventually("it is lost", || server.nodes.counts().lost == 1);
    // Also what was before.
    let (taken, lost) = watch(&server.nodes);
    let expected = Lost {
        first_room: 0,
        sessions: vec![("alice".to_owned(), 1), ("carol".to_owned(), 3)],
    };
    assert_eq!(lost.recv_timeout(PATIENCE), Ok(expected));
    let slot = taken.recv_timeout(PATIENCE).expect("a slot");
    assert_eq!(slot.first_room, 0);
    assert!(slot.generation > server.owner().generation);
    assert!(slot.first_unique_id > server.nodes.first_unique_id());
    let owner = server.nodes.owners().remove(0);
    assert_eq!((owner.slot, owner.generation), (0, slot.generation));
    // The old session has nothing to say about the new one.
    server.nodes.log_out("alice", 1);
    let ticket = ticket(&directory, "alice", &owner);
    assert_eq!(server.log_in_with(&ticket, "alice", 4), ErrorCode::NONE);
    let known = directory.find("alice").unwrap();
    assert_eq!(known, Some(at(&owner, 4)));
    // It listens there as well.
    let other = Server::start(&directory, settings());
    eventually("requests come there", || other.tell("alice") == Ok(()));
    let counts = server.nodes.counts();
    assert_eq!(
        (counts.held, counts.taken, counts.taken_over, counts.lost),
        (1, 2, 0, 1)
    );
    assert!(taken.is_empty() && lost.is_empty());
}

#[test]
fn a_server_without_a_slot_waits_for_one_and_lets_nobody_in() {
    let (memory, directory) = memory_and_directory();
    let few = Offer {
        rooms: 1 << 31,
        ..offer()
    };
    let join = |settings| Nodes::join(Arc::new(directory.clone()), few.clone(), settings);
    let nodes = join(counting()).expect("the only slot");
    let (taken, lost) = watch(&nodes);
    let owner = nodes.owners().remove(0);
    let other = taken_by_another(&memory, &directory, &owner, &few);
    assert_eq!(lost.recv_timeout(PATIENCE).map(|slot| slot.first_room), Ok(0));
    assert_eq!(nodes.owners(), []);
    let right = ticket(&directory, "alice", &owner);
    let refused = nodes.check_login("alice", right.as_str(), 1);
    assert_eq!(refused, Err(ErrorCode::LOGIN_UNAVAILABLE));
    assert!(!nodes.is_within_lease(0));
    assert!(taken.is_empty());
    directory.release(&other).unwrap();
    let slot = taken.recv_timeout(PATIENCE).expect("a slot");
    assert!(slot.generation > other.generation);
    assert!(nodes.is_within_lease(0));
}

/// What it wanted it wants again; and has another where that is somebody else's.
#[test]
fn a_server_that_wants_a_slot_wants_it_again() {
    let (memory, directory) = memory_and_directory();
    let settings = NodeSettings {
        wanted: Some(7),
        ..counting()
    };
    let server = Server::start(&directory, settings);
    let (taken, _lost) = watch(&server.nodes);
    directory.release(server.owner()).unwrap();
    let slot = taken.recv_timeout(PATIENCE).expect("a slot");
    assert_eq!(slot.first_room, 70);
    let owner = server.nodes.owners().remove(0);
    taken_by_another(&memory, &directory, &owner, &offer());
    let slot = taken.recv_timeout(PATIENCE).expect("a slot");
    assert_eq!(slot.first_room, 0);
}

#[test]
fn slots_of_servers_that_are_gone_are_taken_over() {
    let directory = directory();
    let [first, second, _third] = [(); 3].map(|()| {
        let slot = directory.take_slot(&offer(), None, LEASE).unwrap();
        let Slot::Taken(owner) = slot else {
            panic!("it is free");
        };
        owner
    });
    let settings = NodeSettings {
        takeover: true,
        ..counting()
    };
    let server = Server::start(&directory, settings);
    let (taken, lost) = watch(&server.nodes);
    assert_eq!(server.owner().slot, 3);
    for gone in [&second, &first] {
        directory.release(gone).unwrap();
        let slot = taken.recv_timeout(PATIENCE).expect("a slot");
        assert_eq!(slot.first_room, i32::try_from(gone.slot).unwrap() * 10);
        assert!(slot.generation > gone.generation);
    }
    let owners = server.nodes.owners();
    assert_eq!(
        owners.iter().map(|owner| owner.slot).collect::<Vec<_>>(),
        [3, 1, 0]
    );
    eventually("both are counted", || server.nodes.counts().taken_over == 2);
    // Whoever has a ticket for any of them is let in, and is there.
    for (session, owner) in (1..).zip(&owners) {
        let user_id = format!("user {session}");
        let ticket = ticket(&directory, &user_id, owner);
        assert_eq!(server.log_in_with(&ticket, &user_id, session), ErrorCode::NONE);
        assert_eq!(directory.find(&user_id).unwrap(), Some(at(owner, session)));
        let room = i32::try_from(owner.slot).unwrap() * 10 + 9;
        assert!(server.nodes.is_within_lease(room));
    }
    assert!(!server.nodes.is_within_lease(20));
    // One of them is lost; the others stay.
    directory.release(&owners[1]).unwrap();
    let gone = lost.recv_timeout(PATIENCE).expect("it is told");
    assert_eq!(
        (gone.first_room, gone.sessions),
        (10, vec![("user 2".to_owned(), 2)])
    );
    assert!(directory.find("user 3").unwrap().is_some());
    assert_eq!(taken.recv_timeout(PATIENCE).map(|slot| slot.first_room), Ok(10));
    server.nodes.leave();
    let left = directory.servers().unwrap().into_iter();
    assert_eq!(left.map(|server| server.owner.slot).collect::<Vec<_>>(), [2]);
}

#[test]
fn whoever_has_lost_the_lease_may_leave_at_once() {
    let directory = directory();
    let (node, nodes) = unbounded::<Arc<Nodes>>();
    let (sender, left) = unbounded();
    let joined = Nodes::join(Arc::new(directory.clone()), offer(), counting()).expect("a slot");
    joined.watch(
        |_| (),
        move |_| {
            nodes.recv_timeout(PATIENCE).expect("its place").leave();
            sender.send(()).expect("a test");
        },
    );
    directory.release(&joined.owners()[0]).unwrap();
    node.send(joined).expect("a test");
    left.recv_timeout(PATIENCE).expect("it has left");
    // And takes no other slot.
    eventually("nobody is there", || directory.servers().unwrap().is_empty());
}

#[test]
fn a_directory_that_is_away_takes_no_lease() {
    let (directory, clock) = (directory(), ManualClock::default());
    let settings = NodeSettings {
        clock: clock.clock(),
        ..counting()
    };
    let server = Server::start(&directory, settings);
    let (taken, lost) = watch(&server.nodes);
    directory.set(Mood::Away);
    // Several leases long.
    eventually("ten renewals in vain", || server.nodes.counts().unanswered > 10);
    assert!(server.nodes.is_within_lease(9) && !server.nodes.is_within_lease(10));
    clock.pass(SHORT);
    assert!(
        !server.nodes.is_within_lease(9),
        "somebody else may have it by now"
    );
    directory.set(Mood::Well);
    eventually("its lease goes on", || server.nodes.is_within_lease(9));
    server.nodes.leave();
    assert!(lost.is_empty() && taken.is_empty());
    assert!(!server.nodes.is_within_lease(9));
}
