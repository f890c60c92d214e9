//! What goes through a queue in one measurement: how many items, of how many threads.

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
