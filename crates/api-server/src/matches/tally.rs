//! What the matchmaker counts: who waits, who was matched and after how long, and what has come to nothing.

use std::time::Duration;

use admin::Numbers;

/// Bounds of the times that users wait, in seconds.
const STEPS: [f64; 9] = [1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, f64::INFINITY];

/// The counts, from 0 at the start.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    pub(crate) waiting: u64,
    /// Users who have a seat and are expected there.
    pub(crate) entering: u64,
    pub(crate) settled: u64,
    /// Matches in which somebody has not come.
    pub(crate) deserted: u64,
    /// Matches whose server has gone.
    pub(crate) server_gone: u64,
    /// Users who have not come.
    pub(crate) no_show: u64,
    /// Users who have not asked any more.
    pub(crate) gone: u64,
    pub(crate) cancelled: u64,
    /// Parties for which no server had seats.
    pub(crate) no_seats: u64,
    waits: [u64; STEPS.len()],
    waited: Duration,
}

impl Tally {
    /// A user is matched who has waited for so long.
    pub(crate) fn add_wait(&mut self, waited: Duration) {
        let step = STEPS.iter().position(|bound| waited.as_secs_f64() <= *bound);
        self.waits[step.unwrap_or(STEPS.len() - 1)] += 1;
        self.waited += waited;
    }

    pub(crate) fn tell(&self, numbers: &mut Numbers) {
        let (name, help) = (
            "match_users",
            "Users in the queue for a match, by how far they are.",
        );
        for (state, count) in [("waiting", self.waiting), ("entering", self.entering)] {
            numbers.gauge(name, help, &[("state", state)], count);
        }
        let (name, help) = (
            "matches",
            "Matches for which there were seats, by how they ended.",
        );
        for (result, count) in [
            ("settled", self.settled),
            ("no_show", self.deserted),
            ("server_gone", self.server_gone),
        ] {
            numbers.counter(name, help, &[("result", result)], count);
        }
        let (name, help) = (
            "match_failures",
            "Users who have left the queue without a match, by why.",
        );
        for (reason, count) in [
            ("no_show", self.no_show),
            ("gone", self.gone),
            ("cancelled", self.cancelled),
        ] {
            numbers.counter(name, help, &[("reason", reason)], count);
        }
        numbers.counter(
            "match_without_seats",
            "Groups of users who could be matched while no server had seats for them.",
            &[],
            self.no_seats,
        );
        numbers.histogram(
            "match_wait_seconds",
            "How long users have waited until they were matched.",
            &[],
            STEPS.into_iter().zip(self.waits).collect(),
            self.waited.as_secs_f64(),
        );
    }
}
