//! When a client sends: as soon as a reply has come, or at times that were fixed before.
//!
//! In a *closed loop* a client waits for replies before it sends more. While the server stalls, it asks
//! nothing, so one long wait stands in the figures where in truth all who would have asked meanwhile had to
//! wait. Gil Tene calls that coordinated omission ("How NOT to Measure Latency", 2013; his wrk2,
//! <https://github.com/giltene/wrk2>, mends it). In an *open loop* the time of each message is fixed when the
//! load starts. Its latency counts from that time, however late it could be sent.

/// Nanoseconds since the load started.
pub(crate) type Nanos = u64;

/// Bytes that a client of an open loop begins to send in one turn at most. Where it is so far behind, its time is
/// over before it has sent them.
const AT_ONCE: u64 = 1 << 20;

/// When one client sends its messages, and how many.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    rhythm: Rhythm,
    /// Messages that it sends in all.
    quota: u64,
}

#[derive(Debug, Clone, Copy)]
enum Rhythm {
    /// So many on the way at the same time.
    Closed { in_flight: u64 },
    /// Message 0 at `first`, each other `every` nanoseconds after the one before it.
    Open { first: f64, every: f64 },
}

impl Pace {
    /// As many as are wanted, so many on the way at the same time.
    pub(crate) fn closed(in_flight: u64, quota: u64) -> Self {
        Self {
            rhythm: Rhythm::Closed { in_flight },
            quota,
        }
    }

    /// The pace of client `number` of `clients`, who take turns to send `rate` messages a second, `total` in
    /// all.
    pub(crate) fn open(rate: f64, number: usize, clients: usize, total: u64) -> Self {
        let every = 1e9 / rate;
        Self {
            rhythm: Rhythm::Open {
                first: number as f64 * every,
                every: clients as f64 * every,
            },
            quota: share(total, number, clients),
        }
    }

    /// Messages that may have been sent by now, when so many replies have come.
    pub(crate) fn may_be_sent(&self, received: u64, now: Nanos) -> u64 {
        let allowed = match self.rhythm {
            Rhythm::Closed { in_flight } => received + in_flight,
            Rhythm::Open { first, .. } if (now as f64) < first => 0,
            Rhythm::Open { first, every } => ((now as f64 - first) / every) as u64 + 1,
        };
        allowed.min(self.quota)
    }

    /// Messages that were due by now: none in a closed loop, which has no times.
    pub(crate) fn due_by(&self, now: Nanos) -> u64 {
        match self.rhythm {
            Rhythm::Closed { .. } => 0,
            Rhythm::Open { .. } => self.may_be_sent(0, now),
        }
    }

    /// Messages of this size that are begun in one turn at most. In a closed loop replies must come before others
    /// may be sent, which is limit enough.
    pub(crate) fn at_once(&self, size: u64) -> u64 {
        match self.rhythm {
            Rhythm::Closed { .. } => self.quota,
            Rhythm::Open { .. } => (AT_ONCE / size.max(1)).max(1),
        }
    }

    /// When the message of this number is due; `None` in a closed loop, and after the last.
    pub(crate) fn due(&self, number: u64) -> Option<Nanos> {
        match self.rhythm {
            // Rounded up, so that a message is due when its time has come, and not a nanosecond before.
            Rhythm::Open { first, every } if number < self.quota => {
                Some((first + number as f64 * every).ceil() as Nanos)
            }
            _ => None,
        }
    }

    /// Messages that it sends in all.
    pub(crate) fn quota(&self) -> u64 {
        self.quota
    }

    /// Nothing more than what has been begun.
    pub(crate) fn stop_after(&mut self, begun: u64) {
        self.quota = self.quota.min(begun);
    }
}

/// What falls to one of `clients`, who take `total` messages in turns.
pub(crate) fn share(total: u64, number: usize, clients: usize) -> u64 {
    let clients = clients as u64;
    total / clients + u64::from((number as u64) < total % clients)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLISECOND: Nanos = 1_000_000;

    #[test]
    fn a_closed_loop_follows_what_has_come() {
        let pace = Pace::closed(4, 10);
        assert_eq!(pace.may_be_sent(0, 0), 4);
        assert_eq!(pace.may_be_sent(5, 0), 9);
        assert_eq!(pace.may_be_sent(8, 0), 10, "no more than are wanted");
        assert_eq!((pace.due(0), pace.due_by(MILLISECOND)), (None, 0));
    }

    #[test]
    fn an_open_loop_follows_the_clock_whatever_has_come() {
        // 1,000 a second: one each millisecond, of which every second one is for the second client.
        let pace = Pace::open(1_000.0, 1, 2, 9);
        assert_eq!(pace.may_be_sent(0, 0), 0);
        assert_eq!(pace.may_be_sent(0, MILLISECOND), 1);
        assert_eq!(pace.may_be_sent(0, 3 * MILLISECOND - 1), 1);
        assert_eq!(pace.may_be_sent(0, 3 * MILLISECOND), 2);
        assert_eq!(
            pace.may_be_sent(0, 1_000 * MILLISECOND),
            4,
            "the first has 5 of 9"
        );
        assert_eq!(pace.due_by(3 * MILLISECOND), 2);
        assert_eq!(pace.due(3), Some(7 * MILLISECOND));
        assert_eq!(pace.due(4), None);
    }

    #[test]
    fn what_is_due_may_be_sent() {
        for rate in [0.3, 7.0, 1_000.0, 333_333.0] {
            let pace = Pace::open(rate, 2, 7, 1_000_000);
            for number in [0, 1, 2, 99, 100_000] {
                let due = pace.due(number).unwrap();
                assert!(pace.may_be_sent(0, due + 1) > number, "{rate} {number}");
            }
        }
    }

    #[test]
    fn shares_make_up_the_whole() {
        for (total, clients) in [(0, 3), (2, 3), (1_000, 7)] {
            let shares = (0..clients).map(|number| share(total, number, clients));
            assert_eq!(shares.sum::<u64>(), total);
        }
    }
}
