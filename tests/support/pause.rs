//! Linux: a server that is stopped for a while, as by Ctrl-Z or the freezer of a container, and what its clients do
//! meanwhile.

use std::thread;
use std::time::{Duration, Instant};

use super::{Client, Process, eventually};

/// A server that stands still. What clients send has come when [`send`](Self::send) returns.
pub(crate) struct Pause<'a> {
    process: &'a Process,
    since: Instant,
}

impl<'a> Pause<'a> {
    /// Stops the server. None where the machine is so busy that a timeout, which began after `start`, may be over:
    /// then another try counts.
    #[track_caller]
    pub(crate) fn within(timeout: Duration, start: Instant, process: &'a Process) -> Option<Self> {
        process.freeze();
        let since = Instant::now();
        if since.duration_since(start) >= timeout {
            process.thaw();
            return None;
        }
        Some(Self { process, since })
    }

    /// Sends, and waits until the server's kernel has it.
    #[track_caller]
    pub(crate) fn send(&self, client: &mut Client, bytes: &[u8]) {
        client.send(bytes);
        eventually("the server's kernel has it", || {
            client.bytes_on_their_way_there() == 0
        });
    }

    /// Lets the server go on when this time is over.
    pub(crate) fn lasts(self, time: Duration) {
        thread::sleep(time.saturating_sub(self.since.elapsed()));
        self.process.thaw();
    }
}
