//! Tests of the queues: on one thread, where the order is known, and on many threads. Every order of few threads is in
//! `tests/queue_models.rs`; these are the ones that Miri runs.

use std::collections::VecDeque;
use std::iter;
use std::sync::Arc;
use std::thread;

use proptest::prelude::*;

use super::{BlockingQueue, Doorbell, RingQueue};

const PUSHERS: usize = 3;
/// Items of each pusher. Miri is some thousand times slower.
const EACH: usize = if cfg!(miri) { 50 } else { 5_000 };

#[test]
fn blocking_what_goes_in_first_comes_out_first() {
    let queue = BlockingQueue::new(3);
    for number in [1, 2, 3] {
        assert_eq!(queue.push(number), Ok(()));
    }
    assert_eq!(
        [queue.pop(), queue.pop(), queue.pop()],
        [Some(1), Some(2), Some(3)]
    );
}

#[test]
fn blocking_a_closed_queue_gives_what_is_left_and_takes_nothing() {
    let queue = BlockingQueue::new(3);
    assert_eq!(queue.push(1), Ok(()));
    queue.close();
    assert_eq!(queue.push(2), Err(2));
    assert_eq!((queue.pop(), queue.pop(), queue.pop()), (Some(1), None, None));
}

#[test]
#[should_panic(expected = "room for one item")]
fn blocking_a_queue_for_nothing_is_refused() {
    let _ = BlockingQueue::<u8>::new(0);
}

#[test]
fn blocking_threads_lose_nothing_and_double_nothing() {
    // So small that everybody sleeps now and then.
    let queue = BlockingQueue::new(2);
    let popped = thread::scope(|scope| {
        let poppers = [(); 3].map(|()| scope.spawn(|| iter::from_fn(|| queue.pop()).collect::<Vec<_>>()));
        let pushers = numbers().map(|own| {
            let queue = &queue;
            scope.spawn(move || own.into_iter().try_for_each(|number| queue.push(number)))
        });
        for pusher in pushers {
            assert_eq!(pusher.join().expect("no panic"), Ok(()));
        }
        queue.close();
        poppers.map(|popper| popper.join().expect("no panic"))
    });
    assert_all_once(popped.into_iter().flatten());
}

#[test]
fn ring_full_at_its_capacity_and_gives_the_item_back() {
    for capacity in [2, 4, 64] {
        let queue = RingQueue::new(capacity);
        assert_eq!(queue.capacity(), capacity);
        for number in 0..capacity {
            assert_eq!(queue.try_push(number), Ok(()));
        }
        assert_eq!(queue.try_push(99), Err(99));
        for number in 0..capacity {
            assert_eq!(queue.try_pop(), Some(number));
        }
        assert_eq!(queue.try_pop(), None);
    }
}

#[test]
fn ring_a_capacity_that_does_not_work_is_refused() {
    for capacity in [0, 1, 3, 6, 1_000] {
        let result = std::panic::catch_unwind(|| RingQueue::<u8>::new(capacity));
        assert!(result.is_err(), "{capacity}");
    }
}

#[test]
fn ring_what_nobody_takes_is_dropped_once() {
    let item = Arc::new(());
    let queue = RingQueue::new(4);
    for _ in 0..3 {
        queue.try_push(Arc::clone(&item)).expect("room for 4");
    }
    drop(queue.try_pop());
    assert_eq!(Arc::strong_count(&item), 3);
    drop(queue);
    assert_eq!(Arc::strong_count(&item), 1);
}

proptest! {
    #[test]
    #[cfg_attr(miri, ignore = "it keeps failures in files, which Miri does not let it do")]
    fn ring_does_what_a_deque_does_wherever_its_positions_begin(
        first in prop_oneof![Just(0), any::<usize>(), usize::MAX - 20..=usize::MAX],
        capacity in prop_oneof![Just(2_usize), Just(4), Just(8)],
        pushes in prop::collection::vec(any::<bool>(), 0..100),
    ) {
        let queue = RingQueue::starting_at(first, capacity);
        let mut deque = VecDeque::new();
        for (number, is_push) in pushes.into_iter().enumerate() {
            if !is_push {
                prop_assert_eq!(queue.try_pop(), deque.pop_front());
            } else if deque.len() < capacity {
                prop_assert_eq!(queue.try_push(number), Ok(()));
                deque.push_back(number);
            } else {
                prop_assert_eq!(queue.try_push(number), Err(number));
            }
        }
    }
}

#[test]
fn ring_threads_lose_nothing_and_double_nothing() {
    // So small that it is full and empty all the time; its positions begin again at 0 on the way. A box that is
    // lost or doubled is also a leak or a double free, which Miri finds.
    let queue = RingQueue::starting_at(usize::MAX - EACH, 2);
    let popped = thread::scope(|scope| {
        let poppers = [(); 3].map(|()| {
            let pop = || until(thread::yield_now, || queue.try_pop());
            scope.spawn(move || iter::repeat_with(pop).take(EACH).collect::<Vec<_>>())
        });
        for own in numbers() {
            let queue = &queue;
            scope.spawn(move || own.into_iter().for_each(|number| push(queue, Box::new(number))));
        }
        poppers.map(|popper| popper.join().expect("no panic"))
    });
    assert_all_once(popped.into_iter().flatten().map(|number| *number));
}

#[test]
fn doorbell_threads_that_sleep_miss_no_ring() {
    let (queue, not_empty) = (RingQueue::new(2), Doorbell::default());
    let popped = thread::scope(|scope| {
        let pop = || {
            let item = not_empty.wait_for(|| queue.try_pop());
            thread::yield_now();
            item
        };
        let poppers = [(); 3].map(|()| scope.spawn(move || (0..EACH).map(|_| pop()).collect::<Vec<_>>()));
        for own in numbers() {
            let (queue, not_empty) = (&queue, &not_empty);
            scope.spawn(move || {
                for number in own {
                    push(queue, number);
                    not_empty.ring();
                }
            });
        }
        poppers.map(|popper| popper.join().expect("no panic"))
    });
    assert_all_once(popped.into_iter().flatten());
}

/// What each pusher pushes: all numbers from 0 on, each once.
fn numbers() -> [std::ops::Range<usize>; PUSHERS] {
    std::array::from_fn(|pusher| pusher * EACH..(pusher + 1) * EACH)
}

fn assert_all_once(popped: impl Iterator<Item = usize>) {
    let mut sorted: Vec<_> = popped.collect();
    sorted.sort_unstable();
    assert!(sorted.into_iter().eq(0..PUSHERS * EACH));
}

fn push<T>(queue: &RingQueue<T>, item: T) {
    let mut waiting = Some(item);
    until(thread::yield_now, || {
        waiting = queue.try_push(waiting.take()?).err();
        waiting.is_none().then_some(())
    });
}

fn until<T>(wait: impl Fn(), mut attempt: impl FnMut() -> Option<T>) -> T {
    loop {
        match attempt() {
            Some(success) => return success,
            None => wait(),
        }
    }
}
