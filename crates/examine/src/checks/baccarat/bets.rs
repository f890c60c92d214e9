//! Checks of baccarat: bets of one unit on player or banker, as the classic codelab has them.

use protocol::message::baccarat::{GameBetRes, TableNtf};
use protocol::{ErrorCode, PacketId};

use super::seat::{BANKER, CHIP, PLAYER, finish, read};
use super::words::{DONE, bet, bets, enter, has_bet, stake};
use crate::check::{Check, Need};
use crate::checks::packets::packet;
use crate::failure::{Failure, Outcome};
use crate::stage::Stage;

pub(super) const CHECKS: [Check; 6] = [
    Check {
        name: "bet",
        does: "one of two members bets on the player",
        rule: "wire.md, section 5: GAME_BET_RES, and then GAME_BET_NTF (763), which the others get too; a \
               bet stakes --unit chips",
        hint: "763 is not 753, which says that a round starts; take the chips from the account (say so where \
               your unit is not 10, or a new user has not 10,000: --unit, --chips)",
        needs: Need::Nothing,
        play: bets_on_the_player,
    },
    Check {
        name: "bet-moves",
        does: "one member bets on the player, and then on the banker",
        rule: "wire.md, section 5: a second bet moves that stake to the other side",
        hint: "one stake a member: its side changes, and no more chips are taken",
        needs: Need::Nothing,
        play: bet_moves,
    },
    Check {
        name: "bet-same-side",
        does: "one member bets twice on the banker",
        rule: "wire.md, section 5: 184: the same side",
        hint: "compare the side with the one that the member has bet on in this round",
        needs: Need::Nothing,
        play: bet_same_side,
    },
    Check {
        name: "bet-body",
        does: "bets and stakes whose bodies are too short or too long",
        rule: "wire.md, section 5: 181: a body that does not fit, in GAME_BET_RES or STAKE_RES",
        hint: "the error has its own RES; the table is as it was before",
        needs: Need::Nothing,
        play: bet_body,
    },
    Check {
        name: "early",
        does: "a bet and a stake before a round has started",
        rule: "wire.md, section 5: 182: not in the betting phase",
        hint: "look at the phase before you look at the stake",
        needs: Need::Nothing,
        play: early,
    },
    Check {
        name: "late",
        does: "a bet and a stake when the cards lie on the table",
        rule: "wire.md, section 5: 182: not in the betting phase",
        hint: "betting has ended with the last stake: the result is known",
        needs: Need::Nothing,
        play: late,
    },
];

fn bets_on_the_player(stage: &Stage<'_>) -> Outcome {
    let ([mut alice, mut bob], _) = stage.betting(["alice", "bob"])?;
    bob.send(&bet(PLAYER))?;
    bob.expect(&has_bet(DONE))?;
    let told = bets(bob.id, PLAYER);
    for packet in bob.packets_so_far()? {
        if packet != told {
            return Err(packet.is_not(&told));
        }
    }
    alice.expect(&told)?;
    alice.hears_nothing_more()?;
    let left = stage.first_balance() - stage.settings.table.unit * CHIP;
    bob.has(left, "a bet is a stake of --unit chips")
}

fn bet_moves(stage: &Stage<'_>) -> Outcome {
    let unit = stage.settings.table.unit;
    let (mut members, round) = stage.betting(["alice", "bob"])?;
    let [alice, bob] = &mut members;
    for side in [PLAYER, BANKER] {
        bob.send(&bet(side))?;
        let answer = bob.skip_to(PacketId::GAME_BET_RES)?;
        if answer != has_bet(DONE) {
            return Err(answer.is_not(&has_bet(DONE)));
        }
    }
    bob.has(
        stage.first_balance() - unit * CHIP,
        "a second bet moves the stake: no more chips are taken",
    )?;
    alice.stakes(round, PLAYER, unit)?;
    let payout = bob.ended()?.payout;
    let stakes: Vec<_> = payout.payouts.iter().map(|one| (one.side.0, one.stake)).collect();
    match stakes == [(BANKER, unit)] {
        true => Ok(()),
        false => Err(Failure::words(
            format!("PAYOUT_NTF (805) for side 2 with {unit} chips, and no other"),
            format!("sides and chips {stakes:?}"),
        )),
    }
}

fn bet_same_side(stage: &Stage<'_>) -> Outcome {
    let ([mut alice, mut bob], _) = stage.betting(["alice", "bob"])?;
    bob.send(&bet(BANKER))?;
    bob.settle()?;
    bob.exchange(&bet(BANKER), &has_bet(ErrorCode::GAME_BET_SAME_SIDE))?;
    alice.settle()?;
    bob.hears_nothing_more()
}

fn bet_body(stage: &Stage<'_>) -> Outcome {
    let ([mut alice, mut bob], round) = stage.betting(["alice", "bob"])?;
    // No message in any codec: fields that never end.
    for body in [&[0xff; 2][..], &[0xff; 3]] {
        let request = packet(PacketId::GAME_BET_REQ.0, body);
        bob.exchange(&request, &has_bet(ErrorCode::GAME_BET_FAIL_PACKET))?;
    }
    for body in [&[0xff; 16][..], &[0xff; 18]] {
        let request = packet(PacketId::STAKE_REQ.0, body);
        bob.is_refused_stake(&request, ErrorCode::GAME_BET_FAIL_PACKET)?;
    }
    alice.hears_nothing_more()?;
    bob.stakes(round, PLAYER, stage.settings.table.unit).map(drop)
}

fn early(stage: &Stage<'_>) -> Outcome {
    let room = stage.room()?;
    let [mut alice] = stage.members(room, ["alice"])?;
    let mut bob = stage.user("bob")?;
    bob.send(&enter(room))?;
    let table: TableNtf = bob.skip()?;
    bob.settle()?;
    alice.settle()?;
    bob.exchange(&bet(PLAYER), &has_bet(ErrorCode::GAME_BET_INVALID_ROOM_STATE))?;
    let request = stake(table.round, PLAYER, stage.settings.table.unit);
    bob.is_refused_stake(&request, ErrorCode::GAME_BET_INVALID_ROOM_STATE)?;
    alice.hears_nothing_more()
}

fn late(stage: &Stage<'_>) -> Outcome {
    let (mut members, round) = stage.betting(["alice", "bob"])?;
    finish(stage, &mut members, round)?;
    let [_, bob] = &mut members;
    bob.send(&bet(PLAYER))?;
    let answer = bob.skip_to(PacketId::GAME_BET_RES)?;
    if read::<GameBetRes>(&answer)?.result != ErrorCode::GAME_BET_INVALID_ROOM_STATE {
        return Err(answer.is_not(&has_bet(ErrorCode::GAME_BET_INVALID_ROOM_STATE)));
    }
    let request = stake(round, PLAYER, stage.settings.table.unit);
    bob.is_refused_stake(&request, ErrorCode::GAME_BET_INVALID_ROOM_STATE)
}
