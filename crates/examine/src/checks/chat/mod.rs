//! The chat.
//!
//! | file | what is in it |
//! |---|---|
//! | `words` | what is said, packet by packet |
//! | `words_of_codecs` | what checks are about, where that is something else in another codec |
//! | `user` | users that a check starts with |
//! | `stream` | requests in pieces, in one write, and one that never comes |
//! | `login` | who can log in, and under which name |
//! | `refused` | what is not known, what is not allowed |
//! | `binary`, `msgpack`, `protobuf` | bodies that cannot be read in this codec, and some that must be |
//! | `compression` | compressed bodies |
//! | `rooms` | entering and leaving, and what members see of it |
//! | `talk` | messages and relays |
//! | `whispers`, `invitations` | what goes from user to user |
//! | `crowd` | full rooms, long lists, and a member who does not read |

mod binary;
mod compression;
mod crowd;
mod invitations;
mod login;
mod msgpack;
mod protobuf;
mod refused;
mod rooms;
mod stream;
mod talk;
mod user;
mod whispers;
mod words;
mod words_of_codecs;

use protocol::{Codec, ErrorCode};

use super::packets::SIZES;
use crate::check::Check;
use crate::kind::Kind;
use crate::notation::Notation;
use crate::stage::{Greeting, Opening, Stage};

/// The chat with rooms.
pub static CHAT: Kind = Kind {
    name: "chat",
    does: "The chat with rooms",
    section: 3,
    port: 11021,
    has_codecs: true,
    has_services: false,
    notation: Notation::Packets,
    opening: Some(Opening {
        greeting,
        follow_up,
        one_of_many: |stage, _| follow_up(stage),
        logs_in: true,
    }),
    checks,
};

/// Those that fit the codec. Most fit all of them, and have other words at most.
fn checks(codec: Codec) -> Vec<Check> {
    let checks = [
        &stream::CHECKS[..],
        &SIZES,
        &login::CHECKS,
        &refused::CHECKS,
        bodies(codec),
        &compression::CHECKS,
        &rooms::CHECKS,
        &talk::CHECKS,
        &whispers::CHECKS,
        &invitations::CHECKS,
        &crowd::CHECKS,
        &stream::SLOW_CHECKS,
    ];
    let checks = checks.concat().into_iter();
    checks
        .map(|check| words_of_codecs::told_in(codec, check))
        .collect()
}

/// What a body must look like.
fn bodies(codec: Codec) -> &'static [Check] {
    match codec {
        Codec::Binary => &binary::CHECKS,
        Codec::MsgPack => &msgpack::CHECKS,
        Codec::Protobuf => &protobuf::CHECKS,
    }
}

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
