//! Rooms come and go with the slots of this server.

use std::error::Error;

use directory::{Lost, Nodes, Taken};
use protocol::ErrorCode;
use rooms::Outside;

// ANCHOR: follow
/// The engine has the rooms of each slot that the server has. With a lost slot those go who are in its rooms, and those who
/// have logged in through it, wherever they are: no other server finds them any more.
pub(crate) fn follow<E: Send + 'static>(nodes: &Nodes, outside: &Outside<E>) {
    nodes.watch(adopting(outside), abandoning(outside));
}

/// The same where something is to be made ready before the rooms come.
pub(crate) fn follow_preparing<E: Send + 'static>(
    nodes: &Nodes,
    outside: &Outside<E>,
    prepare: impl Fn(&Taken) -> Result<(), Box<dyn Error + Send + Sync>> + Send + Sync + 'static,
) {
    nodes.watch_preparing(prepare, adopting(outside), abandoning(outside));
}

fn adopting<E: Send + 'static>(outside: &Outside<E>) -> impl Fn(Taken) + Send + use<E> {
    let outside = outside.clone();
    move |taken| {
        outside.adopt(taken.first_room, taken.first_unique_id);
    }
}

fn abandoning<E: Send + 'static>(outside: &Outside<E>) -> impl Fn(Lost) + Send + use<E> {
    let outside = outside.clone();
    move |lost| {
        outside.abandon(lost.first_room, ErrorCode::NODE_LOST);
        for (user_id, session) in lost.sessions {
            outside.close_user(&user_id, Some(session), ErrorCode::NODE_LOST);
        }
    }
}
// ANCHOR_END: follow
