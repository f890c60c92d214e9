//! Checks of the chat: those of every room server, and those of a chat alone.
//!
//! | file | what is in it |
//! |---|---|
//! | `words` | what is said, packet by packet |
//! | `stream` | many requests in one write |
//! | `binary`, `msgpack`, `protobuf` | bodies that cannot be read in this codec, and some that must be |
//! | `compression` | compressed bodies |
//! | `talk` | messages and relays |
//! | `whispers`, `invitations` | what goes from user to user |

mod binary;
mod compression;
mod invitations;
mod msgpack;
mod protobuf;
mod stream;
mod talk;
mod whispers;
mod words;

use protocol::{Codec, PacketId};

use super::packets::SIZES;
use super::room_server::game::{Game, Talk};
use super::room_server::{self, crowd, login, refused, rooms, words_of_codecs};
use crate::check::Check;
use crate::kind::Kind;
use crate::notation::Notation;

/// The chat with rooms.
pub static CHAT: Kind = Kind {
    name: "chat",
    does: "The chat with rooms",
    section: 3,
    port: 11021,
    has_codecs: true,
    has_services: false,
    notation: Notation::Packets,
    opening: Some(room_server::OPENING),
    checks,
};

pub(super) struct Chat;

impl Game for Chat {
    const NOT_IN_ROOM: &'static str = "leaving, and a message, from a user who is in no room";

    fn requests() -> Vec<Vec<u8>> {
        vec![
            words::chat("hi"),
            words::relay(b"x"),
            words::whisper("bob", "psst"),
            words::invite("bob"),
            words::decline("bob"),
        ]
    }

    fn requests_of_members() -> Vec<Vec<u8>> {
        vec![words::chat("hi")]
    }
}

impl Talk for Chat {
    const HEARD: PacketId = PacketId::ROOM_CHAT_NTF;

    fn says(text: &str) -> Vec<u8> {
        words::chat(text)
    }
}

fn checks(codec: Codec) -> Vec<Check> {
    checks_of::<Chat>(codec)
}

/// Those that fit the codec, of a game in whose rooms people talk as in a chat. Most fit all codecs, and have other
/// words at most.
pub(super) fn checks_of<G: Talk>(codec: Codec) -> Vec<Check> {
    let checks = [
        &room_server::stream::CHECKS[..],
        &stream::CHECKS,
        &room_server::stream::CLIENTS,
        &SIZES,
        &login::CHECKS,
        &refused::checks::<G>(),
        bodies(codec),
        &compression::CHECKS,
        &rooms::CHECKS,
        &[
            rooms::after_leave::<G>(),
            rooms::DISCONNECT,
            rooms::rooms_apart::<G>(),
        ],
        &talk::CHECKS,
        &whispers::CHECKS,
        &invitations::CHECKS,
        &crowd::CHECKS,
        &[crowd::slow_reader::<G>()],
        &room_server::stream::SLOW_CHECKS,
    ];
    words_of_codecs::told_in(codec, &checks.concat())
}

/// What a body must look like.
fn bodies(codec: Codec) -> &'static [Check] {
    match codec {
        Codec::Binary => &binary::CHECKS,
        Codec::MsgPack => &msgpack::CHECKS,
        Codec::Protobuf => &protobuf::CHECKS,
    }
}
