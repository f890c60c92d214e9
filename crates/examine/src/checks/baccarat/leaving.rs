//! Checks of baccarat: when betting ends, and what becomes of the stakes of members that leave.

use std::thread;
use std::time::{Duration, Instant};

use protocol::PacketId;
use protocol::message::baccarat::{GameResultNtf, PayoutNtf, Phase, StakeRes, TableNtf};

use super::seat::{BANKER, CHIP, PLAYER, TIE, begin, read};
use super::words::{enter, leave, stake, stakes, user_left};
use crate::check::{Check, Need};
use crate::checks::room_server::user::User;
use crate::client::Incoming;
use crate::failure::{Failure, Outcome};
use crate::stage::Stage;

/// Between two questions for a balance.
const PAUSE: Duration = Duration::from_millis(20);

pub(super) const CHECKS: [Check; 4] = [
    Check {
        name: "all-staked",
        does: "both members stake, one after the other",
        rule: "wire.md, section 5: betting ends as soon as every member has a stake: TABLE_NTF of phase 3, \
               GAME_RESULT_NTF to all, PAYOUT_NTF to each who had a stake",
        hint: "ask after each stake whether somebody has none; the table first, then the cards, then the \
               money",
        needs: Need::Nothing,
        play: all_staked,
    },
    Check {
        name: "undecided-leaves",
        does: "one member stakes, and the other one leaves without a stake",
        rule: "wire.md, section 5: betting ends as soon as every member has a stake; that is asked again \
               when a member leaves",
        hint: "a member that leaves must not keep the others waiting",
        needs: Need::Nothing,
        play: undecided_leaves,
    },
    Check {
        name: "leaver-paid",
        does: "two of three members stake on player, banker and tie, and one of them leaves; the third one stakes",
        rule: "wire.md, section 5: a player that leaves keeps the stake in play, and finds the payout in the \
               balance",
        hint: "keep stakes by user, not by member; pay who has left too",
        needs: Need::Nothing,
        play: leaver_is_paid,
    },
    Check {
        name: "last-leaves",
        does: "a member with stakes on player, banker and tie leaves, and then the last one; the first comes back",
        rule: "wire.md, section 5: when the last member leaves, an open round is settled at once",
        hint: "an empty table has no time to wait for: deal, pay, and go back to phase 1",
        needs: Need::Nothing,
        play: last_leaves,
    },
];

fn all_staked(stage: &Stage<'_>) -> Outcome {
    let ([mut alice, mut bob], round) = stage.betting(["alice", "bob"])?;
    let unit = stage.settings.table.unit;
    alice.stakes(round, PLAYER, unit)?;
    alice.settle()?;
    bob.expect(&stakes(alice.id, PLAYER, unit))?;
    bob.hears_nothing_more()?;
    bob.send(&stake(round, BANKER, unit))?;
    // In which order these two come is for another check.
    bob.skip::<StakeRes>()?;
    bob.skip_to(PacketId::TABLE_NTF)
        .and_then(|packet| is_result(&packet))?;
    alice.expect(&stakes(bob.id, BANKER, unit))?;
    let packet = alice.next_packet("TABLE_NTF (801) of phase 3")?;
    is_result(&packet)?;
    for member in [&mut alice, &mut bob] {
        member.next::<GameResultNtf>()?;
        let payout: PayoutNtf = member.next()?;
        if payout.round != round {
            return Err(Failure::words(
                format!("PAYOUT_NTF (805) of round {round}"),
                format!("of round {}", payout.round),
            ));
        }
    }
    Ok(())
}

fn is_result(packet: &Incoming) -> Outcome {
    match read::<TableNtf>(packet) {
        Ok(table) if table.phase == Phase::RESULT => Ok(()),
        _ => Err(packet.is_no("TABLE_NTF (801) of phase 3")),
    }
}

fn undecided_leaves(stage: &Stage<'_>) -> Outcome {
    let ([mut alice, mut bob], round) = stage.betting(["alice", "bob"])?;
    alice.stakes(round, PLAYER, stage.settings.table.unit)?;
    alice.settle()?;
    bob.send(&leave())?;
    alice.expect(&user_left(bob.id))?;
    alice.ended().map(drop)
}

/// Stakes on sides of which one always pays, and never as much as was staked. Gives what is left.
fn stakes_on_three(member: &mut User<'_>, round: u64, unit: i64) -> Outcome<i64> {
    let mut left = 0;
    for side in [PLAYER, BANKER, TIE] {
        left = member.stakes(round, side, unit)?;
    }
    Ok(left)
}

fn leaver_is_paid(stage: &Stage<'_>) -> Outcome {
    let [here, elsewhere] = stage.rooms()?;
    let unit = stage.settings.table.unit;
    let mut members = stage.members(here, ["alice", "bob", "carol"])?;
    let round = begin(&mut members)?;
    let [mut alice, mut bob, mut carol] = members;
    stakes_on_three(&mut alice, round, unit)?;
    let left = stakes_on_three(&mut bob, round, unit)?;
    bob.send(&leave())?;
    bob.settle()?;
    carol.stakes(round, PLAYER, unit)?;
    let payouts = alice.ended()?.payout.payouts;
    bob.enter(elsewhere)?;
    bob.settle()?;
    let returned: i64 = payouts.iter().map(|payout| payout.returned).sum();
    bob.has(
        left + returned,
        "the same stakes bring the same to one that has left",
    )
}

fn last_leaves(stage: &Stage<'_>) -> Outcome {
    let room = stage.room()?;
    let unit = stage.settings.table.unit;
    let mut members = stage.members(room, ["alice", "bob"])?;
    let round = begin(&mut members)?;
    let [mut alice, mut bob] = members;
    let left = stakes_on_three(&mut alice, round, unit)?;
    for member in [&mut alice, &mut bob] {
        member.send(&leave())?;
        member.settle()?;
    }
    alice.send(&enter(room))?;
    let packet = alice.skip_to(PacketId::TABLE_NTF)?;
    let table: TableNtf = read(&packet)?;
    // Where a result must be stored first, that may be under way.
    if table.phase == Phase::BETTING && table.time_left > 0 {
        return Err(packet.is_no("TABLE_NTF (801) of phase 1, or with no time left: the round is settled"));
    }
    alice.settle()?;
    let returned = settled(stage, &mut alice, left)? - left;
    match returned > 0 && returned != 3 * unit * CHIP {
        true => Ok(()),
        false => Err(Failure::words(
            "what a unit on player, banker and tie returns: never nothing, and never the three units",
            format!("{returned} hundredths"),
        )),
    }
}

/// Asks for the balance until it is another one: nobody says when a round has been paid at which nobody sits.
fn settled(stage: &Stage<'_>, user: &mut User<'_>, before: i64) -> Outcome<i64> {
    let deadline = Instant::now() + stage.patience();
    loop {
        let balance = user.balance()?;
        if balance != before || Instant::now() >= deadline {
            return Ok(balance);
        }
        thread::sleep(PAUSE);
    }
}
