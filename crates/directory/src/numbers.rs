//! The numbers of a directory for those who watch a server: how often it was called, what became of requests to other
//! servers, which slots the server has, and what has happened to them; and of Redis, where that is the directory.

use std::sync::{Arc, Weak};

use admin::{Numbers, Source};

use crate::counted::{Counted, Outcome};
use crate::nodes::Nodes;
use crate::redis;

impl Source for Counted {
    fn tell(&self, numbers: &mut Numbers) {
        for (result, count) in [("answered", self.answered()), ("unanswered", self.unanswered())] {
            let help = "Calls of the directory, by whether it has answered.";
            numbers.counter("directory_calls", help, &[("result", result)], count);
        }
        for outcome in Outcome::ALL {
            let help = "Requests to other servers, by what has become of them.";
            let result = [("result", outcome.word())];
            numbers.counter("server_requests", help, &result, self.asked(outcome));
        }
        for owner in self.owners() {
            let help = "Slots that this server has, and their generations; the value is 1.";
            let (slot, generation) = (owner.slot.to_string(), owner.generation.to_string());
            let labels = [
                ("game", owner.game.as_str()),
                ("slot", &slot),
                ("generation", &generation),
            ];
            numbers.gauge("slot_info", help, &labels, 1);
        }
    }
}

/// Tells what has happened to the slots of a server, for as long as it has a place in the directory.
#[derive(Debug, Clone)]
pub struct NodeNumbers(Weak<Nodes>);

impl NodeNumbers {
    /// Those of these places. It does not keep them.
    #[must_use]
    pub fn new(nodes: &Arc<Nodes>) -> Self {
        Self(Arc::downgrade(nodes))
    }
}

impl Source for NodeNumbers {
    fn tell(&self, numbers: &mut Numbers) {
        let Some(nodes) = self.0.upgrade() else {
            return;
        };
        let counts = nodes.counts();
        numbers.gauge("slots", "Slots that this server has.", &[], counts.held);
        let help = "Slots that this server has, and whose rooms it does not serve yet.";
        numbers.gauge("slots_unready", help, &[], counts.unready);
        let help = "Attempts to get the rooms of a slot ready that have failed; they are repeated.";
        numbers.counter("slots_unprepared", help, &[], counts.unprepared);
        let help = "Slots that this server has taken, the first one among them.";
        numbers.counter("slots_taken", help, &[], counts.taken);
        let help = "Slots that this server has taken beside its own, since their servers were gone.";
        numbers.counter("slots_taken_over", help, &[], counts.taken_over);
        let help = "Slots that this server has lost, since their leases had ended.";
        numbers.counter("slots_lost", help, &[], counts.lost);
        let help = "Renewals of leases to which the directory has not answered.";
        numbers.counter("renewals_unanswered", help, &[], counts.unanswered);
    }
}

/// Tells how much a Redis was used.
#[derive(Debug, Clone)]
pub struct RedisNumbers(Arc<redis::Counts>);

impl RedisNumbers {
    /// Those of this Redis.
    #[must_use]
    pub fn new(redis: &redis::Redis) -> Self {
        Self(Arc::clone(redis.counts()))
    }
}

impl Source for RedisNumbers {
    fn tell(&self, numbers: &mut Numbers) {
        let Self(counts) = self;
        numbers.counter("redis_calls", "Calls of Redis.", &[], counts.calls());
        let help = "Calls of Redis that have had no answer, or an error as their answer.";
        numbers.counter("redis_failures", help, &[], counts.failures());
        let help = "Connections to Redis that were made in place of lost ones.";
        numbers.counter("redis_reconnects", help, &[], counts.reconnects());
        let help = "Requests of other servers that have come over Redis.";
        numbers.counter("server_requests_received", help, &[], counts.requests_in());
    }
}
