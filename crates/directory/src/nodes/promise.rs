//! An answer that is owed: whatever happens to whoever owes it, it is given, and once.

use protocol::ErrorCode;

type Callback<T> = Box<dyn FnOnce(Result<T, ErrorCode>) + Send>;

/// Owes somebody an answer. When it is dropped, the answer is that nobody knows.
pub(super) struct Promise<T>(Option<Callback<T>>);

impl<T> Promise<T> {
    pub(super) fn new(reply: impl FnOnce(Result<T, ErrorCode>) + Send + 'static) -> Self {
        Self(Some(Box::new(reply)))
    }

    pub(super) fn keep(mut self, outcome: Result<T, ErrorCode>) {
        if let Some(reply) = self.0.take() {
            reply(outcome);
        }
    }
}

impl<T> Drop for Promise<T> {
    fn drop(&mut self) {
        if let Some(reply) = self.0.take() {
            reply(Err(ErrorCode::PEER_UNREACHABLE));
        }
    }
}
