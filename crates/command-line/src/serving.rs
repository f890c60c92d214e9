//! What a server gets to serve with.

use std::fmt;

use admin::{Health, Metrics};
use net::{Limits, Shutdown};

/// What a server gets to serve with, besides where it listens.
pub struct Serving<'a> {
    /// What its clients may do: the flags, lowered to what the system allows.
    pub limits: Limits,
    /// Requested when the server is to end.
    pub shutdown: &'a Shutdown,
    /// Where it tells what it counts, for those who watch it at `--admin`.
    pub metrics: Metrics,
    /// Whether it is well, for the same.
    pub health: Health,
    /// To be called when it has all threads and descriptors without which it could not serve: then it is said where it
    /// listens.
    pub ready: &'a mut dyn FnMut(),
}

impl fmt::Debug for Serving<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Serving")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
