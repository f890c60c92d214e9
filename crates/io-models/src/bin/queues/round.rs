//! Producers, a queue, consumers: one measurement.

use std::sync::Barrier;
use std::thread;
use std::time::Instant;

use crate::contenders::Queue;
use crate::receipt::{Receipt, check};
use crate::usage::Usage;

/// What a producer sends: `None` ends one consumer.
pub(crate) type Item = Option<Numbered>;

/// The items of a producer are numbered from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Numbered {
    pub(crate) producer: u32,
    pub(crate) number: u64,
}

/// How much goes through a queue, and between how many threads.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub(crate) struct Load {
    pub(crate) producers: usize,
    pub(crate) consumers: usize,
    pub(crate) items: usize,
    pub(crate) capacity: usize,
}

impl Load {
    /// The items of one producer. Where they cannot all have the same number, the first have one more.
    pub(crate) fn items_of(self, producer: usize) -> u64 {
        let one_more = producer < self.items % self.producers;
        (self.items / self.producers + usize::from(one_more)) as u64
    }
}

/// What one round says of one queue.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    pub(crate) seconds: f64,
    pub(crate) usage: Option<Usage>,
}

/// Sends all items through a new queue, and checks what came.
///
/// # Errors
/// When an item was lost or doubled, or came out of order.
pub(crate) fn round<Q: Queue>(load: Load) -> anyhow::Result<Figures> {
    let queue = Q::with_capacity(load.capacity);
    // Nobody is measured while threads are still being made.
    let everybody = Barrier::new(load.producers + load.consumers + 1);
    thread::scope(|scope| {
        let (queue, everybody) = (&queue, &everybody);
        let start = move || {
            // The first time they are there, the second time they begin.
            everybody.wait();
            everybody.wait();
        };
        let producers: Vec<_> = (0..load.producers)
            .map(|producer| {
                scope.spawn(move || {
                    start();
                    produce(queue, producer, load);
                })
            })
            .collect();
        let consumers: Vec<_> = (0..load.consumers)
            .map(|_| {
                scope.spawn(move || {
                    start();
                    consume(queue, load)
                })
            })
            .collect();
        everybody.wait();
        let (used, started) = (Usage::now(), Instant::now());
        everybody.wait();
        for producer in producers {
            producer.join().expect("no panic");
        }
        // Behind all items, so each consumer meets one when there is nothing more for it.
        (0..load.consumers).for_each(|_| queue.push(None));
        let receipts: Vec<_> = consumers
            .into_iter()
            .map(|consumer| consumer.join().expect("no panic"))
            .collect();
        let seconds = started.elapsed().as_secs_f64();
        let usage = Usage::now().zip(used).map(|(end, begin)| end - begin);
        check(&receipts, load)?;
        Ok(Figures { seconds, usage })
    })
}

fn produce(queue: &impl Queue, producer: usize, load: Load) {
    let name = producer as u32;
    for number in 1..=load.items_of(producer) {
        queue.push(Some(Numbered {
            producer: name,
            number,
        }));
    }
}

fn consume(queue: &impl Queue, load: Load) -> Receipt {
    let mut receipt = Receipt::new(load.producers);
    while let Some(item) = queue.pop() {
        receipt.add(item);
    }
    receipt
}
