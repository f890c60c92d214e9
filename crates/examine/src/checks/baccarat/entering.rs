//! Checks of baccarat: what a newcomer to a table is told.

use protocol::HEADER_SIZE;
use protocol::message::baccarat::{HistoryNtf, Phase, TableNtf};

use super::hands::outcome;
use super::seat::{begin, finish, read};
use super::words::{enter, entered, new_user, user_list};
use crate::check::{Check, Need};
use crate::client::Client;
use crate::failure::Outcome;
use crate::stage::Stage;

const RULE: &str = "wire.md, section 5: a newcomer gets TABLE_NTF, HISTORY_NTF, and then ROOM_ENTER_RES; the time \
                    left is in milliseconds, and 0 in phase 1";
const HINT: &str =
    "the table first, the rounds of its shoe then, also where there are none, and the answer last";

pub(super) const CHECKS: [Check; 3] = [
    Check {
        name: "newcomer",
        does: "one user comes to a table where nobody is",
        rule: RULE,
        hint: HINT,
        needs: Need::Nothing,
        play: newcomer,
    },
    Check {
        name: "newcomer-betting",
        does: "one user comes to a table where stakes are taken",
        rule: RULE,
        hint: "what is left of the phase, and not all of it; the members hear nothing new of the table",
        needs: Need::Nothing,
        play: newcomer_betting,
    },
    Check {
        name: "history",
        does: "one user comes to a table when a round has ended",
        rule: "wire.md, section 5: HISTORY_NTF has a byte a round of this shoe: bits 0-1 winner, bit 2 \
               player pair, bit 3 banker pair, bit 4 natural",
        hint: "1 is the player, 2 the banker, 3 a tie; the newest round is the last byte",
        needs: Need::Nothing,
        play: history,
    },
];

/// The next packet is a HISTORY_NTF; gives its rounds.
fn next_history(client: &mut Client<'_>) -> Outcome<Vec<u8>> {
    let expected = format!("a packet {}", HistoryNtf::ID);
    let packet = client.next_packet(&expected)?;
    let is_it = packet[2..4] == HistoryNtf::ID.0.to_le_bytes();
    match HistoryNtf::decode(&packet[HEADER_SIZE..]) {
        Ok(history) if is_it => Ok(history.rounds.to_vec()),
        _ => Err(packet.is_no(&expected)),
    }
}

fn newcomer(stage: &Stage<'_>) -> Outcome {
    let room = stage.room()?;
    let mut alice = stage.user("alice")?;
    alice.send(&enter(room))?;
    let packet = alice.next_packet("TABLE_NTF (801) of phase 1")?;
    let table: TableNtf = read(&packet)?;
    if table.phase != Phase::WAITING || table.time_left != 0 || table.cards_left < 1 {
        return Err(packet.is_no("a table with a shoe in phase 1, WAITING, which no time ends"));
    }
    next_history(&mut alice)?;
    let id = alice.expect_entered(room)?;
    alice.id = id;
    alice.hears_nothing_more()
}

fn newcomer_betting(stage: &Stage<'_>) -> Outcome {
    let room = stage.room()?;
    let mut members = stage.members(room, ["alice"])?;
    let round = begin(&mut members)?;
    let [mut alice] = members;
    let mut bob = stage.user("bob")?;
    bob.send(&enter(room))?;
    bob.expect(&user_list(&[(alice.id, &alice.name)]))?;
    let packet = bob.next_packet("TABLE_NTF (801) of phase 2")?;
    let table: TableNtf = read(&packet)?;
    let is_in_time = (1..=stage.settings.table.bet_time.as_millis() as i64).contains(&table.time_left.into());
    if table.phase != Phase::BETTING || table.round != round || !is_in_time {
        return Err(packet.is_no(&format!(
            "round {round} in phase 2, BETTING, with some of the {:?} left in milliseconds",
            stage.settings.table.bet_time
        )));
    }
    next_history(&mut bob)?;
    let id = alice.id + 1;
    bob.expect(&entered(room, id))?;
    alice.expect(&new_user(id, &bob.name))?;
    alice.hears_nothing_more()?;
    bob.hears_nothing_more()
}

fn history(stage: &Stage<'_>) -> Outcome {
    let room = stage.room()?;
    let mut members = stage.members(room, ["alice"])?;
    let round = begin(&mut members)?;
    let ended = finish(stage, &mut members, round)?;
    let expected = outcome(&ended[0])?;
    let mut bob = stage.user("bob")?;
    bob.send(&enter(room))?;
    let packet = bob.skip_to(HistoryNtf::ID)?;
    let history = HistoryNtf::decode(&packet[HEADER_SIZE..]);
    let last = history.ok().and_then(|history| history.rounds.last().copied());
    match last == Some(expected.history_byte()) {
        true => Ok(()),
        false => Err(packet.is_no(&format!(
            "HISTORY_NTF (806) whose last byte is {:02x}: {expected}",
            expected.history_byte()
        ))),
    }
}
