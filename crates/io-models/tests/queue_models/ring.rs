//! The ring, in every order of the threads: no two of them have the same slot, nothing is lost, and an item that no
//! thread takes is dropped. The test itself is one of the threads.

use std::sync::atomic::{AtomicBool, Ordering};

use loom::sync::Arc;
use loom::thread;

use crate::ring::RingQueue;
use crate::{for_every_order, sorted};

#[test]
fn two_pushers_and_two_poppers() {
    for_every_order(|| {
        let queue = Arc::new(RingQueue::new(2));
        let pushers = ["a", "b"].map(|item| {
            let queue = Arc::clone(&queue);
            // A box: who reads one that another thread has not finished reads any address.
            thread::spawn(move || queue.try_push(Box::new(item)))
        });
        let other = Arc::clone(&queue);
        let popper = thread::spawn(move || other.try_pop());
        let mut popped = vec![queue.try_pop()];
        for pusher in pushers {
            assert_eq!(pusher.join().expect("no panic"), Ok(()));
        }
        popped.push(popper.join().expect("no panic"));
        // All is quiet: what is left is all there.
        popped.extend([queue.try_pop(), queue.try_pop()]);
        let popped = sorted(popped.into_iter().flatten());
        assert_eq!(popped, [Box::new("a"), Box::new("b")]);
        assert_eq!(queue.try_pop(), None);
    });
}

#[test]
fn round_and_round_in_the_order_of_the_pusher() {
    for_every_order(|| {
        let queue = Arc::new(RingQueue::new(2));
        let other = Arc::clone(&queue);
        let pusher = thread::spawn(move || (1..=5).for_each(|number| push(&other, number)));
        for number in 1..=5 {
            assert_eq!(pop(&queue), number);
        }
        pusher.join().expect("no panic");
    });
}

#[test]
fn the_next_round_waits_for_a_slow_popper() {
    for_every_order(|| {
        let queue = Arc::new(RingQueue::new(2));
        assert_eq!((queue.try_push(1), queue.try_push(2)), (Ok(()), Ok(())));
        let other = Arc::clone(&queue);
        let popper = thread::spawn(move || (other.try_pop(), other.try_pop()));
        let pushed = queue.try_push(3);
        assert_eq!(popper.join().expect("no panic"), (Some(1), Some(2)));
        assert_eq!(queue.try_pop(), pushed.ok().map(|()| 3));
    });
}

#[test]
fn the_last_place_is_for_one_of_two() {
    for_every_order(|| {
        let queue = Arc::new(RingQueue::new(2));
        assert_eq!(queue.try_push('a'), Ok(()));
        let other = Arc::clone(&queue);
        let pusher = thread::spawn(move || other.try_push('b'));
        let pushed = [queue.try_push('c'), pusher.join().expect("no panic")];
        assert_eq!(queue.try_pop(), Some('a'));
        match pushed {
            [Ok(()), Err('b')] => assert_eq!(queue.try_pop(), Some('c')),
            [Err('c'), Ok(())] => assert_eq!(queue.try_pop(), Some('b')),
            other => panic!("{other:?}"),
        }
        assert_eq!(queue.try_pop(), None);
    });
}

#[test]
fn the_last_item_is_for_one_of_two() {
    for_every_order(|| {
        let queue = Arc::new(RingQueue::new(2));
        assert_eq!(queue.try_push('a'), Ok(()));
        let other = Arc::clone(&queue);
        let popper = thread::spawn(move || other.try_pop());
        let popped = [queue.try_pop(), popper.join().expect("no panic")];
        assert_eq!(sorted(popped), [None, Some('a')]);
    });
}

#[test]
fn what_is_left_is_dropped_by_the_last_thread() {
    for_every_order(|| {
        let item = Arc::new(());
        let queue = Arc::new(RingQueue::new(2));
        let (other, given) = (Arc::clone(&queue), Arc::clone(&item));
        let pusher = thread::spawn(move || other.try_push(given).expect("room for 2"));
        queue.try_push(Arc::clone(&item)).expect("room for 2");
        drop(queue.try_pop());
        drop(queue);
        pusher.join().expect("no panic");
        assert_eq!(Arc::strong_count(&item), 1);
    });
}

/// What "lock-free" would forbid, and this ring is not: a thread that has taken a position and goes no further stops
/// those behind it. It hides even what this very thread has pushed.
#[test]
fn a_push_that_is_not_finished_hides_those_behind_it() {
    static IS_HIDDEN: AtomicBool = AtomicBool::new(false);
    static IS_SEEN: AtomicBool = AtomicBool::new(false);
    for_every_order(|| {
        let queue = Arc::new(RingQueue::new(2));
        let other = Arc::clone(&queue);
        let pusher = thread::spawn(move || other.try_push('a'));
        assert_eq!(queue.try_push('b'), Ok(()));
        let seen = match queue.try_pop() {
            Some(_) => &IS_SEEN,
            None => &IS_HIDDEN,
        };
        seen.store(true, Ordering::Relaxed);
        assert_eq!(pusher.join().expect("no panic"), Ok(()));
    });
    assert!(IS_SEEN.load(Ordering::Relaxed) && IS_HIDDEN.load(Ordering::Relaxed));
}

fn push(queue: &RingQueue<u32>, number: u32) {
    while queue.try_push(number).is_err() {
        thread::yield_now();
    }
}

fn pop(queue: &RingQueue<u32>) -> u32 {
    loop {
        match queue.try_pop() {
            Some(number) => return number,
            None => thread::yield_now(),
        }
    }
}
