//! The numbers of a directory for those who watch a server: how often it was called, what became of requests to other
//! servers, which slots the server has; and of Redis, where that is the directory.

use std::sync::Arc;

use admin::{Numbers, Source};

use crate::counted::{Counted, Outcome};
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
