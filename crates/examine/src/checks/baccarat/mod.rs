//! Checks of baccarat: those of a chat, since people talk at its tables, and those of the tables.
//!
//! | file | what is in it |
//! |---|---|
//! | `words` | what is said at a table, packet by packet |
//! | `seat` | members at a table that a check starts with: rounds, stakes, balances |
//! | `entering` | what a newcomer to a table is told |
//! | `rounds` | who starts a round, and its phases |
//! | `bets` | bets of one unit on player or banker |
//! | `stakes` | stakes on all sides, and their limits |
//! | `leaving` | when betting ends, and stakes of members that leave |
//! | `hands` | a round at each of many tables: cards, scores, payouts |
//! | `shoe` | cuts, and the shoe that is revealed |

mod bets;
mod entering;
mod hands;
mod leaving;
mod rounds;
mod seat;
mod shoe;
mod stakes;
mod words;

use protocol::{Codec, PacketId};

use super::chat::{self, Chat};
use super::room_server;
use super::room_server::game::{Game, Talk};
use crate::check::Check;
use crate::kind::Kind;
use crate::notation::Notation;
use crate::stage::Opening;

/// The game of cards, at tables where people talk.
pub static BACCARAT: Kind = Kind {
    name: "baccarat",
    does: "Tables for baccarat, and the chat at them",
    // That of the chat, most of whose checks are done here too; rules of tables name their own.
    section: 3,
    port: 11031,
    has_codecs: true,
    has_services: false,
    notation: Notation::Packets,
    opening: Some(Opening {
        told_to_newcomers: &[PacketId::TABLE_NTF, PacketId::HISTORY_NTF],
        ..room_server::OPENING
    }),
    checks,
};

struct Baccarat;

impl Game for Baccarat {
    const NOT_IN_ROOM: &'static str = Chat::NOT_IN_ROOM;

    const OF_OTHERS: &'static [u16] = &[753, 801, 2001];

    fn requests() -> Vec<Vec<u8>> {
        let own = [
            words::start(),
            words::bet(1),
            words::stake(1, 1, 10),
            words::cut(1),
            words::balance(),
        ];
        [Chat::requests(), own.to_vec()].concat()
    }

    fn requests_of_members() -> Vec<Vec<u8>> {
        Chat::requests_of_members()
    }
}

impl Talk for Baccarat {
    const HEARD: PacketId = Chat::HEARD;

    fn says(text: &str) -> Vec<u8> {
        Chat::says(text)
    }
}

fn checks(codec: Codec) -> Vec<Check> {
    let of_tables = [
        &entering::CHECKS[..],
        &rounds::CHECKS,
        &bets::CHECKS,
        &stakes::CHECKS,
        &leaving::CHECKS,
        &hands::CHECKS,
        &shoe::CHECKS,
    ];
    [chat::checks_of::<Baccarat>(codec), of_tables.concat()].concat()
}
