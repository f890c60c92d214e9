//! Rooms come and go with the slots of this server.

use directory::{Nodes, Taken};
use protocol::ErrorCode;
use rooms::Outside;

// ANCHOR: follow
/// The engine has the rooms of each slot that the server has. With a lost slot those go who are in its rooms, and those who
/// have logged in through it, wherever they are: no other server finds them any more.
pub(crate) fn follow<E: Send + 'static>(
    nodes: &Nodes,
    outside: &Outside<E>,
    prepare: impl Fn(&Taken) -> bool + Send + 'static,
) {
    let (coming, going) = (outside.clone(), outside.clone());
    nodes.watch(
        move |taken| {
            if prepare(&taken) {
                coming.adopt(taken.first_room, taken.first_unique_id);
            }
        },
        move |lost| {
            going.abandon(lost.first_room, ErrorCode::NODE_LOST);
            for (user_id, session) in lost.sessions {
                going.close_user(&user_id, Some(session), ErrorCode::NODE_LOST);
            }
        },
    );
}
// ANCHOR_END: follow
