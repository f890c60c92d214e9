//! The timeouts of a client's read: how long it may be silent, and how long a packet may take.
//!
//! Only time spent waiting in a read counts, so a server that is busy writing never blames the client for
//! it. No clock in here: whoever waits says for how long.
//!
//! A time that is over is not yet an end. A server may be stopped for longer than a timeout (SIGSTOP, the freezer of
//! a container), and what its clients send meanwhile waits in the kernel. So before the end there is a last look, and
//! what it brings counts as having come in time. A client that has sent nothing is closed, for its time went on: the
//! kernel would have kept its bytes. [`Overtime`] sees to it that nobody lives on last looks.

use std::time::Duration;

use crate::{Limits, NetError};

/// The most that last looks bring in one overtime: the largest packet.
const MOST_IN_OVERTIME: usize = 64 * 1024;

/// What one client has used up of its two timeouts.
#[derive(Debug)]
pub(crate) struct Patience {
    idle: Option<Duration>,
    frame: Option<Duration>,
    /// Waited since the last byte.
    silent: Duration,
    /// Waited since the first byte of the packet that is not complete; `None` between packets.
    in_frame: Option<Duration>,
    /// What the last complete packet took, in case that more of it follows.
    last_frame: Duration,
    /// The clock of a packet runs for a piece of the channel, of which nothing is known yet.
    in_piece: bool,
}

impl Patience {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            idle: limits.idle_timeout,
            frame: limits.frame_timeout,
            silent: Duration::ZERO,
            in_frame: None,
            last_frame: Duration::ZERO,
            in_piece: false,
        }
    }

    /// A read has waited and brought nothing.
    pub(crate) fn waited(&mut self, time: Duration) {
        self.silent += time;
        self.count_in_frame(|| time);
    }

    /// A read has brought bytes. `time` is asked only inside a packet, where it counts.
    pub(crate) fn bytes_came(&mut self, time: impl FnOnce() -> Duration) {
        self.silent = Duration::ZERO;
        self.count_in_frame(time);
    }

    // ANCHOR: frames
    /// What the bytes were: packets completed, and bytes of one that is not complete.
    pub(crate) fn frames(&mut self, completed: usize, pending: usize) {
        self.last_frame = self.in_frame.unwrap_or_default();
        self.in_frame = match (pending, self.in_frame) {
            (0, _) => None,
            (_, Some(waited)) if completed == 0 => Some(waited),
            _ => Some(Duration::ZERO),
        };
    }
    // ANCHOR_END: frames

    /// How long nothing has come.
    pub(crate) fn silent(&self) -> Duration {
        self.silent
    }

    /// The bytes that came have said nothing, so the client has been silent for so long. Those of a piece that is not
    /// complete, if there is one, begin a packet.
    pub(crate) fn said_nothing(&mut self, silent: Duration, has_piece: bool) {
        self.silent = silent;
        if has_piece && self.in_frame.is_none() {
            self.in_frame = Some(Duration::ZERO);
            self.in_piece = true;
        } else if !has_piece {
            self.end_piece();
        }
    }

    /// A piece is complete. What is in it, [`frames`](Self::frames) tells.
    pub(crate) fn end_piece(&mut self) {
        if std::mem::take(&mut self.in_piece) {
            self.in_frame = None;
        }
    }

    /// So much of the time was not the client's.
    pub(crate) fn forgive(&mut self, time: Duration) {
        self.silent = self.silent.saturating_sub(time);
        self.in_frame = self.in_frame.map(|waited| waited.saturating_sub(time));
    }

    /// The packet that was complete is not: its clock runs on.
    pub(crate) fn resume_frame(&mut self) {
        self.in_frame = Some(self.last_frame);
    }

    /// How long the next read may wait, `None` for ever; or which timeout is over.
    pub(crate) fn left(&self) -> Result<Option<Duration>, NetError> {
        let idle = left_of(self.idle, self.silent, NetError::IdleTimeout)?;
        let Some(waited) = self.in_frame else {
            return Ok(idle);
        };
        let frame = left_of(self.frame, waited, NetError::FrameTimeout)?;
        Ok(idle.into_iter().chain(frame).min())
    }

    fn count_in_frame(&mut self, time: impl FnOnce() -> Duration) {
        if let Some(waited) = &mut self.in_frame {
            *waited += time();
        }
    }
}

// ANCHOR: overtime
/// What a client has got by last looks since its time was over.
///
/// What came in time waits in the kernel: a read that does not fill its buffer has brought the rest of it. What comes
/// later, a byte now and then, does not count any more.
#[derive(Debug, Default)]
pub(crate) struct Overtime {
    got: usize,
    is_over: bool,
}

