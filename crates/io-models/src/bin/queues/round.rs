//! Producers, a queue, consumers: one measurement.

use std::sync::Barrier;
use std::thread;
use std::time::Instant;

use crate::load::{Item, Load, Numbered};
use crate::receipt::{Receipt, check};
use crate::usage::Usage;

/// What one round says of one queue.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    pub(crate) seconds: f64,
    pub(crate) usage: Option<Usage>,
}

/// Sends all items through a queue, which is known by its two calls, and checks what came. Both calls wait as long as
/// it takes.
///
/// # Errors
/// When an item was lost or doubled, or came out of order.
pub(crate) fn round(
    load: Load,
    push: impl Fn(Item) + Sync,
    pop: impl Fn() -> Item + Sync,
) -> anyhow::Result<Figures> {
    // Nobody is measured while threads are still being made.
    let everybody = Barrier::new(load.producers + load.consumers + 1);
    thread::scope(|scope| {
        let (push, pop, everybody) = (&push, &pop, &everybody);
        let start = move || {
            // The first time they are there, the second time they begin.
            everybody.wait();
            everybody.wait();
        };
        let producers: Vec<_> = (0..load.producers)
            .map(|producer| {
                scope.spawn(move || {
                    start();
                    produce(push, producer, load);
                })
            })
            .collect();
        let consumers: Vec<_> = (0..load.consumers)
            .map(|_| {
                scope.spawn(move || {
                    start();
                    consume(pop, load)
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
        (0..load.consumers).for_each(|_| push(None));
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

fn produce(push: impl Fn(Item), producer: usize, load: Load) {
    let name = producer as u32;
    for number in 1..=load.items_of(producer) {
        push(Some(Numbered {
            producer: name,
            number,
        }));
    }
}

fn consume(pop: impl Fn() -> Item, load: Load) -> Receipt {
    let mut receipt = Receipt::new(load.producers);
    while let Some(item) = pop() {
        receipt.add(item);
    }
    receipt
}
