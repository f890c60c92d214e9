//! How many clients there may be: the limits on them, which several servers of one process can share.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::{Limits, NetError};

/// Places for clients. Clones are the same places, so that two services of one program together have no more
/// clients than the system allows one process.
#[derive(Debug, Clone)]
pub struct Places {
    max_connections: Option<usize>,
    max_per_ip: Option<usize>,
    counts: Arc<Mutex<Counts>>,
}

#[derive(Debug, Default)]
struct Counts {
    last_id: u64,
    taken: usize,
    per_ip: HashMap<IpAddr, usize>,
}

/// A place that is taken. Dropping it gives it back.
pub(super) struct Taken {
    id: u64,
    ip: IpAddr,
    counts: Arc<Mutex<Counts>>,
}

impl Places {
    /// As many as [`Limits::max_connections`] and [`Limits::max_per_ip`] say.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self {
            max_connections: limits.max_connections,
            max_per_ip: limits.max_per_ip,
            counts: Arc::default(),
        }
    }

    /// A place for a client from this address, or which limit stands against it.
    pub(super) fn take(&self, ip: IpAddr) -> Result<Taken, NetError> {
        // An IPv4 client of a socket for both families comes as ::ffff:1.2.3.4; it is the same client.
        let ip = ip.to_canonical();
        let mut counts = self.counts.lock();
        if let Some(max) = self.max_connections.filter(|max| counts.taken >= *max) {
            return Err(NetError::ServerFull(max));
        }
        let from_ip = counts.per_ip.get(&ip).copied().unwrap_or_default();
        if let Some(max) = self.max_per_ip.filter(|max| from_ip >= *max) {
            return Err(NetError::TooManyFromAddress(max));
        }
        counts.per_ip.insert(ip, from_ip + 1);
        counts.taken += 1;
        counts.last_id += 1;
        Ok(Taken {
            id: counts.last_id,
            ip,
            counts: Arc::clone(&self.counts),
        })
    }
}

impl Taken {
    /// The number of the client, counted from 1.
    pub(super) fn id(&self) -> u64 {
        self.id
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        let mut counts = self.counts.lock();
        counts.taken -= 1;
        if let Some(count) = counts.per_ip.get_mut(&self.ip) {
            *count -= 1;
            if *count == 0 {
                counts.per_ip.remove(&self.ip);
            }
        }
    }
}
