//! What goes wrong and when: outages of each server and of Redis, out of a seed, so that the same ones can be had again.

use std::time::Duration;

use fastrand::Rng;

/// Chat servers.
pub(crate) const SERVERS: usize = 3;

/// A server that is stopped for so long has lost its rooms: its lease is a second, and others look four times a second.
const TAKEN: Duration = Duration::from_millis(1_500);

/// What is killed and stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// A chat server, by number.
    Server(usize),
    /// The directory, which has the logs too.
    Redis,
}

/// How something is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// SIGKILL, and another start later.
    Killed,
    /// SIGSTOP, and SIGCONT later: what it has read it goes on with, as if no time had passed.
    Stopped,
}

/// A time for which something is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outage {
    /// From the beginning of the run.
    pub(crate) at: Duration,
    pub(crate) fault: Fault,
    pub(crate) lasts: Duration,
}

/// The outages of a target that begin before `end`, none before the end of another. A server has one in `every` on average,
/// and those that chance alone would hardly ever give: see [`caught`]. Redis has half as many, since all servers hang on it.
pub(crate) fn outages(seed: u64, target: Target, every: Duration, end: Duration) -> Vec<Outage> {
    let mut outages = drawn(seed, target, every, end);
    if let Target::Server(number) = target {
        outages.extend(caught(seed, number, every, end));
        outages.sort_by_key(|outage| outage.at);
        let mut free = Duration::ZERO;
        outages.retain(|outage| {
            let is_free = outage.at >= free;
            if is_free {
                free = outage.at + outage.lasts;
            }
            is_free
        });
    }
    outages
}

/// Each lasts half as long as `every` at most.
fn drawn(seed: u64, target: Target, every: Duration, end: Duration) -> Vec<Outage> {
    let (number, every) = match target {
        Target::Redis => (u64::MAX, 2 * every),
        Target::Server(number) => (number as u64, every),
    };
    let mut chance = Rng::with_seed(seed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let mut outages = Vec::new();
    let mut now = Duration::ZERO;
    loop {
        let outage = Outage {
            at: now + every.mul_f64(0.25 + chance.f64()),
            fault: match chance.bool() {
                true => Fault::Killed,
                false => Fault::Stopped,
            },
            lasts: every.mul_f64(0.5 * chance.f64() * chance.f64()),
        };
        if outage.at >= end {
            return outages;
        }
        now = outage.at + outage.lasts;
        outages.push(outage);
    }
}

// ANCHOR: caught
/// While Redis is away, a server has messages on the way to it. It is stopped there, until Redis is back, and another server
/// has its rooms: when it goes on, it tries once more to store them. Each outage of Redis catches one server so.
fn caught(seed: u64, number: usize, every: Duration, end: Duration) -> Vec<Outage> {
    let mut chance = Rng::with_seed(!seed);
    let mut caught = Vec::new();
    for away in drawn(seed, Target::Redis, every, end) {
        let (victim, waits, longer) = (chance.usize(..SERVERS), chance.f64(), chance.f64());
        let at = away.at + away.lasts.mul_f64(waits);
        if victim == number {
            caught.push(Outage {
                at,
                fault: Fault::Stopped,
                lasts: away.at + away.lasts - at + TAKEN.mul_f64(1.0 + longer),
            });
        }
    }
    caught
}
// ANCHOR_END: caught

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: Duration = Duration::from_secs(10);
    const END: Duration = Duration::from_secs(1_800);

    #[test]
    fn a_seed_gives_the_same_outages_again_and_others_for_each_target() {
        let [first, second, redis] = [Target::Server(0), Target::Server(1), Target::Redis];
        let of = |seed, target| outages(seed, target, EVERY, END);
        assert_eq!(of(1, first), of(1, first));
        assert_ne!(of(1, first), of(2, first));
        assert_ne!(of(1, first), of(1, second));
        assert!(of(1, redis).len() < of(1, first).len());
    }

    #[test]
    fn all_begin_in_time_one_after_the_other_and_are_of_both_kinds() {
        for seed in 0..100 {
            let outages = outages(seed, Target::Server(2), EVERY, END);
            assert!(outages.len() > 90, "{}", outages.len());
            assert!(outages.iter().all(|outage| outage.at < END + EVERY));
            let ends = outages.iter().map(|outage| outage.at + outage.lasts);
            assert!(ends.zip(&outages[1..]).all(|(end, next)| end <= next.at));
            let killed = outages
                .iter()
                .filter(|outage| outage.fault == Fault::Killed)
                .count();
            assert!(killed > 20 && killed < outages.len() - 20, "{killed}");
        }
    }

    #[test]
    fn an_outage_of_redis_catches_a_server_and_lets_it_go_when_others_have_its_rooms() {
        for seed in 0..100 {
            let caught: Vec<_> = (0..SERVERS)
                .flat_map(|number| caught(seed, number, EVERY, END))
                .collect();
            let redis = outages(seed, Target::Redis, EVERY, END);
            assert_eq!(caught.len(), redis.len());
            for away in redis {
                let end = away.at + away.lasts;
                let is_of_it = |stop: &&Outage| (away.at..=end).contains(&stop.at);
                let stop = caught.iter().find(is_of_it).expect("a server that is stopped");
                assert!(stop.at + stop.lasts >= end + TAKEN);
            }
        }
    }
}
