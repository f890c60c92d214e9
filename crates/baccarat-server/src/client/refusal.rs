//! The refusals of a table in words: what is wrong, and what to do.

use baccarat::Hundredths;
use protocol::{ErrorCode, PacketId};
use room_client::{GameRequest, Room};

/// A refusal of one of the game's requests, where it is about the game.
pub(crate) fn refusal(
    error: ErrorCode,
    request: &GameRequest,
    room: &Room,
    balance: Option<Hundredths>,
) -> Option<String> {
    let is_cut = request.answer == PacketId::CUT_RES;
    Some(match error {
        ErrorCode::NOT_STORED => "it could not be stored, so it has not happened: try again".to_owned(),
        ErrorCode::GAME_START_INVALID_ROOM_STATE => {
            "a round is running: /start the next one when it is over".to_owned()
        }
        ErrorCode::GAME_START_NOT_ENOUGH_MEMBERS => "too few members are here for a round".to_owned(),
        ErrorCode::GAME_START_NOT_MASTER => not_master(room),
        ErrorCode::GAME_BET_FAIL_PACKET if is_cut => "the shoe has no such card to cut at".to_owned(),
        ErrorCode::GAME_BET_FAIL_PACKET => "the server could not read the bet".to_owned(),
        ErrorCode::GAME_BET_INVALID_ROOM_STATE if is_cut => {
            "a shoe is cut before its first round, and once by each member".to_owned()
        }
        ErrorCode::GAME_BET_INVALID_ROOM_STATE => {
            "no bets are taken now: bet when the next round begins".to_owned()
        }
        ErrorCode::GAME_BET_INVALID_SIDE if request.answer == PacketId::GAME_BET_RES => {
            "a bet on that side needs its chips, as in /bet tie 5".to_owned()
        }
        ErrorCode::GAME_BET_INVALID_SIDE => "the table has no such side".to_owned(),
        ErrorCode::GAME_BET_SAME_SIDE => {
            "your bet is on that side: /bet banker 10 adds 10 chips to the banker".to_owned()
        }
        ErrorCode::BET_LIMIT => {
            "that is under the smallest stake of the table, or over the largest: try another amount"
                .to_owned()
        }
        ErrorCode::INSUFFICIENT_FUNDS => match balance {
            Some(balance) => format!("you have {balance} chips, and that is more"),
            None => "you have fewer chips".to_owned(),
        },
        ErrorCode::BET_WRONG_ROUND => "that round is over: bet again in the next one".to_owned(),
        _ => return None,
    })
}

fn not_master(room: &Room) -> String {
    match room.first() {
        Some(master) => format!("only {} can: the member who came first", room.name(master)),
        None => "only the member who came first can".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use protocol::Packet;

    use super::*;

    #[test]
    fn every_code_of_the_table_has_a_sentence() {
        for answer in [PacketId::STAKE_RES, PacketId::CUT_RES, PacketId::GAME_BET_RES] {
            let request = GameRequest {
                packet: Packet::new().build().unwrap(),
                answer,
                needs_room: true,
                done: None,
                too_late: None,
            };
            let of_the_table = |error: &&ErrorCode| (171..=187).contains(&error.0) || error.0 == 157;
            for error in ErrorCode::ALL.iter().filter(of_the_table) {
                let sentence = refusal(*error, &request, &Room::default(), None);
                assert!(sentence.is_some(), "{error}");
            }
            assert_eq!(
                refusal(ErrorCode::ROOM_NOT_IN_USER, &request, &Room::default(), None),
                None
            );
        }
    }
}
