//! Checks of any room server, whatever is said or played in its rooms: logins, rooms, who is in them, and one client
//! that must not harm the others.
//!
//! | file | what is in it |
//! |---|---|
//! | `game` | what a check must know of the game that is played in the rooms |
//! | `words` | what is said, packet by packet |
//! | `words_of_codecs` | what checks are about, where that is something else in another codec |
//! | `user` | users that a check starts with |
//! | `stream` | one request, requests in pieces, several clients, and a request that never comes |
//! | `login` | who can log in, and under which name |
//! | `refused` | what is not known, what is not allowed |
//! | `bomb` | small packets that claim to be huge |
//! | `rooms` | entering and leaving, and what members see of it |
//! | `crowd` | full rooms, long lists, and a member who does not read |

pub(crate) mod bomb;
pub(crate) mod crowd;
pub(crate) mod game;
pub(crate) mod login;
pub(crate) mod refused;
pub(crate) mod rooms;
pub(crate) mod stream;
pub(crate) mod user;
pub(crate) mod words;
pub(crate) mod words_of_codecs;

use game::Game;
use protocol::{Codec, ErrorCode};

use super::packets::SIZES;
use crate::check::Check;
use crate::kind::Kind;
use crate::notation::Notation;
use crate::stage::{Greeting, Opening, Stage};

/// Rooms, whatever is played in them.
pub static ROOM_SERVER: Kind = Kind {
    name: "room-server",
    does: "Rooms, whatever is played in them",
    section: 3,
    port: 11021,
    has_codecs: true,
    has_services: false,
    notation: Notation::Packets,
    opening: Some(OPENING),
    checks,
};

/// A game of which nothing is known.
struct AnyGame;

impl Game for AnyGame {
    const NOT_IN_ROOM: &'static str = "leaving, from a user who is in no room";

    fn requests() -> Vec<Vec<u8>> {
        Vec::new()
    }

    fn requests_of_members() -> Vec<Vec<u8>> {
        Vec::new()
    }
}

/// All that can be asked without a word of the game.
fn checks(codec: Codec) -> Vec<Check> {
    let checks = [
        &stream::CHECKS[..],
        &stream::CLIENTS,
        &SIZES,
        &login::CHECKS,
        &refused::checks::<AnyGame>(),
        &[bomb::BOMB],
        &rooms::CHECKS,
        &[rooms::DISCONNECT],
        &crowd::CHECKS,
        &stream::SLOW_CHECKS,
    ];
    words_of_codecs::told_in(codec, &checks.concat())
}

/// How the clients of every room server begin: they log in.
pub(crate) const OPENING: Opening = Opening {
    greeting,
    follow_up,
    one_of_many: |stage, _| follow_up(stage),
    logs_in: true,
    told_to_newcomers: &[],
};

/// A login under a name that is new each time.
fn greeting(stage: &Stage<'_>) -> Greeting {
    Greeting {
        request: words::login(&stage.new_name()),
        reply: words::logged_in(words::DONE),
    }
}

/// For who is logged in: the second login of a connection is refused.
fn follow_up(stage: &Stage<'_>) -> Greeting {
    Greeting {
        request: words::login(&stage.new_name()),
        reply: words::logged_in(ErrorCode::LOGIN_USER_DUPLICATION),
    }
}
