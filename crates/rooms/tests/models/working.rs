//! Who takes the role of a worker: all that is put in is done, once, in the order of whoever has put it in, by one
//! thread at a time.

use std::sync::Arc;

use loom::thread;

use crate::for_every_order;
use crate::role::Role;
use crate::sync::{AtomicBool, Mutex, Ordering};

/// What is put in: who has, and the how manieth it is. The last of all ends the own thread.
type Work = (u8, u8);

const END: Work = (u8::MAX, 0);

/// A worker with its channel, as an engine has it.
#[derive(Default)]
struct Place {
    role: Role,
    waiting: Mutex<Vec<Work>>,
    is_working: AtomicBool,
    done: Mutex<Vec<Work>>,
}

impl Place {
    fn put(&self, work: Work) {
        self.waiting.lock().insert(0, work);
    }

    /// Batches of one. False behind the last.
    fn turn(&self, most: usize) -> bool {
        assert!(!self.is_working.swap(true, Ordering::Relaxed), "two work");
        for _ in 0..most {
            let next = self.waiting.lock().pop();
            let Some(next) = next else { break };
            self.done.lock().push(next);
        }
        self.is_working.store(false, Ordering::Relaxed);
        self.done.lock().last() != Some(&END)
    }

    fn has_work(&self) -> bool {
        !self.waiting.lock().is_empty()
    }

    /// As `Desks::work_as_far_as`.
    fn work(&self, most: usize) -> bool {
        while self.role.take() {
            let goes_on = self.turn(most);
            self.role.give_up();
            if !goes_on {
                self.role.ring();
                return false;
            }
            if !self.has_work() {
                return true;
            }
            if most == 1 {
                self.role.ring();
                return true;
            }
        }
        true
    }

    /// The worker's own thread.
    fn work_until_the_end(&self) {
        while self.work(usize::MAX) && self.done.lock().last() != Some(&END) {
            self.role.wait();
        }
    }

    fn done_by(&self, who: u8) -> Vec<u8> {
        let done = self.done.lock();
        let of = done.iter().filter(|(by, _)| *by == who);
        of.map(|(_, number)| *number).collect()
    }
}

/// Client threads that bring something and do their share.
#[test]
fn nothing_that_is_put_in_is_forgotten() {
    for_every_order(|| {
        let place = Arc::new(Place::default());
        let clients = [1, 2].map(|who| {
            let place = Arc::clone(&place);
            thread::spawn(move || {
                for number in 0..2 {
                    place.put((who, number));
                    place.work(usize::MAX);
                }
            })
        });
        clients.into_iter().for_each(|client| client.join().unwrap());
        // Nobody else works here: what is not done now is never done.
        assert_eq!(place.done_by(1), [0, 1]);
        assert_eq!(place.done_by(2), [0, 1]);
    });
}

/// A client thread that leaves what is more than its share to the worker's own thread, and somebody who sends commands.
#[test]
fn what_is_left_to_the_own_thread_is_done() {
    for_every_order(|| {
        let place = Arc::new(Place::default());
        let own = {
            let place = Arc::clone(&place);
            thread::spawn(move || place.work_until_the_end())
        };
        let client = {
            let place = Arc::clone(&place);
            thread::spawn(move || {
                place.put((1, 0));
                place.work(1);
            })
        };
        place.put((2, 0));
        place.role.call();
        client.join().unwrap();
        place.put(END);
        place.role.call();
        own.join().unwrap();
        assert_eq!(place.done_by(1), [0]);
        assert_eq!(place.done_by(2), [0]);
    });
}
