//! What a server does, counted while it does it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::ending::{Ending, Refusal};
use super::summary::Summary;
use crate::NetError;

/// What a server is doing and has done: its threads count, and whoever has a clone reads at any time.
///
/// Give it to [`TcpServer::activity`](crate::TcpServer::activity). Several servers can have the same one: then they are
/// counted as one.
///
/// ```
/// use net::{Activity, ClientConnection, Ending, Shutdown, TcpServer};
///
/// let activity = Activity::default();
/// let server = TcpServer::bind(&"127.0.0.1:0".parse()?)?.activity(activity.clone());
/// let shutdown = Shutdown::new();
/// shutdown.request();
/// let summary = server.run(|_: &mut ClientConnection| Ok(()), &shutdown)?;
/// assert_eq!(activity.connections(), 0);
/// assert_eq!(activity.ended(Ending::IdleTimeout), 0);
/// assert_eq!(activity.summary(), summary);
/// # Ok::<(), net::NetError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Activity {
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    connections: AtomicU64,
    refusals: [AtomicU64; Refusal::ALL.len()],
    ends: [AtomicU64; Ending::ALL.len()],
    bytes_in: Alone,
    bytes_out: Alone,
}

/// A counter in a cache line of its own: in a room server the threads of the clients count what comes, and the workers
/// what goes, all the time.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Alone(AtomicU64);

/// A client that is served. Dropping it says that it is not any more.
pub(super) struct Served {
    counts: Arc<Counts>,
}

impl Activity {
    /// Connections that are served now.
    #[must_use]
    pub fn connections(&self) -> u64 {
        read(&self.counts.connections)
    }

    /// Connections that have ended in this way.
    #[must_use]
    pub fn ended(&self, ending: Ending) -> u64 {
        read(&self.counts.ends[ending as usize])
    }

    /// Clients that were refused for this.
    #[must_use]
    pub fn refused(&self, refusal: Refusal) -> u64 {
        read(&self.counts.refusals[refusal as usize])
    }

    /// What was done so far. The counts are read one after the other, while others go on counting.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let ends = Ending::ALL.map(|ending| (ending, self.ended(ending)));
        let cut_off = ends.iter().filter(|(ending, _)| ending.is_cut_off());
        Summary {
            served: ends.iter().map(|(_, count)| count).sum(),
            refused: Refusal::ALL.map(|refusal| self.refused(refusal)).iter().sum(),
            cut_off: cut_off.map(|(_, count)| count).sum(),
            bytes_in: read(&self.counts.bytes_in.0),
            bytes_out: read(&self.counts.bytes_out.0),
        }
    }

    /// Counts bytes that were sent to a client by another way than
    /// [`ClientConnection::write_all`](crate::ClientConnection::write_all).
    pub fn count_sent(&self, bytes: usize) {
        add(&self.counts.bytes_out.0, bytes as u64);
    }

    pub(super) fn count_received(&self, bytes: usize) {
        add(&self.counts.bytes_in.0, bytes as u64);
    }

    /// From now on a client is served.
    pub(super) fn serve(&self) -> Served {
        add(&self.counts.connections, 1);
        Served {
            counts: Arc::clone(&self.counts),
        }
    }

    pub(super) fn count_end(&self, ending: Ending) {
        add(&self.counts.ends[ending as usize], 1);
    }

    pub(super) fn count_refusal(&self, reason: &NetError) {
        add(&self.counts.refusals[Refusal::of(reason) as usize], 1);
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.counts.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

fn add(counter: &AtomicU64, count: u64) {
    counter.fetch_add(count, Ordering::Relaxed);
}

fn read(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}