impl Overtime {
    /// A last look has brought so many bytes, into a buffer with so much room.
    pub(crate) fn brought(&mut self, count: usize, room: usize) {
        self.got += count;
        self.is_over = count < room || self.got >= MOST_IN_OVERTIME;
    }

    /// True where nothing that came in time can be left.
    pub(crate) fn is_over(&self) -> bool {
        self.is_over
    }
}
// ANCHOR_END: overtime

/// What is left of a timeout, `None` where it is off.
fn left_of(
    timeout: Option<Duration>,
    used: Duration,
    over: fn(Duration) -> NetError,
) -> Result<Option<Duration>, NetError> {
    match timeout {
        Some(timeout) if used >= timeout => Err(over(timeout)),
        Some(timeout) => Ok(Some(timeout - used)),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    fn patience() -> Patience {
        Patience::new(&Limits {
            idle_timeout: Some(seconds(120)),
            frame_timeout: Some(seconds(10)),
            ..Limits::default()
        })
    }

    #[test]
    fn silence_ends_at_the_idle_timeout_and_a_byte_starts_it_anew() {
        let mut patience = patience();
        patience.waited(seconds(100));
        assert_eq!(patience.left().unwrap(), Some(seconds(20)));
        patience.bytes_came(|| seconds(5));
        assert_eq!(patience.left().unwrap(), Some(seconds(120)));
        patience.waited(seconds(120));
        assert!(matches!(patience.left(), Err(NetError::IdleTimeout(_))));
    }

    // ANCHOR: byte_a_second
    #[test]
    fn a_byte_a_second_does_not_extend_a_packet() {
        let mut patience = patience();
        for _ in 0..10 {
            patience.bytes_came(|| seconds(1));
            patience.frames(0, 1);
        }
        // The first byte starts the packet, so nine seconds have been spent inside it.
        assert_eq!(patience.left().unwrap(), Some(seconds(1)));
        patience.bytes_came(|| seconds(1));
        assert!(matches!(patience.left(), Err(NetError::FrameTimeout(_))));
    }
    // ANCHOR_END: byte_a_second

    #[test]
    fn what_is_forgiven_was_not_waited() {
        let mut patience = patience();
        patience.frames(0, 1);
        patience.waited(seconds(120));
        assert!(patience.left().is_err());
        patience.forgive(seconds(115));
        assert_eq!(patience.left().unwrap(), Some(seconds(5)));
        patience.forgive(seconds(1_000));
        assert_eq!(patience.left().unwrap(), Some(seconds(10)));
        patience.frames(1, 0);
        assert_eq!(patience.left().unwrap(), Some(seconds(120)));
    }

    #[test]
    fn the_clock_of_a_packet_in_two_parts_runs_on() {
        let mut patience = patience();
        patience.frames(0, 1);
        patience.waited(seconds(6));
        patience.frames(1, 0);
        patience.resume_frame();
        assert_eq!(patience.left().unwrap(), Some(seconds(4)));
    }

    #[test]
    fn a_packet_that_completes_gives_the_next_its_whole_time() {
        let mut patience = patience();
        patience.frames(0, 3);
        patience.waited(seconds(9));
        patience.frames(1, 3);
        assert_eq!(patience.left().unwrap(), Some(seconds(10)));
        patience.frames(1, 0);
        assert_eq!(patience.left().unwrap(), Some(seconds(111)));
    }

    #[test]
    fn overtime_lasts_until_a_look_does_not_fill_its_buffer() {
        let mut overtime = Overtime::default();
        assert!(!overtime.is_over());
        overtime.brought(5, 5);
        assert!(!overtime.is_over());
        overtime.brought(1, 100);
        assert!(overtime.is_over());
    }

    #[test]
    fn overtime_does_not_last_for_a_client_that_floods() {
        let mut overtime = Overtime::default();
        let looks = (0..).take_while(|_| {
            overtime.brought(4_096, 4_096);
            !overtime.is_over()
        });
        assert_eq!(looks.count(), 15);
    }

    #[test]
    fn a_timeout_that_is_off_never_ends() {
        let mut patience = Patience::new(&Limits {
            idle_timeout: None,
            frame_timeout: None,
            ..Limits::default()
        });
        patience.frames(0, 1);
        patience.waited(seconds(1_000_000));
        assert_eq!(patience.left().unwrap(), None);
    }
}
