//! Threads that run one at a time, in an order that a seed decides: each goes on where it has paused, and only when it is
//! its turn.

use std::cell::RefCell;
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

use crate::server::PATIENCE;

thread_local! {
    static TURNS: RefCell<Option<Turns>> = const { RefCell::new(None) };
}

/// How a thread waits for its turn.
struct Turns {
    said: Sender<Said>,
    turn: Receiver<()>,
}

/// What a thread says when its turn is over.
enum Said {
    Paused,
    Ended,
}

/// Also where it has panicked.
impl Drop for Turns {
    fn drop(&mut self) {
        let _ = self.said.send(Said::Ended);
    }
}

/// Lets others go first, on a thread that takes turns.
pub(crate) fn pause() {
    TURNS.with_borrow(|turns| {
        if let Some(turns) = turns {
            turns.said.send(Said::Paused).expect("a test");
            turns.turn.recv().expect("its turn");
        }
    });
}

/// Runs `act` with each number below `count`, on as many threads that take turns. `next` decides whose turn it is: it gets
/// how many have not ended, and says which of them.
pub(crate) fn take_turns(count: usize, mut next: impl FnMut(usize) -> usize, act: impl Fn(usize) + Sync) {
    let (said, turns_over) = unbounded();
    thread::scope(|scope| {
        let spawn = |number| {
            let ((turn, turns), said, act) = (bounded(1), said.clone(), &act);
            scope.spawn(move || {
                TURNS.set(Some(Turns { said, turn: turns }));
                pause();
                act(number);
                TURNS.set(None);
            });
            turn
        };
        let mut waiting: Vec<Sender<()>> = (0..count).map(spawn).collect();
        let turn_over = || turns_over.recv_timeout(PATIENCE).expect("a turn that ends");
        (0..count).for_each(|_| assert!(matches!(turn_over(), Said::Paused)));
        while !waiting.is_empty() {
            let index = next(waiting.len());
            waiting[index].send(()).expect("it waits");
            if matches!(turn_over(), Said::Ended) {
                waiting.swap_remove(index);
            }
        }
    });
}
