//! The chat.
//!
//! | file | what is in it |
//! |---|---|
//! | `words` | what is said, packet by packet |
//! | `user` | users that a check starts with |
//! | `stream` | requests in pieces, in one write, and one that never comes |
//! | `login` | who can log in, and under which name |
//! | `refused` | what cannot be read, what is not known, what is not allowed |
//! | `rooms` | entering and leaving, and what members see of it |
//! | `talk` | messages and relays |
//! | `whispers`, `invitations` | what goes from user to user |
//! | `crowd` | full rooms, long lists, and a member who does not read |

mod crowd;
mod invitations;
mod login;
mod refused;
mod rooms;
mod stream;
mod talk;
mod user;
mod whispers;
mod words;

use protocol::ErrorCode;

use super::Greeting;
use super::packets::SIZES;
use crate::check::Check;
use crate::stage::Stage;

pub(crate) fn checks() -> Vec<Check> {
    [
        &stream::CHECKS[..],
        &SIZES,
        &login::CHECKS,
        &refused::CHECKS,
        &rooms::CHECKS,
        &talk::CHECKS,
        &whispers::CHECKS,
        &invitations::CHECKS,
        &crowd::CHECKS,
        &stream::SLOW_CHECKS,
    ]
    .concat()
}

/// A login under a name that is new each time.
pub(super) fn greeting(stage: &Stage<'_>) -> Greeting {
    Greeting {
        request: words::login(&stage.new_name()),
        reply: words::logged_in(words::DONE),
    }
}

/// For who is logged in: the second login of a connection is refused.
pub(super) fn follow_up(stage: &Stage<'_>) -> Greeting {
    Greeting {
        request: words::login(&stage.new_name()),
        reply: words::logged_in(ErrorCode::LOGIN_USER_DUPLICATION),
    }
}
