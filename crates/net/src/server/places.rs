//! Counts the clients, in all and for each address, against limits that several servers of one process can share.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::{Limits, NetError, Origin};

/// Places for clients. Clones are the same places, so that two services of one program together have no more
/// clients than the system allows one process.
#[derive(Debug, Clone)]
pub struct Places {
    max_connections: Option<usize>,
    max_per_ip: Option<usize>,
    ipv6_prefix: u8,
    counts: Arc<Mutex<Counts>>,
}

#[derive(Debug, Default)]
struct Counts {
    last_id: u64,
    taken: usize,
    per_origin: HashMap<Origin, usize>,
}

/// A place that is taken. Dropping it gives it back.
pub(super) struct Taken {
    id: u64,
    origin: Origin,
    counts: Arc<Mutex<Counts>>,
}

impl Places {
    /// As many as [`Limits::max_connections`] and [`Limits::max_per_ip`] say, with [`Limits::ipv6_prefix`].
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self {
            max_connections: limits.max_connections,
            max_per_ip: limits.max_per_ip,
            ipv6_prefix: limits.ipv6_prefix,
            counts: Arc::default(),
        }
    }

    /// A place for a client from this address, or which limit stands against it.
    pub(super) fn take(&self, ip: IpAddr) -> Result<Taken, NetError> {
        let origin = Origin::of(ip, self.ipv6_prefix);
        let mut counts = self.counts.lock();
        if let Some(max) = self.max_connections.filter(|max| counts.taken >= *max) {
            return Err(NetError::ServerFull(max));
        }
        let open = counts.per_origin.get(&origin).copied().unwrap_or_default();
        if self.max_per_ip.is_some_and(|max| open >= max) {
            let whom = origin.to_string();
            return Err(NetError::TooManyFrom { whom, open });
        }
        counts.per_origin.insert(origin, open + 1);
        counts.taken += 1;
        counts.last_id += 1;
        Ok(Taken {
            id: counts.last_id,
            origin,
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
        if let Some(count) = counts.per_origin.get_mut(&self.origin) {
            *count -= 1;
            if *count == 0 {
                counts.per_origin.remove(&self.origin);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes a place for each of these, of two for each origin, and says which were refused and why.
    fn refused(ipv6_prefix: u8, clients: &[&str]) -> Vec<(usize, String)> {
        let places = Places::new(&Limits {
            max_per_ip: Some(2),
            ipv6_prefix,
            ..Limits::default()
        });
        let mut taken = Vec::new();
        let mut refused = Vec::new();
        for (index, client) in clients.iter().enumerate() {
            match places.take(client.parse().unwrap()) {
                Ok(place) => taken.push(place),
                Err(reason) => refused.push((index, reason.to_string())),
            }
        }
        refused
    }

    #[test]
    fn the_addresses_of_one_network_are_one_origin() {
        let clients = [
            "2001:db8::1",
            "2001:db8::2",
            "2001:db8:0:0:ffff::3",
            "2001:db8:0:1::1",
        ];
        let reason = |network| format!("too many connections from {network}: 2 are open");
        assert_eq!(refused(64, &clients), [(2, reason("2001:db8::/64"))]);
        let of_56 = [(2, reason("2001:db8::/56")), (3, reason("2001:db8::/56"))];
        assert_eq!(refused(56, &clients), of_56);
        assert_eq!(refused(128, &clients), []);
        assert_eq!(refused(128, &["::1"; 3]), [(2, reason("one address"))]);
        assert_eq!(
            refused(1, &["2001:db8::1", "3fff::1", "9::9"]),
            [(2, reason("::/1"))]
        );
    }

    #[test]
    fn an_ipv4_client_is_the_same_on_a_socket_for_both_families() {
        let clients = [
            "192.0.2.1",
            "::ffff:192.0.2.1",
            "::ffff:192.0.2.2",
            "::ffff:192.0.2.1",
        ];
        let reason = "too many connections from one address: 2 are open".to_owned();
        assert_eq!(refused(64, &clients), [(3, reason)]);
    }

    #[test]
    fn machines_of_one_link_are_not_one_origin() {
        assert_eq!(refused(64, &["fe80::1", "fe80::2", "fe80::3"]), []);
    }

    #[test]
    fn a_place_that_is_given_back_is_the_networks_again() {
        let places = Places::new(&Limits {
            max_per_ip: Some(1),
            ..Limits::default()
        });
        let first = places.take("2001:db8::1".parse().unwrap()).unwrap();
        assert!(places.take("2001:db8::2".parse().unwrap()).is_err());
        drop(first);
        assert!(places.take("2001:db8::2".parse().unwrap()).is_ok());
        assert!(places.counts.lock().per_origin.is_empty());
    }
}
