//! Clients that have their last packet in their outbox, and a moment to close.

use std::collections::VecDeque;
use std::sync::Weak;
use std::time::{Duration, Instant};

use net::NetError;

use crate::session::Session;

/// How long a client that has been sent its last packet may take to close, before its connection is cut: as long as
/// `net` waits where the client thread closes.
const LINGER: Duration = Duration::from_secs(1);

/// How long it may take to be sent it where no write timeout says so. One that takes a little now and then would never
/// meet the write timeout.
const LONGEST_LINGER: Duration = Duration::from_secs(10);

/// Clients that are to close, in the order in which they are looked at.
#[derive(Default)]
pub(super) struct Lingering(VecDeque<One>);

/// A client that is to close. A session that is gone is not kept alive by this.
struct One {
    session: Weak<Session>,
    since: Instant,
    /// When it is looked at.
    next: Instant,
    /// Whether all had been sent when it was looked at last.
    was_sent: bool,
}

impl Lingering {
    pub(super) fn add(&mut self, session: Weak<Session>, now: Instant) {
        self.0.push_back(One {
            session,
            since: now,
            next: now + LINGER,
            was_sent: false,
        });
    }

    /// When the first is looked at.
    pub(super) fn next(&self) -> Option<Instant> {
        self.0.front().map(|first| first.next)
    }

    /// A client has the time from when all was sent. One to which that takes too long does without.
    pub(super) fn end(&mut self, now: Instant, write_timeout: Option<Duration>) {
        let longest = write_timeout.unwrap_or(LONGEST_LINGER);
        while let Some(mut one) = self.0.pop_front_if(|one| one.next <= now) {
            let Some(session) = one.session.upgrade() else {
                continue;
            };
            let is_sent = session.unsent() == 0;
            if is_sent && one.was_sent {
                session.end_linger();
            } else if !is_sent && now.saturating_duration_since(one.since) >= longest {
                session.cut(NetError::SlowConsumer(
                    "it does not read its last packet".to_owned(),
                ));
            } else {
                one.next = now + LINGER;
                one.was_sent = is_sent;
                self.0.push_back(one);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use protocol::Codec;

    use super::*;
    use crate::outbox::Sent;
    use crate::testing::Recorder;

    /// The client has taken nothing of a packet, and would take it now.
    fn backlogged(recorder: &Recorder) -> Arc<Session> {
        let transport = Arc::new(recorder.clone());
        let session = Arc::new(Session::new(1, transport, Codec::Binary, None, 0));
        session.put(&[5, 0, 201, 0, 0]);
        assert!(matches!(session.send(), Sent::Part { progress: false }));
        recorder.make_room_for(5);
        session
    }

    /// One that reads everything late has its time from then on, and one that never reads does not stay for ever.
    #[test]
    fn whoever_is_to_close_has_time_for_it_and_an_end() {
        let recorders = [(); 2].map(|()| Recorder::with_room_for(0));
        let sessions = recorders.each_ref().map(backlogged);
        let start = Instant::now();
        let write_timeout = Some(LINGER * 3);
        let mut lingering = Lingering::default();
        for session in &sessions {
            lingering.add(Arc::downgrade(session), start);
        }
        lingering.end(start + LINGER, write_timeout);
        assert!(matches!(sessions[0].send_backlog(), Sent::All));
        lingering.end(start + LINGER * 2, write_timeout);
        assert_eq!(recorders.each_ref().map(Recorder::is_cut), [false, false]);
        lingering.end(start + LINGER * 3, write_timeout);
        assert_eq!(recorders.each_ref().map(Recorder::is_cut), [true, true]);
        assert_eq!(lingering.next(), None);
    }
}
