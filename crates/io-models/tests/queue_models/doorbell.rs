//! The doorbell, in every order of the threads: no thread sleeps while there is something for it.

use loom::sync::Arc;
use loom::thread;

use crate::doorbell::Doorbell;
use crate::ring::RingQueue;
use crate::{for_every_order, sorted};

struct Queue {
    ring: RingQueue<char>,
    not_empty: Doorbell,
    not_full: Doorbell,
}

impl Queue {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            ring: RingQueue::new(2),
            not_empty: Doorbell::default(),
            not_full: Doorbell::default(),
        })
    }

    fn push(&self, item: char) {
        self.not_full.wait_for(|| self.ring.try_push(item).ok());
        self.not_empty.ring();
    }

    fn pop(&self) -> char {
        let item = self.not_empty.wait_for(|| self.ring.try_pop());
        self.not_full.ring();
        item
    }
}

#[test]
fn a_popper_sleeps_until_there_is_an_item() {
    for_every_order(|| {
        let queue = Queue::new();
        let other = Arc::clone(&queue);
        let popper = thread::spawn(move || other.not_empty.wait_for(|| other.ring.try_pop()));
        assert_eq!(queue.ring.try_push('a'), Ok(()));
        queue.not_empty.ring();
        assert_eq!(popper.join().expect("no panic"), 'a');
    });
}

#[test]
fn a_pusher_sleeps_until_there_is_room() {
    for_every_order(|| {
        let queue = Queue::new();
        let other = Arc::clone(&queue);
        let pusher = thread::spawn(move || ['a', 'b', 'c'].map(|item| other.push(item)));
        assert_eq!([queue.pop(), queue.pop(), queue.pop()], ['a', 'b', 'c']);
        pusher.join().expect("no panic");
    });
}

/// The ring of the one behind comes while its item is hidden, and wakes somebody in vain.
#[test]
fn both_of_two_poppers_get_an_item() {
    for_every_order(|| {
        let queue = Queue::new();
        let other = Arc::clone(&queue);
        let popper = thread::spawn(move || other.not_empty.wait_for(|| other.ring.try_pop()));
        let other = Arc::clone(&queue);
        let pusher = thread::spawn(move || {
            assert_eq!(other.ring.try_push('a'), Ok(()));
            other.not_empty.ring();
        });
        assert_eq!(queue.ring.try_push('b'), Ok(()));
        queue.not_empty.ring();
        let own = queue.not_empty.wait_for(|| queue.ring.try_pop());
        pusher.join().expect("no panic");
        assert_eq!(sorted([own, popper.join().expect("no panic")]), ['a', 'b']);
    });
}
