//! A callback for the answer of the ledger: it is called exactly once, also where the request is dropped.

use super::{Amount, Refusal, StakeRefused};

/// Dropped without an answer, as when the ledger's thread ends, it says that the ledger is closed. So nobody waits for
/// ever.
pub(super) struct Reply<T, E: From<LedgerIsClosed>>(Option<Call<T, E>>);

type Call<T, E> = Box<dyn FnOnce(Result<T, E>) + Send>;

/// Why there is no other answer.
pub(super) struct LedgerIsClosed;

impl<T, E: From<LedgerIsClosed>> Reply<T, E> {
    pub(super) fn new(call: impl FnOnce(Result<T, E>) + Send + 'static) -> Self {
        Self(Some(Box::new(call)))
    }

    pub(super) fn send(mut self, outcome: Result<T, E>) {
        if let Some(call) = self.0.take() {
            call(outcome);
        }
    }
}

impl<T, E: From<LedgerIsClosed>> Drop for Reply<T, E> {
    fn drop(&mut self) {
        if let Some(call) = self.0.take() {
            call(Err(LedgerIsClosed.into()));
        }
    }
}

impl From<LedgerIsClosed> for Refusal {
    fn from(_: LedgerIsClosed) -> Self {
        Self::Closed
    }
}

impl From<LedgerIsClosed> for StakeRefused {
    fn from(_: LedgerIsClosed) -> Self {
        Self {
            reason: Refusal::Closed,
            balance: Amount::ZERO,
        }
    }
}
