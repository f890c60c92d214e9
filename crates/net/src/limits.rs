//! What a server allows its clients, and what the system allows the server.

use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use parking_lot::Mutex;

use crate::{NetError, RateLimit};

/// Descriptors that a server keeps for itself, for each of its listeners: the listener, the clients that it is just
/// refusing, log, libraries.
const RESERVED_DESCRIPTORS: u64 = 64;

/// Descriptors that each listener takes whether or not anybody comes: its own, and the one that Linux sets aside when
/// accept begins to wait.
const DESCRIPTORS_PER_LISTENER: u64 = 2;

/// Descriptors without which no server works: the three standard ones, those of signals and wake-ups, and some for
/// the first client and the first that is refused.
const LEAST_DESCRIPTORS: u64 = 16;

/// Memory maps that a process needs besides those of its client threads.
const RESERVED_MAPS: u64 = 2_000;

/// Memory maps that one thread takes: its stack, the guard page, and what the allocator adds.
const MAPS_PER_THREAD: u64 = 4;

/// Memory that a server needs besides that of its clients: threads of its own, and what waits between them.
const RESERVED_MEMORY: u64 = 16 * 1024 * 1024;

/// Memory that a client can make a server keep, besides the stack of its thread: what was read, what is not complete
/// yet, and replies, each up to the largest packet, and twice as much while it grows. Where an allocation fails the
/// process aborts.
const MEMORY_PER_CLIENT: u64 = 512 * 1024;

/// The limits of a server. `None` means without limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Clients at the same time.
    pub max_connections: Option<usize>,
    /// Clients at the same time from one IPv4 address, or one network of IPv6.
    pub max_per_ip: Option<usize>,
    /// How many bits the addresses of one network of IPv6 have in common; 128 makes each address its own.
    pub ipv6_prefix: u8,
    /// Stack of a client's thread, in bytes. Stack that is never touched costs no memory.
    pub stack_size: usize,
    /// The largest packet, header included, in bytes; for the handler's decoder.
    pub max_packet: usize,
    /// Silence after which a client is closed.
    pub idle_timeout: Option<Duration>,
    /// Time from the first byte of a packet to its last. A timeout for each read would let a client that
    /// sends one byte a second live for ever.
    pub frame_timeout: Option<Duration>,
    /// Time without progress, from the first send that the kernel does not take whole.
    pub write_timeout: Option<Duration>,
    /// Time for the handshake of a port that is [secured](crate::TcpServer::secured).
    pub handshake_timeout: Option<Duration>,
    /// Packets a second from one client; for the handler.
    pub rate_limit: Option<RateLimit>,
    /// `SO_SNDBUF` in bytes; `None` leaves the system's, which grows to megabytes for a slow client.
    pub send_buffer: Option<usize>,
    /// Time that handlers have to finish at shutdown.
    pub drain: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_connections: Some(10_000),
            max_per_ip: None,
            ipv6_prefix: 64,
            stack_size: 256 * 1024,
            max_packet: 1_024,
            idle_timeout: Some(Duration::from_secs(120)),
            frame_timeout: Some(Duration::from_secs(10)),
            write_timeout: Some(Duration::from_secs(10)),
            handshake_timeout: Some(Duration::from_secs(10)),
            rate_limit: None,
            send_buffer: None,
            drain: Some(Duration::from_secs(5)),
        }
    }
}

/// What the operating system allows this process. `None` where it does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SystemLimits {
    /// Open files, sockets among them (`RLIMIT_NOFILE`, the soft limit).
    pub descriptors: Option<u64>,
    /// Memory maps (`vm.max_map_count` on Linux).
    pub maps: Option<u64>,
    /// Memory in bytes that it may still ask for (`RLIMIT_AS` on Linux, less what it has).
    pub memory: Option<u64>,
}

impl SystemLimits {
    /// What holds now. Call [`raise_descriptor_limit`](crate::raise_descriptor_limit) first.
    #[must_use]
    pub fn read() -> Self {
        Self {
            descriptors: crate::os::descriptor_limit(),
            maps: crate::os::map_limit(),
            memory: crate::os::memory_left(),
        }
    }

    /// Finds out whether so many listeners can work at all. Without the descriptors for that, clients would connect
    /// and never hear anything.
    ///
    /// # Errors
    /// [`NetError::TooFewDescriptors`].
    pub fn check_listeners(&self, listeners: usize) -> Result<(), NetError> {
        let needed = LEAST_DESCRIPTORS + DESCRIPTORS_PER_LISTENER * listeners as u64;
        match self.descriptors {
            Some(allowed) if allowed < needed => Err(NetError::TooFewDescriptors { needed, allowed }),
            _ => Ok(()),
        }
    }

