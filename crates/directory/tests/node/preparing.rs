//! A server that must get something ready before it serves the rooms of a slot.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crossbeam_channel::unbounded;
use directory::testing::ManualClock;
use directory::{Directory, Load, Memory, NodeSettings, Owner, Slot};

use crate::server::{LEASE, PATIENCE, Server, eventually, offer, settings};

/// A load that tells how often it was asked for: once for each renewal.
fn counting(renewals: &Arc<AtomicU32>) -> NodeSettings {
    let renewals = Arc::clone(renewals);
    NodeSettings {
        lease: Duration::from_millis(30),
        load: Arc::new(move || {
            renewals.fetch_add(1, Ordering::Relaxed);
            Load::default()
        }),
        ..settings()
    }
}

/// Getting ready takes as long as it takes: leases are renewed meanwhile, a loss is told at once, and rooms that were lost
/// before they were ready never come.
#[test]
fn no_lease_waits_until_a_slot_is_ready() {
    // On a clock that stands still, so that a busy machine loses no lease.
    let directory = Memory::with_clock(ManualClock::default().clock());
    let renewals = Arc::<AtomicU32>::default();
    let server = Server::start(&directory, counting(&renewals));
    let ((asks, asked), (answers, answer)) = (unbounded(), unbounded::<bool>());
    let ((comes, came), (goes, gone)) = (unbounded(), unbounded());
    server.nodes.watch_preparing(
        move |slot| {
            asks.send(slot.first_room).expect("a test");
            let is_ready = answer.recv_timeout(PATIENCE)?;
            is_ready.then_some(()).ok_or("not yet".into())
        },
        move |slot| comes.send(slot.first_room).expect("a test"),
        move |slot| goes.send(slot.first_room).expect("a test"),
    );
    // The first slot was ready before.
    taken_by_another(&directory, server.owner());
    assert_eq!(gone.recv_timeout(PATIENCE), Ok(0));
    assert_eq!(asked.recv_timeout(PATIENCE), Ok(10));
    let before = renewals.load(Ordering::Relaxed);
    eventually("renewals go on", || renewals.load(Ordering::Relaxed) > before + 3);
    assert_eq!(server.nodes.counts().unready, 1);
    taken_by_another(&directory, &server.nodes.owners()[0]);
    assert_eq!(gone.recv_timeout(PATIENCE), Ok(10), "a loss does not wait");
    // Too late for that one; the next one fails once.
    answers.send(true).expect("a test");
    assert_eq!(asked.recv_timeout(PATIENCE), Ok(20));
    answers.send(false).expect("a test");
    assert_eq!(asked.recv_timeout(PATIENCE), Ok(20), "it is tried again");
    answers.send(true).expect("a test");
    assert_eq!(came.recv_timeout(PATIENCE), Ok(20));
    let counts = server.nodes.counts();
    assert_eq!((counts.lost, counts.unready, counts.unprepared), (2, 0, 1));
    assert!(came.is_empty(), "no other rooms have come");
}

/// Another server has the slot from now on. A renewal that comes between the two calls takes it again: then it is lost next time.
fn taken_by_another(directory: &Memory, owner: &Owner) {
    eventually("another server has it", || {
        directory.release(owner).unwrap();
        let slot = directory.take_slot(&offer(), Some(owner.slot), LEASE);
        matches!(slot.unwrap(), Slot::Taken(_))
    });
}
