//! The rate limit of one client, in packets a second: a token bucket.
//!
//! A token bucket: it holds `burst` tokens, a packet takes one, and `per_second` of them come back each
//! second. No clock in here: the time comes in as an argument.

use std::time::{Duration, Instant};

/// Without a dropped packet for this long, a client has paused.
const PAUSE: Duration = Duration::from_secs(1);

/// A client that is over its limit for this long without a pause is cut off.
const TOLERANCE: Duration = Duration::from_secs(5);

/// At most one notice in this time tells a client that its packets are dropped.
const NOTICE_INTERVAL: Duration = Duration::from_secs(1);

/// The numbers of a rate limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// Packets a second, in the long run.
    pub per_second: u32,
    /// Packets at once, after a pause.
    pub burst: u32,
}

/// What to do with one packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Within the limit.
    Accept,
    /// Over the limit: answer nothing.
    Drop,
    /// Over the limit: answer nothing but that the limit is reached.
    DropAndTell,
    /// Over the limit for five seconds without a pause: end the connection.
    Close {
        /// The limit, for the log.
        per_second: u32,
    },
}

/// The bucket of one client.
///
/// ```
/// use std::time::{Duration, Instant};
/// use net::{RateLimit, RateLimiter, Verdict};
///
/// let start = Instant::now();
/// let mut limiter = RateLimiter::new(RateLimit { per_second: 10, burst: 2 }, start);
/// assert_eq!(limiter.packet(start), Verdict::Accept);
/// assert_eq!(limiter.packet(start), Verdict::Accept);
/// assert_eq!(limiter.packet(start), Verdict::DropAndTell);
/// assert_eq!(limiter.packet(start), Verdict::Drop);
/// assert_eq!(limiter.packet(start + Duration::from_millis(100)), Verdict::Accept);
/// ```
#[derive(Debug)]
pub struct RateLimiter {
    limit: RateLimit,
    tokens: f64,
    filled_at: Instant,
    /// When the client went over, and when it last was; `None` after a pause.
    over: Option<(Instant, Instant)>,
    told_at: Option<Instant>,
}

impl RateLimiter {
    /// A full bucket.
    #[must_use]
    pub fn new(limit: RateLimit, now: Instant) -> Self {
        Self {
            limit,
            tokens: f64::from(limit.burst),
            filled_at: now,
            over: None,
            told_at: None,
        }
    }

    /// One packet has come.
    pub fn packet(&mut self, now: Instant) -> Verdict {
        self.fill(now);
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Verdict::Accept;
        }
        let since = match self.over {
            Some((since, last)) if now.duration_since(last) < PAUSE => since,
            _ => now,
        };
        self.over = Some((since, now));
        if now.duration_since(since) >= TOLERANCE {
            return Verdict::Close {
                per_second: self.limit.per_second,
            };
        }
        match self.told_at {
            Some(told) if now.duration_since(told) < NOTICE_INTERVAL => Verdict::Drop,
            _ => {
                self.told_at = Some(now);
                Verdict::DropAndTell
            }
        }
    }

    fn fill(&mut self, now: Instant) {
        let seconds = now.duration_since(self.filled_at).as_secs_f64();
        let tokens = self.tokens + seconds * f64::from(self.limit.per_second);
        self.tokens = tokens.min(f64::from(self.limit.burst));
        self.filled_at = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: RateLimit = RateLimit {
        per_second: 100,
        burst: 200,
    };

    /// Sends `count` packets, one every `gap`, and says what became of them and when it ended.
    fn send(
        limiter: &mut RateLimiter,
        mut now: Instant,
        count: u32,
        gap: Duration,
    ) -> (Vec<Verdict>, Instant) {
        let mut verdicts = Vec::new();
        for _ in 0..count {
            verdicts.push(limiter.packet(now));
            now += gap;
        }
        (verdicts, now)
    }

    #[test]
    fn the_burst_passes_and_then_the_rate() {
        let start = Instant::now();
        let mut limiter = RateLimiter::new(LIMIT, start);
        let (burst, now) = send(&mut limiter, start, 200, Duration::ZERO);
        assert!(burst.iter().all(|verdict| *verdict == Verdict::Accept));
        let (steady, _) = send(
            &mut limiter,
            now + Duration::from_millis(10),
            500,
            Duration::from_millis(10),
        );
        let accepted = steady
            .iter()
            .filter(|verdict| **verdict == Verdict::Accept)
            .count();
        // One packet each 10 ms is the rate itself; rounding may cost one in five hundred.
        assert!(accepted >= 499, "{accepted}");
    }

    #[test]
    fn one_notice_a_second_and_the_end_after_five() {
        let start = Instant::now();
        let mut limiter = RateLimiter::new(LIMIT, start);
        let (verdicts, _) = send(&mut limiter, start, 6_000, Duration::from_millis(1));
        let told = verdicts
            .iter()
            .filter(|verdict| **verdict == Verdict::DropAndTell)
            .count();
        assert_eq!(told, 5);
        let closed = verdicts
            .iter()
            .position(|verdict| matches!(verdict, Verdict::Close { .. }))
            .expect("closed");
        // 200 tokens and 100 a second last for about 222 packets at 1,000 a second; five seconds more.
        assert!((5_215..5_235).contains(&closed), "{closed}");
    }

    #[test]
    fn a_pause_of_a_second_forgives() {
        let start = Instant::now();
        let mut limiter = RateLimiter::new(LIMIT, start);
        let (_, now) = send(&mut limiter, start, 4_000, Duration::from_millis(1));
        let (verdicts, _) = send(
            &mut limiter,
            now + Duration::from_secs(1),
            4_000,
            Duration::from_millis(1),
        );
        assert!(
            !verdicts
                .iter()
                .any(|verdict| matches!(verdict, Verdict::Close { .. }))
        );
    }
}
