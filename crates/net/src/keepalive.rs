//! TCP keepalive: the kernel asks a silent connection whether the other side is still there.

use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};

use crate::{Connection, NetError};

// ANCHOR: keepalive
/// When TCP asks a silent peer whether it is still there, and when it gives up (tcp(7); RFC 9293, 3.8.4;
/// RFC 1122, 4.2.3.6).
///
/// A dead peer is found after `idle + count * interval`: the read that waits then fails, and so does every
/// later call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keepalive {
    /// Silence before the first probe (`TCP_KEEPIDLE`). Linux has 2 hours where nothing is set, the least
    /// that RFC 1122 allows as a default.
    pub idle: Duration,
    /// Time from one probe to the next (`TCP_KEEPINTVL`). Linux: 75 seconds where nothing is set.
    pub interval: Duration,
    /// Probes without an answer before the connection is broken (`TCP_KEEPCNT`). Linux: 9 where nothing is
    /// set.
    pub count: u32,
}
// ANCHOR_END: keepalive

impl Connection {
    // ANCHOR: set
    /// `SO_KEEPALIVE` with its three numbers; `None` switches it off, which is the system's default.
    ///
    /// The system counts in whole seconds, so a fraction counts as one more. Linux takes 1 to 32,767 seconds
    /// and 1 to 127 probes.
    ///
    /// This finds a peer whose machine or network is gone. It never finds one that is there and says nothing:
    /// a kernel answers probes while its program sleeps, and that is what a read timeout is for.
    ///
    /// # Errors
    /// [`NetError::Io`] for numbers that the system does not take. Keepalive may be on then, with the numbers
    /// of the system.
    pub fn set_keepalive(&self, keepalive: Option<Keepalive>) -> Result<(), NetError> {
        let socket = SockRef::from(self.stream());
        let result = match keepalive {
            Some(numbers) => socket.set_tcp_keepalive(
                &TcpKeepalive::new()
                    .with_time(in_whole_seconds(numbers.idle))
                    .with_interval(in_whole_seconds(numbers.interval))
                    .with_retries(numbers.count),
            ),
            None => socket.set_keepalive(false),
        };
        result.map_err(|error| NetError::io("set keepalive", error))
    }
    // ANCHOR_END: set
}

/// Rounded up: half a second must not become 0, which the system refuses.
fn in_whole_seconds(time: Duration) -> Duration {
    let fraction = u64::from(time.subsec_nanos() > 0);
    Duration::from_secs(time.as_secs().saturating_add(fraction))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fraction_of_a_second_counts_as_one_more() {
        for (time, seconds) in [
            (Duration::from_millis(1), 1),
            (Duration::from_secs(1), 1),
            (Duration::from_millis(1_001), 2),
            (Duration::MAX, u64::MAX),
        ] {
            assert_eq!(in_whole_seconds(time), Duration::from_secs(seconds));
        }
    }
}
