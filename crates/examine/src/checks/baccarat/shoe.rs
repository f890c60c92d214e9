//! Checks of baccarat: cuts, and a shoe that is revealed and checked when it is over.

use std::time::Duration;

use baccarat::{Commitment, Hand, Record, RecordedRound, Reveal, Seed, SeenRound, verify};
use protocol::message::baccarat::{CutRes, Phase, ShoeRevealNtf, TableNtf};
use protocol::{ErrorCode, PacketId};

use super::seat::{Ended, begin, finish, read};
use super::words::{DONE, cut, enter, has_cut};
use crate::check::{Check, Need};
use crate::checks::room_server::user::{User, id_of};
use crate::failure::{Failure, Outcome};
use crate::stage::Stage;

/// A shoe of one deck has far fewer rounds.
const MOST_ROUNDS: usize = 20;

pub(super) const CHECKS: [Check; 3] = [
    Check {
        name: "cut",
        does: "both members cut a new shoe, one of them twice",
        rule: "wire.md, section 5: CUT_REQ once a member and shoe, before its first round; 182 for the \
               second",
        hint: "remember who has cut this shoe; the second one is refused, and nothing is cut",
        needs: Need::Nothing,
        play: cuts,
    },
    Check {
        name: "cut-late",
        does: "cuts at 0 and -1, and one after a round has started",
        rule: "wire.md, section 5: position is 1 to cards less 1, and 182 once the first round of the shoe \
               has started",
        hint: "the cards are on their way to the table: a cut would change what was committed to",
        needs: Need::Nothing,
        play: cut_late,
    },
    Check {
        name: "reveal",
        does: "all rounds of a shoe with two cuts, then its seed, and the next shoe",
        rule: "wire.md, section 5: SHOE_REVEAL_NTF has the seed of the commitment, and the cuts in order; \
               the cards of all rounds follow from them; then a new shoe begins with its TABLE_NTF",
        hint: "the commitment is SHA-256 of \"baccarat shoe 1\" and the seed; shuffle, cut, turn up the \
               first card, burn as many as its value, and deal",
        needs: Need::Shoe,
        play: reveals,
    },
];

fn cuts(stage: &Stage<'_>) -> Outcome {
    let [mut alice, mut bob] = stage.members(stage.room()?, ["alice", "bob"])?;
    alice.exchange(&cut(20), &has_cut(DONE))?;
    alice.exchange(&cut(21), &has_cut(ErrorCode::GAME_BET_INVALID_ROOM_STATE))?;
    bob.settle()?;
    bob.exchange(&cut(17), &has_cut(DONE))
}

fn cut_late(stage: &Stage<'_>) -> Outcome {
    let mut members = stage.members(stage.room()?, ["alice", "bob"])?;
    let [_, bob] = &mut members;
    for position in [0, -1] {
        bob.send(&cut(position))?;
        let answer = bob.skip_to(CutRes::ID)?;
        if read::<CutRes>(&answer)?.result == DONE {
            return Err(answer.is_no("CUT_RES (808) that refuses"));
        }
    }
    begin(&mut members)?;
    let [_, bob] = &mut members;
    bob.exchange(&cut(17), &has_cut(ErrorCode::GAME_BET_INVALID_ROOM_STATE))
}

fn reveals(stage: &Stage<'_>) -> Outcome {
    let room = stage.room()?;
    let [mut alice] = stage.members(room, ["alice"])?;
    let mut bob = stage.user("bob")?;
    bob.send(&enter(room))?;
    let first: TableNtf = bob.skip()?;
    for (member, position) in [(&mut alice, 20), (&mut bob, 17)] {
        member.send(&cut(position))?;
        member.settle()?;
    }
    let mut members = [alice, bob];
    let mut record = Record {
        shoe: first.shoe,
        decks: Some(stage.settings.table.decks),
        commitment: Commitment::from(first.commitment),
        rounds: Vec::new(),
        reveal: None,
    };
    members.iter_mut().try_for_each(|member| member.settle())?;
    for _ in 0..MOST_ROUNDS {
        let round = begin(&mut members)?;
        let ended = finish(stage, &mut members, round)?;
        record.rounds.push(RecordedRound::Seen(seen(round, &ended[0])?));
        let is_over = waits_for_the_next(stage, &mut members, &mut record)?;
        if is_over {
            return verify(&record).map(drop).map_err(|error| {
                Failure::words(
                    "a shoe whose cards follow from its seed and cuts",
                    error.to_string(),
                )
            });
        }
    }
    Err(Failure::words(
        format!("SHOE_REVEAL_NTF (809) within {MOST_ROUNDS} rounds of a shoe of one deck"),
        "none",
    ))
}

/// Up to phase 1. Says whether the shoe is over, with all that was revealed in the record.
fn waits_for_the_next(stage: &Stage<'_>, members: &mut [User<'_>], record: &mut Record) -> Outcome<bool> {
    let wait: Duration = stage.settings.table.result_time + stage.patience();
    let mut is_over = false;
    for member in members {
        loop {
            member.wait_for_bytes(wait);
            let packet = member.next_packet("TABLE_NTF (801) of phase 1")?;
            match id_of(&packet) {
                PacketId::SHOE_REVEAL_NTF => {
                    let reveal: ShoeRevealNtf = read(&packet)?;
                    is_over = true;
                    record.reveal = Some(revealed(&reveal));
                }
                PacketId::TABLE_NTF => {
                    let table: TableNtf = read(&packet)?;
                    let shoe = record.shoe + u64::from(is_over);
                    let is_same = table.commitment == *record.commitment.as_bytes();
                    if table.shoe != shoe || is_same == is_over {
                        return Err(packet.is_no(&format!(
                            "TABLE_NTF (801) with shoe {shoe}, and a commitment of its own for each shoe"
                        )));
                    }
                    if table.phase == Phase::WAITING {
                        break;
                    }
                }
                _ => {}
            }
        }
    }
    Ok(is_over)
}

fn revealed(reveal: &ShoeRevealNtf) -> Reveal {
    Reveal {
        seed: Seed::from(reveal.seed),
        cuts: reveal.cuts.iter().map(|cut| cut.unsigned_abs()).collect(),
    }
}

/// A round as it goes into the record. Payouts are for another check.
fn seen(number: u64, ended: &Ended) -> Outcome<SeenRound> {
    let result = &ended.result;
    let hand =
        |cards| Hand::from_numbers(cards).map_err(|_| ended.packet.is_no("two or three cards for each"));
    Ok(SeenRound {
        number,
        player: hand(result.player_cards)?,
        banker: hand(result.banker_cards)?,
        player_score: result.player_score.unsigned_abs(),
        banker_score: result.banker_score.unsigned_abs(),
        winner: baccarat::Winner::try_from(result.winner.0)
            .map_err(|_| ended.packet.is_no("1, 2 or 3 as the winner"))?,
        payouts: Vec::new(),
    })
}
