//! Checks of baccarat: who starts a round, and the phases that follow.

use std::time::{Duration, Instant};

use protocol::message::baccarat::{GameResultNtf, Phase, TableNtf};
use protocol::{ErrorCode, PacketId};

use super::seat::{PLAYER, begin, finish, read};
use super::words::{DONE, leave, start, started, starts};
use crate::check::{Check, Need};
use crate::checks::room_server::user::{User, id_of};
use crate::client::Incoming;
use crate::failure::{Failure, Outcome};
use crate::stage::Stage;

/// Clocks of two programs may differ so much while a phase lasts.
const TOLERANCE: Duration = Duration::from_millis(50);

pub(super) const CHECKS: [Check; 6] = [
    Check {
        name: "start",
        does: "the first of two members starts a round",
        rule: "wire.md, section 5: GAME_START_RES before GAME_START_NTF; TABLE_NTF to all at every change of \
               phase, before any other packet of the new phase",
        hint: "answer, tell the table, and then that a round starts",
        needs: Need::Nothing,
        play: starts_a_round,
    },
    Check {
        name: "master",
        does: "others want to start a round; then the first member leaves, another comes, and the next one starts it",
        rule: "wire.md, section 5: 173: only the master starts a round: the member with the lowest \
               unique_id, also after others have left",
        hint: "look for the lowest unique_id when somebody asks; the newest member is never the master of \
               others",
        needs: Need::Nothing,
        play: masters,
    },
    Check {
        name: "start-running",
        does: "the master starts a round while stakes are taken, and while the cards lie on the table",
        rule: "wire.md, section 5: 171 while a round runs",
        hint: "look at the phase: only 1, WAITING, begins a round",
        needs: Need::Nothing,
        play: start_running,
    },
    Check {
        name: "time-left",
        does: "the times that are announced when stakes are taken, and when the cards lie on the table",
        rule: "wire.md, section 5: time_left is in milliseconds: that of --bet-time in phase 2, and that of \
               --result-time in phase 3",
        hint: "five seconds are 5000 ms, and neither 5 nor 5000000; (say so where yours are not 5s and 10s: \
               --bet-time, --result-time)",
        needs: Need::Nothing,
        play: time_left,
    },
    Check {
        name: "phases",
        does: "a round that nobody stakes on, with its times, and the beginning of the next",
        rule: "wire.md, section 5: phases: 1 waiting, 2 betting until its time ends, 3 result, then 1 again; \
               TABLE_NTF before any other packet of a phase, and GAME_RESULT_NTF in phase 3",
        hint: "a timer for each table; the round's number goes up when a round starts",
        needs: Need::Rounds,
        play: phases,
    },
    Check {
        name: "next-round",
        does: "two rounds with other stakes, one after the other",
        rule: "wire.md, section 5: a stake is for one round",
        hint: "clear the stakes when a round has been paid",
        needs: Need::Rounds,
        play: next_round,
    },
];

fn are(packets: &[Incoming], orders: &[&[PacketId]]) -> Outcome {
    let ids: Vec<_> = packets.iter().map(|packet| id_of(packet)).collect();
    if orders.contains(&&ids[..]) {
        return Ok(());
    }
    let told = |ids: &[PacketId]| {
        let names: Vec<_> = ids.iter().map(ToString::to_string).collect();
        match names.is_empty() {
            true => String::from("nothing"),
            false => names.join(", "),
        }
    };
    Err(Failure::words(told(orders[0]), told(&ids)))
}

fn starts_a_round(stage: &Stage<'_>) -> Outcome {
    use PacketId as Id;
    let [mut alice, mut bob] = stage.members(stage.room()?, ["alice", "bob"])?;
    alice.send(&start())?;
    let packets = alice.packets_so_far()?;
    // The answer may be a packet of the phase before, or of the new one.
    are(
        &packets,
        &[
            &[Id::GAME_START_RES, Id::TABLE_NTF, Id::GAME_START_NTF],
            &[Id::TABLE_NTF, Id::GAME_START_RES, Id::GAME_START_NTF],
        ],
    )?;
    for packet in packets {
        match id_of(&packet) {
            Id::TABLE_NTF => is_in(&packet, Phase::BETTING)?,
            _ if packet == started(DONE) || packet == starts() => {}
            _ => return Err(packet.is_not(&started(DONE))),
        }
    }
    are(&bob.packets_so_far()?, &[&[Id::TABLE_NTF, Id::GAME_START_NTF]])
}

/// The packet says that the table is in this phase.
fn is_in(packet: &Incoming, phase: Phase) -> Outcome {
    match read::<TableNtf>(packet)?.phase == phase {
        true => Ok(()),
        false => Err(packet.is_no(&format!("TABLE_NTF (801) of phase {phase}"))),
    }
}

