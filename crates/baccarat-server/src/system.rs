//! What tables need of the system: randomness, a file that may be full, time at the end.

use std::time::Duration;

use anyhow::Context;
use baccarat::Seed;

/// How long the last payouts may take to be stored, at the end of the server.
pub const LAST_PAYOUTS: Duration = Duration::from_secs(10);

/// Prepares the process for tables, before anybody can come.
///
/// # Errors
/// When the system gives no random bytes: a machine without them must not deal. When a signal cannot be watched, by which
/// a file that may not grow would end the server.
pub fn prepare() -> anyhow::Result<()> {
    database::survive_full_files().context("cannot watch SIGXFSZ")?;
    random_bytes().context("the system gives no random bytes for a shoe")?;
    Ok(())
}

/// A seed that nobody can guess.
///
/// # Panics
/// When the system gives no random bytes any more, which it gave to [`prepare`].
#[must_use]
pub fn seed() -> Seed {
    Seed::from(random_bytes().expect("the system gave random bytes at start"))
}

fn random_bytes() -> Result<[u8; 32], getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}
