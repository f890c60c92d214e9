//! What goes wrong and when: outages of each server and of Redis, out of a seed, so that the same ones can be had again.

use std::time::Duration;

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
    /// From the end of the one before, or from the beginning.
    pub(crate) after: Duration,
    pub(crate) fault: Fault,
    pub(crate) lasts: Duration,
}

/// The outages of a target that begin before `end`: one in `every` on average, each at most half as long. Redis has half as
/// many, since all servers hang on it.
pub(crate) fn outages(seed: u64, target: Target, every: Duration, end: Duration) -> Vec<Outage> {
    let (number, every) = match target {
        Target::Redis => (u64::MAX, 2 * every),
        Target::Server(number) => (number as u64, every),
    };
    let mut chance = fastrand::Rng::with_seed(seed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let mut outages = Vec::new();
    let mut now = Duration::ZERO;
    loop {
        let outage = Outage {
            after: every.mul_f64(0.25 + chance.f64()),
            fault: match chance.bool() {
                true => Fault::Killed,
                false => Fault::Stopped,
            },
            lasts: every.mul_f64(0.5 * chance.f64() * chance.f64()),
        };
        now += outage.after;
        if now >= end {
            return outages;
        }
        outages.push(outage);
        now += outage.lasts;
    }
}

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
    fn all_begin_in_time_and_are_of_both_kinds() {
        for seed in 0..100 {
            let outages = outages(seed, Target::Server(2), EVERY, END);
            let begin: Duration = outages.iter().map(|outage| outage.after + outage.lasts).sum();
            assert!(begin < END + EVERY && outages.len() > 90, "{}", outages.len());
            assert!(outages.iter().all(|outage| outage.lasts < EVERY / 2));
            let killed = outages
                .iter()
                .filter(|outage| outage.fault == Fault::Killed)
                .count();
            assert!(killed > 20 && killed < outages.len() - 20, "{killed}");
        }
    }
}