fn masters(stage: &Stage<'_>) -> Outcome {
    let room = stage.room()?;
    let [mut alice, mut bob, mut carol] = stage.members(room, ["alice", "bob", "carol"])?;
    let refused = started(ErrorCode::GAME_START_NOT_MASTER);
    for other in [&mut bob, &mut carol] {
        other.exchange(&start(), &refused)?;
    }
    alice.send(&leave())?;
    alice.settle()?;
    alice.enter(room)?;
    for other in [&mut bob, &mut carol] {
        other.settle()?;
    }
    for other in [&mut carol, &mut alice] {
        other.exchange(&start(), &refused)?;
    }
    bob.send(&start())?;
    let answer = bob.skip_to(PacketId::GAME_START_RES)?;
    match answer == started(DONE) {
        true => Ok(()),
        false => Err(answer.is_not(&started(DONE))),
    }
}

fn start_running(stage: &Stage<'_>) -> Outcome {
    let (mut members, round) = stage.betting(["alice", "bob"])?;
    let refused = started(ErrorCode::GAME_START_INVALID_ROOM_STATE);
    members[0].exchange(&start(), &refused)?;
    finish(stage, &mut members, round)?;
    members[0].exchange(&start(), &refused)
}

fn time_left(stage: &Stage<'_>) -> Outcome {
    let mut members = stage.members(stage.room()?, ["alice"])?;
    let [alice] = &mut members;
    alice.send(&start())?;
    let table = stage.settings.table;
    let round = announces(alice, Phase::BETTING, table.bet_time)?;
    alice.settle()?;
    alice.stakes(round, PLAYER, table.unit)?;
    announces(alice, Phase::RESULT, table.result_time).map(drop)
}

/// The next TABLE_NTF is of this phase, and of nearly all of its time; gives the round.
fn announces(member: &mut User<'_>, phase: Phase, time: Duration) -> Outcome<u64> {
    let packet = member.skip_to(PacketId::TABLE_NTF)?;
    let table: TableNtf = read(&packet)?;
    is_in(&packet, phase)?;
    let milliseconds = time.as_millis() as i64;
    match (milliseconds / 2..=milliseconds).contains(&table.time_left.into()) {
        true => Ok(table.round),
        false => Err(packet.is_no(&format!("phase {phase} with {milliseconds} ms left"))),
    }
}

fn phases(stage: &Stage<'_>) -> Outcome {
    let table = stage.settings.table;
    let mut members = stage.members(stage.room()?, ["alice", "bob"])?;
    let began = Instant::now();
    let round = begin(&mut members)?;
    let [_, bob] = &mut members;
    comes_after(stage, bob, Phase::RESULT, began, table.bet_time)?;
    bob.next::<GameResultNtf>()?;
    // Not since the result was read here, which may be late.
    comes_after(
        stage,
        bob,
        Phase::WAITING,
        began + table.bet_time,
        table.result_time,
    )?;
    members[0].settle()?;
    let next = begin(&mut members)?;
    match next == round + 1 {
        true => Ok(()),
        false => Err(Failure::words(
            format!("round {} after round {round}", round + 1),
            format!("round {next}"),
        )),
    }
}

/// The next packet is a TABLE_NTF of this phase, and comes so long after `start`.
fn comes_after(
    stage: &Stage<'_>,
    member: &mut User<'_>,
    phase: Phase,
    start: Instant,
    time: Duration,
) -> Outcome {
    member.wait_for_bytes((time + stage.patience()).saturating_sub(start.elapsed()));
    let packet = member.next_packet(&format!("TABLE_NTF (801) of phase {phase} after {time:?}"))?;
    let passed = start.elapsed();
    is_in(&packet, phase)?;
    match passed + TOLERANCE >= time {
        true => Ok(()),
        false => Err(Failure::words(
            format!("phase {phase} after {time:?}"),
            format!("phase {phase} after {passed:.1?}"),
        )),
    }
}

fn next_round(stage: &Stage<'_>) -> Outcome {
    let unit = stage.settings.table.unit;
    let (mut members, round) = stage.betting(["alice", "bob"])?;
    finish(stage, &mut members, round)?;
    let [alice, bob] = &mut members;
    for member in [&mut *alice, &mut *bob] {
        member.wait_for_bytes(stage.settings.table.result_time + stage.patience());
        is_in(&member.skip_to(PacketId::TABLE_NTF)?, Phase::WAITING)?;
    }
    let round = begin(&mut members)?;
    let [alice, bob] = &mut members;
    alice.stakes(round, PLAYER, unit)?;
    bob.stakes(round, 2, 2 * unit)?;
    let payout = bob.ended()?.payout;
    let stakes: Vec<_> = payout.payouts.iter().map(|one| (one.side.0, one.stake)).collect();
    match payout.round == round && stakes == [(2, 2 * unit)] {
        true => Ok(()),
        false => Err(Failure::words(
            format!(
                "PAYOUT_NTF (805) of round {round} for side 2 with {} chips",
                2 * unit
            ),
            format!("round {} with sides and chips {stakes:?}", payout.round),
        )),
    }
}
