//! What the API server counts: new accounts, and logins by how they ended.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use admin::{Numbers, Source};

/// The counts of a server, from 0 at its start. A clone has the same, for whoever watches.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counts(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    accounts: AtomicU64,
    logins: [AtomicU64; RESULTS.len()],
}

/// How a login can end.
#[derive(Debug, Clone, Copy)]
pub(crate) enum LoginResult {
    Done,
    Wrong,
    /// In a pause after too many wrong passwords.
    Paused,
    /// Not in time, among too many.
    Busy,
    /// No login that is one, or one that could not be stored.
    Failed,
}

/// In the order of [`LoginResult`].
const RESULTS: [&str; 5] = ["done", "wrong", "paused", "busy", "failed"];

impl Counts {
    pub(crate) fn add_account(&self) {
        self.0.accounts.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn add_login(&self, result: LoginResult) {
        self.0.logins[result as usize].fetch_add(1, Ordering::Relaxed);
    }
}

impl Source for Counts {
    fn tell(&self, numbers: &mut Numbers) {
        let accounts = self.0.accounts.load(Ordering::Relaxed);
        numbers.counter("accounts_created", "Accounts that were made.", &[], accounts);
        for (result, count) in RESULTS.into_iter().zip(&self.0.logins) {
            let help = "Logins, by how they ended.";
            numbers.counter(
                "logins",
                help,
                &[("result", result)],
                count.load(Ordering::Relaxed),
            );
        }
    }
}
