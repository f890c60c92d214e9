//! Which rooms are this server's, in which generation, and until when it may answer for them.

use std::sync::Arc;

use directory::Nodes;

/// Says which rooms are this server's. Its calls are made on the thread of the log.
pub trait Ownership: Send + 'static {
    /// The generation in which this server has the room; `None` where it has it not.
    fn generation(&self, room: i32) -> Option<u64>;

    /// Whether it may still answer for what it has stored there in this generation. It may wait, for two seconds or so.
    fn may_answer(&self, room: i32, generation: u64) -> bool;
}

/// The owner of all rooms, in one generation: of a server alone.
#[derive(Debug, Clone, Copy)]
pub struct Alone(pub u64);

impl Ownership for Alone {
    fn generation(&self, _: i32) -> Option<u64> {
        Some(self.0)
    }

    fn may_answer(&self, _: i32, generation: u64) -> bool {
        generation == self.0
    }
}

/// One of many servers: it has the rooms of its slots.
#[derive(Debug, Clone)]
pub struct InDirectory {
    nodes: Arc<Nodes>,
    above: u64,
}

impl InDirectory {
    /// The server that has these places.
    #[must_use]
    pub fn new(nodes: Arc<Nodes>) -> Self {
        Self { nodes, above: 0 }
    }

    /// The same with generations that are so much higher than those of the directory: for one in memory, which begins anew
    /// with each start of the program, while the log does not.
    #[must_use]
    pub fn above(self, generation: u64) -> Self {
        let above = generation;
        Self { above, ..self }
    }
}

impl Ownership for InDirectory {
    fn generation(&self, room: i32) -> Option<u64> {
        let generation = self.nodes.generation_of(room)?;
        Some(self.above + generation)
    }

    fn may_answer(&self, room: i32, generation: u64) -> bool {
        if !self.nodes.is_within_lease(room) {
            self.nodes.wait_until_sure();
        }
        self.nodes.is_within_lease(room) && self.generation(room) == Some(generation)
    }
}
