//! The queue with a mutex, in every order of the threads: none sleeps for ever, and nothing is lost. The test itself is
//! one of the threads.

use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use crate::blocking::BlockingQueue;
use crate::{for_every_order, sorted};

#[test]
fn two_pushers_and_two_poppers_meet_in_one_place() {
    for_every_order(|| {
        let queue = Arc::new(BlockingQueue::new(1));
        let pushers = ['a', 'b'].map(|item| {
            let queue = Arc::clone(&queue);
            thread::spawn(move || queue.push(item))
        });
        let other = Arc::clone(&queue);
        let popper = thread::spawn(move || other.pop());
        let own = queue.pop();
        let others = popper.join().expect("no panic");
        assert_eq!(sorted([own, others]), [Some('a'), Some('b')]);
        for pusher in pushers {
            assert_eq!(pusher.join().expect("no panic"), Ok(()));
        }
    });
}

#[test]
fn a_popper_whose_item_was_stolen_sleeps_on() {
    for_every_order(|| {
        let queue = Arc::new(BlockingQueue::new(2));
        let poppers = [(); 2].map(|()| {
            let queue = Arc::clone(&queue);
            thread::spawn(move || queue.pop())
        });
        assert_eq!(queue.push('a'), Ok(()));
        assert_eq!(queue.push('b'), Ok(()));
        let popped = poppers.map(|popper| popper.join().expect("no panic"));
        assert_eq!(sorted(popped), [Some('a'), Some('b')]);
    });
}

#[test]
fn a_pusher_whose_place_was_stolen_sleeps_on() {
    for_every_order(|| {
        let queue = Arc::new(BlockingQueue::new(1));
        let pushed = Arc::new(AtomicUsize::new(0));
        assert_eq!(queue.push('a'), Ok(()));
        let pushers = ['b', 'c'].map(|item| {
            let (queue, pushed) = (Arc::clone(&queue), Arc::clone(&pushed));
            thread::spawn(move || {
                assert_eq!(queue.push(item), Ok(()));
                pushed.fetch_add(1, Ordering::Relaxed);
            })
        });
        assert_eq!(queue.pop(), Some('a'));
        assert!(pushed.load(Ordering::Relaxed) <= 1, "there is room for one");
        assert_eq!(sorted([queue.pop(), queue.pop()]), [Some('b'), Some('c')]);
        for pusher in pushers {
            pusher.join().expect("no panic");
        }
    });
}

#[test]
fn items_come_in_the_order_of_their_pusher() {
    for_every_order(|| {
        let queue = Arc::new(BlockingQueue::new(1));
        let other = Arc::clone(&queue);
        let pusher = thread::spawn(move || [1, 2, 3].map(|number| other.push(number)));
        assert_eq!(
            [queue.pop(), queue.pop(), queue.pop()],
            [Some(1), Some(2), Some(3)]
        );
        assert_eq!(pusher.join().expect("no panic"), [Ok(()); 3]);
    });
}

#[test]
fn the_end_wakes_all_who_wait_for_an_item() {
    for_every_order(|| {
        let queue = Arc::new(BlockingQueue::<char>::new(1));
        let poppers = [(); 2].map(|()| {
            let queue = Arc::clone(&queue);
            thread::spawn(move || queue.pop())
        });
        queue.close();
        assert_eq!(poppers.map(|popper| popper.join().expect("no panic")), [None; 2]);
    });
}

#[test]
fn the_end_gives_all_who_wait_for_room_their_items_back() {
    for_every_order(|| {
        let queue = Arc::new(BlockingQueue::new(1));
        assert_eq!(queue.push('a'), Ok(()));
        let pushers = ['b', 'c'].map(|item| {
            let queue = Arc::clone(&queue);
            thread::spawn(move || queue.push(item))
        });
        queue.close();
        let returned = pushers.map(|pusher| pusher.join().expect("no panic"));
        assert_eq!(returned, [Err('b'), Err('c')]);
        assert_eq!((queue.pop(), queue.pop()), (Some('a'), None));
    });
}

#[test]
fn at_the_end_an_item_is_either_popped_or_given_back() {
    for_every_order(|| {
        let queue = Arc::new(BlockingQueue::new(1));
        let other = Arc::clone(&queue);
        let pusher = thread::spawn(move || ['a', 'b'].map(|item| other.push(item)));
        let other = Arc::clone(&queue);
        let popper = thread::spawn(move || std::iter::from_fn(|| other.pop()).collect::<Vec<_>>());
        queue.close();
        let pushed = pusher.join().expect("no panic");
        let mut all = popper.join().expect("no panic");
        all.extend(pushed.into_iter().filter_map(Result::err));
        assert_eq!(all, ['a', 'b']);
    });
}
