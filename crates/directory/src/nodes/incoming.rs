//! The thread that serves requests of other servers.

use std::panic::{self, AssertUnwindSafe};

use crossbeam_channel::{Receiver, select};
use tracing::error;

use super::shared::Shared;
use crate::request::{Asked, Request};

/// Serves requests, one after the other, from the start of the server on until the place is left.
pub(super) fn serve(
    shared: &Shared,
    started: &Receiver<()>,
    requests: &Receiver<Asked>,
    stop: &Receiver<()>,
) {
    select! {
        recv(started) -> _ => {}
        recv(stop) -> _ => return,
    }
    loop {
        select! {
            recv(requests) -> asked => match asked {
                Ok(asked) => serve_one(shared, asked),
                Err(_) => return,
            },
            recv(stop) -> _ => return,
        }
    }
}

/// What nobody waits for any more is not done: its sender has been told that nobody knows. But for a session that is
/// replaced: it must end however late that is known.
fn serve_one(shared: &Shared, asked: Asked) {
    let is_late = asked.is_late();
    let is_replacement = matches!(asked.request, Request::Replace { .. });
    if let Some(answer) = shared.answer.get()
        && (is_replacement || !is_late)
    {
        // One request must not take the thread of all others with it.
        let call = || answer(asked.request, asked.reply);
        if panic::catch_unwind(AssertUnwindSafe(call)).is_err() {
            error!("a panic while a request of another server was answered");
        }
    }
}
