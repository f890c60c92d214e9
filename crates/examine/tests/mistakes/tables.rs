//! Mistakes at a table of baccarat: who may do what, stakes, and the end of a round.

use std::collections::BTreeSet;

use examine::{Check, kinds};
use protocol::Codec;

use crate::wrong::tables;
use crate::{PATIENT, Subject, failed, verify_subject};

/// People talk at the tables as they do in a chat.
#[test]
fn a_right_table_passes_the_checks_of_the_chat_as_well() {
    let subject = Subject::all_of(&kinds::BACCARAT);
    let names: Vec<_> = subject.checks.iter().map(|check| check.name).collect();
    assert!(
        ["chat", "whisper", "accept", "slow-reader", "stake", "reveal"]
            .iter()
            .all(|name| names.contains(name))
    );
    assert_eq!(
        failed(&subject, tables::start(None), &subject.checks, PATIENT),
        BTreeSet::new()
    );
}

/// The checks that a chat has not.
fn of_tables() -> Subject {
    let of_the_chat = kinds::CHAT.checks(Codec::Binary);
    let is_new = |check: &Check| of_the_chat.iter().all(|other| other.name != check.name);
    let all = Subject::all_of(&kinds::BACCARAT);
    Subject {
        checks: all.checks.iter().copied().filter(is_new).collect(),
        ..all
    }
}

// ANCHOR: tables
/// The first seven are those of the original.
#[test]
fn mistakes_at_a_table() {
    use tables::Mistake::*;
    verify_subject(
        &of_tables(),
        tables::start,
        &[
            (TwoCountsOneAndTenNine, &["scores", "third-cards", "reveal"]),
            (ThirdCardByItsNumber, &["third-cards", "reveal"]),
            (PlayerStoodAfterTheDraw, &["third-cards", "reveal"]),
            (
                SecondsForMilliseconds,
                &["newcomer-betting", "time-left", "phases"],
            ),
            (StakesSurvive, &["next-round", "reveal"]),
            (BetUnderTheIdOfStart, &["bet"]),
            (NewestIsMaster, &["master"]),
        ],
    );
}
// ANCHOR_END: tables

#[test]
fn more_mistakes_at_a_table() {
    use tables::Mistake::*;
    verify_subject(
        &of_tables(),
        tables::start,
        &[
            (AnybodyStarts, &["master"]),
            (StartsTwice, &["start-running"]),
            (TellsSeconds, &["time-left"]),
            (
                NoTableForNewcomers,
                &["newcomer", "newcomer-betting", "early", "last-leaves", "reveal"],
            ),
            (HistoryBeforeTable, &["newcomer", "newcomer-betting"]),
            (HistoryFromZero, &["history"]),
            (NoTableAtTheResult, &["time-left", "phases", "all-staked"]),
            (ResultBeforeTable, &["phases", "all-staked"]),
            (SameRoundAgain, &["phases"]),
            (BetBeforeItsAnswer, &["bet"]),
            (BetCostsNothing, &["bet", "bet-moves"]),
            (SecondBetAdds, &["bet-moves"]),
            (SameSideAgain, &["bet-same-side"]),
            (ErrorForABadBody, &["bet-body"]),
            (TakesLateStakes, &["late"]),
            (TakesEarlyStakes, &["early"]),
            (TakesAnyRound, &["wrong-round"]),
            (TakesAnySide, &["no-such-side"]),
            (ForgetsWhatIsOnTheSide, &["limits"]),
            (NoFundsNeeded, &["funds"]),
            (StakeBeforeItsAnswer, &["stake"]),
            (TellsTheAddition, &["stake"]),
        ],
    );
}

#[test]
fn mistakes_at_the_end_of_a_round() {
    use tables::Mistake::*;
    verify_subject(
        &of_tables(),
        tables::start,
        &[
            (
                ForgetsTheNewest,
                &[
                    "all-staked",
                    "last-leaves",
                    "late",
                    "leaver-paid",
                    "next-round",
                    "payouts",
                    "reveal",
                    "scores",
                    "start-running",
                    "third-cards",
                    "undecided-leaves",
                ],
            ),
            (WaitsForWhoHasLeft, &["undecided-leaves"]),
            (LeaverLosesTheStake, &["leaver-paid", "last-leaves"]),
            (LeaverIsRefunded, &["leaver-paid", "last-leaves"]),
            (LastLeaverLeavesItOpen, &["last-leaves"]),
            (
                UndrawnIsFiftyTwo,
                &["history", "payouts", "reveal", "scores", "third-cards"],
            ),
            (LowerScoreWins, &["scores", "reveal"]),
            (PayoutWithoutTheStake, &["payouts"]),
            (TieLosesTheStake, &["payouts"]),
            (NoCommission, &["payouts"]),
            (PayoutIsNotBooked, &["payouts", "leaver-paid", "last-leaves"]),
            (CutsTwice, &["cut"]),
            (CutsAtAnyTime, &["cut-late"]),
            (ForgetsTheCuts, &["reveal"]),
            (RevealsAnotherSeed, &["reveal"]),
            (DealsOtherCards, &["reveal"]),
        ],
    );
}