    /// Clients of so many listeners together that a thread each, with a stack of so many bytes, can be given to. Past
    /// that the process would abort, not refuse.
    #[must_use]
    pub fn most_connections(&self, listeners: usize, stack_size: usize) -> Option<usize> {
        let reserved = RESERVED_DESCRIPTORS.saturating_mul(listeners as u64);
        let by_descriptors = self.descriptors.map(|count| count.saturating_sub(reserved));
        let by_maps = self
            .maps
            .map(|count| count.saturating_sub(RESERVED_MAPS) / MAPS_PER_THREAD);
        let for_each = (stack_size as u64).saturating_add(MEMORY_PER_CLIENT);
        let by_memory = self
            .memory
            .map(|bytes| bytes.saturating_sub(RESERVED_MEMORY) / for_each);
        let most = by_descriptors.into_iter().chain(by_maps).chain(by_memory).min()?;
        Some(usize::try_from(most).unwrap_or(usize::MAX).max(1))
    }
}

impl Limits {
    /// Finds out whether the system gives a thread for a client, and so many others at the same time that a server
    /// has for itself, by starting them once. Where the stack is too large, every single client would be refused.
    ///
    /// # Errors
    /// [`NetError::NoThreadFor`].
    pub fn check_threads(&self, others: usize) -> Result<(), NetError> {
        let gate = Arc::new(Mutex::new(()));
        let closed = gate.lock();
        let wait = || {
            let gate = Arc::clone(&gate);
            move || drop(gate.lock())
        };
        let stack = self.stack_size;
        let client = thread::Builder::new().stack_size(stack).spawn(wait());
        let client = client.map_err(|error| {
            NetError::no_thread_for(format!("a client, with a stack of {stack} bytes"), error)
        })?;
        let others: io::Result<Vec<_>> = (0..others)
            .map(|_| thread::Builder::new().spawn(wait()))
            .collect();
        drop(closed);
        let others =
            others.map_err(|error| NetError::no_thread_for("accepting and refusing clients", error))?;
        others
            .into_iter()
            .chain([client])
            .for_each(|thread| drop(thread.join()));
        Ok(())
    }

    /// Lowers `max_connections` to what the system allows a server with so many listeners. True where less is left
    /// than was asked for.
    pub fn fit(&mut self, system: &SystemLimits, listeners: usize) -> bool {
        let Some(most) = system.most_connections(listeners, self.stack_size) else {
            return false;
        };
        match self.max_connections {
            Some(asked) if asked <= most => false,
            asked => {
                self.max_connections = Some(most);
                asked.is_some()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitted(asked: Option<usize>, descriptors: u64, maps: u64) -> (Option<usize>, bool) {
        fitted_to(1, asked, descriptors, maps)
    }

    fn fitted_to(
        listeners: usize,
        asked: Option<usize>,
        descriptors: u64,
        maps: u64,
    ) -> (Option<usize>, bool) {
        let mut limits = Limits {
            max_connections: asked,
            ..Limits::default()
        };
        let system = SystemLimits {
            descriptors: Some(descriptors),
            maps: Some(maps),
            memory: None,
        };
        let lowered = limits.fit(&system, listeners);
        (limits.max_connections, lowered)
    }

    #[test]
    fn the_smaller_of_descriptors_and_maps_counts() {
        assert_eq!(fitted(Some(10_000), 20_000, 65_530), (Some(10_000), false));
        assert_eq!(fitted(Some(10_000), 1_024, 65_530), (Some(960), true));
        assert_eq!(fitted(Some(20_000), 100_000, 65_530), (Some(15_882), true));
    }

    #[test]
    fn each_listener_keeps_some_descriptors() {
        assert_eq!(fitted_to(3, Some(10_000), 1_024, 65_530), (Some(832), true));
        assert_eq!(fitted_to(100, Some(10), 1_024, 65_530), (Some(1), true));
    }

    #[test]
    fn without_a_limit_the_system_sets_one_and_warns_of_nothing() {
        assert_eq!(fitted(None, 1_024, 65_530), (Some(960), false));
    }

    #[test]
    fn listeners_that_could_never_accept_are_an_error() {
        let check = |descriptors, listeners| {
            let system = SystemLimits {
                descriptors,
                maps: None,
                memory: None,
            };
            system
                .check_listeners(listeners)
                .map_err(|error| error.to_string())
        };
        assert_eq!(check(Some(18), 1), Ok(()));
        assert_eq!(check(Some(138), 61), Ok(()));
        assert_eq!(check(None, 1_000_000), Ok(()));
        let expected = "listening needs 138 open files, and only 137 are allowed: see `ulimit -Hn`";
        assert_eq!(check(Some(137), 61), Err(expected.to_owned()));
    }

    #[test]
    fn each_client_has_memory_for_its_stack_and_its_largest_packets() {
        let most = |mebibytes: u64, stack| {
            let system = SystemLimits {
                descriptors: None,
                maps: None,
                memory: Some(mebibytes * 1024 * 1024),
            };
            system.most_connections(1, stack)
        };
        assert_eq!(most(40, 256 * 1024), Some(32));
        assert_eq!(most(40, 512 * 1024), Some(24));
        assert_eq!(most(1, 256 * 1024), Some(1));
    }

    #[test]
    fn a_tiny_system_still_serves_one() {
        assert_eq!(fitted(Some(10), 10, 10), (Some(1), true));
    }
}
