//! Takes away all descriptors that the server could still open, and gives them back.

use std::sync::{Mutex, PoisonError};

use harness::Process;

/// Whose limit must be set again, and to what. Who ends this program with SIGKILL leaves the server without descriptors:
/// nobody is there any more to give them back.
static TAKEN: Mutex<Option<(u32, Option<u64>)>> = Mutex::new(None);

/// The server has no descriptor left until this is dropped.
pub(super) struct Taken(());

/// Leaves the server no descriptor but those that it has open now.
pub(super) fn take_away(process: &Process) -> anyhow::Result<Taken> {
    // Locked until it is known: a signal must not come between.
    let mut taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
    *taken = Some((process.id(), process.take_away_descriptors()?));
    Ok(Taken(()))
}

/// Gives back what was taken away, if anything was.
pub(super) fn give_back() {
    let taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some((id, limit)) = taken {
        // It fails only where the process has ended.
        let _ = Process::find(id).and_then(|process| process.limit_descriptors(limit));
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        give_back();
    }
}
