//! Unix: as many descriptors for a test as the system gives. Many systems begin with 1,024, and twelve tests run at once, of
//! which one has a thousand clients.

use std::sync::Once;

use rustix::process::{Resource, getrlimit, setrlimit};

/// From now on this process, and what it starts, may have as many descriptors as the system permits.
pub(crate) fn take_all() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let mut limit = getrlimit(Resource::Nofile);
        limit.current = limit.maximum;
        // A system may permit less than it says; then what is missing is told where it is needed.
        let _ = setrlimit(Resource::Nofile, limit);
    });
}
