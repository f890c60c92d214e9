//! A seat at a table, played with plain calls: packets and commands in, lines out.

use std::time::Duration;

use protocol::message::baccarat::{CutRes, GameStartNtf, GameStartRes, StakeRes};
use room_client::Action;

use super::*;
use crate::command::{Command, Until};

mod play;

use play::{ALICE, BOB, Play, shoe};

#[test]
fn the_time_that_is_left_runs() {
    let mut play = Play::new();
    play.round = 1;
    assert_eq!(
        play.tell(Phase::BETTING, 5_000),
        ["* round 1: bets are open for 5 s"]
    );
    play.now += Duration::from_millis(1_800);
    assert_eq!(
        play.shown(Command::Table)[0],
        "* round 1: bets are open for 3.2 s"
    );
    assert_eq!(play.tell(Phase::BETTING, 0), ["* round 1: bets are closed"]);
    assert_eq!(
        play.tell(Phase::WAITING, 0),
        ["* no round is running: bob can /start one"]
    );
    play.room = Room::of(ALICE, &[(ALICE, "alice")]);
    assert_eq!(
        play.shown(Command::Table)[0],
        "* no round is running: you can /start one"
    );
}

#[test]
fn stakes_are_shown_with_their_owner_until_the_next_round() {
    let mut play = Play::new();
    play.round = 1;
    play.tell(Phase::BETTING, 5_000);
    let stake = |unique_id, side, amount| StakeNtf {
        unique_id,
        side,
        amount,
    };
    assert_eq!(
        play.hears(&stake(BOB, message::Side::TIE, 5)),
        ["* bob has 5 on tie"]
    );
    let (result, balance) = (ErrorCode::NONE, 995_050);
    assert_eq!(
        play.news(&StakeRes { result, balance }).result,
        Some(ErrorCode::NONE)
    );
    assert_eq!(
        play.hears(&stake(ALICE, message::Side::PLAYER_PAIR, 45)),
        ["* you have 45 on player-pair, and 9950.50 left"]
    );
    let (unique_id, side) = (BOB, message::Side::BANKER);
    assert_eq!(
        play.hears(&GameBetNtf { unique_id, side }),
        ["* bob has one unit on banker"]
    );
    let table = play.shown(Command::Table);
    assert_eq!(
        table[3..],
        [
            "* you have 9950.50 chips",
            "* bob    one unit on banker, 5 on tie",
            "* alice  45 on player-pair",
        ]
    );
    play.round = 2;
    play.tell(Phase::BETTING, 5_000);
    assert_eq!(play.shown(Command::Table).len(), 4);
}

/// Whatever comes first, the line or what it waits for.
#[test]
fn a_script_misses_no_result() {
    let mut play = Play::new();
    assert!(play.waits(Until::Result));
    play.play_round();
    assert!(!play.seat.is_waiting());
    play.play_round();
    play.tell(Phase::WAITING, 0);
    assert!(!play.waits(Until::Result), "it has come already");
    assert!(play.waits(Until::Result), "once");
    play.play_round();
    // One that came before a round is started is not that round's.
    play.play_round();
    play.tell(Phase::WAITING, 0);
    play.types(Command::Start);
    let result = ErrorCode::NONE;
    play.hears(&GameStartRes { result });
    assert!(play.waits(Until::Waiting), "a round has been started");
    assert!(play.waits(Until::Result));
    play.hears(&GameStartNtf {});
    play.play_round();
    assert!(!play.seat.is_waiting());
}

#[test]
fn a_result_with_a_stake_is_there_when_the_stake_is_paid() {
    let mut play = Play::new();
    play.round = 1;
    play.tell(Phase::BETTING, 5_000);
    play.hears(&StakeNtf {
        unique_id: ALICE,
        side: message::Side::BANKER,
        amount: 10,
    });
    assert!(play.waits(Until::Result));
    let result = play.result();
    play.tell(Phase::RESULT, 1_000);
    play.hears(&result);
    assert!(play.seat.is_waiting());
    let payouts = vec![message::Payout {
        side: message::Side::BANKER,
        stake: 10,
        returned: 1_950,
    }];
    let paid = PayoutNtf {
        round: 1,
        balance: 1_000_950,
        payouts,
    };
    assert_eq!(
        play.hears(&paid),
        ["* 10 on banker brings 19.50: you have 10009.50 chips"]
    );
    assert!(!play.seat.is_waiting());
}

#[test]
fn bets_are_waited_for_until_they_are_open() {
    let mut play = Play::new();
    assert!(!play.waits(Until::Waiting));
    assert!(play.waits(Until::Betting));
    play.round = 1;
    play.tell(Phase::BETTING, 0);
    assert!(play.seat.is_waiting(), "they are closed");
    play.tell(Phase::BETTING, 1);
    assert!(!play.seat.is_waiting());
    assert!(play.waits(Until::Shoe));
    play.seat.leave();
    assert!(!play.seat.is_waiting(), "nothing comes to somebody who has left");
}

#[test]
fn a_shoe_without_a_reveal_is_told() {
    let mut play = Play::new();
    play.play_round();
    play.shoe = shoe(2);
    let lines = play.tell(Phase::WAITING, 0);
    assert_eq!(
        lines[0],
        "! SHOE 1 IS NOT REVEALED: nothing shows that its cards were as committed"
    );
    // Of a shoe that was not used there is nothing to show.
    play.shoe = shoe(3);
    let lines = play.tell(Phase::WAITING, 0);
    assert!(
        lines[0].starts_with("* shoe 3: 52 cards, committed to as "),
        "{lines:?}"
    );
    // Nor is there at another table.
    play.play_round();
    play.seat.leave();
    play.shoe = shoe(9);
    let lines = play.tell(Phase::WAITING, 0);
    assert!(lines[0].starts_with("* shoe 9: "), "{lines:?}");
}

#[test]
fn a_reveal_of_another_shoe_is_told() {
    let mut play = Play::new();
    play.play_round();
    let reveal = ShoeRevealNtf {
        shoe: 4,
        seed: [7; 32],
        cuts: vec![],
    };
    assert_eq!(
        play.hears(&reveal),
        ["! SHOE 4 IS REVEALED, BUT SHOE 1 IS ON THE TABLE: nothing is verified"]
    );
    assert_eq!(play.seat.take_record(), None);
    let reveal = ShoeRevealNtf { shoe: 1, ..reveal };
    assert_eq!(
        play.hears(&reveal),
        ["* shoe 1 verified: 1 round, all cards as committed"]
    );
    assert!(play.seat.take_record().is_some());
}

/// Whoever comes back to a shoe has seen its first rounds, and missed the others.
#[test]
fn what_was_seen_before_a_pause_counts() {
    let mut play = Play::new();
    play.play_round();
    let first = play.shoe.history().to_vec();
    play.seat.leave();
    let _missed = play.shoe.deal().unwrap();
    play.round += 1;
    play.tell(Phase::RESULT, 1_000);
    let rounds: Vec<_> = play
        .shoe
        .history()
        .iter()
        .map(|outcome| outcome.history_byte())
        .collect();
    assert_eq!((first.len(), rounds.len()), (1, 2));
    play.hears(&HistoryNtf { rounds: &rounds });
    let reveal = ShoeRevealNtf {
        shoe: 1,
        seed: [7; 32],
        cuts: vec![],
    };
    assert_eq!(
        play.hears(&reveal),
        [
            "* shoe 1 verified: 1 round, all cards as committed; 1 more that you have not seen: who won is as committed"
        ]
    );
}

#[test]
fn a_cut_that_is_granted_is_told_with_its_place() {
    let mut play = Play::new();
    let Action::Ask(request) = play.types(Command::Cut(20)) else {
        panic!("a request");
    };
    assert_eq!(request.done.as_deref(), Some("you have cut the shoe at 20"));
    assert_eq!(request.answer, CutRes::ID);
    let result = ErrorCode::NONE;
    assert_eq!(play.news(&CutRes { result }).result, Some(result));
}

/// A stake names its round, and may be sent again at any time; a bet of one unit may not.
#[test]
fn a_bet_without_a_round_is_not_sent_again_in_the_next_one() {
    let mut play = Play::new();
    play.round = 1;
    play.tell(Phase::BETTING, 5_000);
    let ends = play.now + Duration::from_secs(5);
    for (amount, expected) in [(None, Some(ends)), (Some(5), None)] {
        let side = Side::Banker;
        let Action::Ask(request) = play.types(Command::Bet { side, amount }) else {
            panic!("a request");
        };
        assert_eq!(request.too_late, expected, "{amount:?}");
    }
}

#[test]
fn a_score_that_is_none_is_named() {
    let mut play = Play::new();
    play.shoe.open();
    let result = GameResultNtf {
        banker_score: -5,
        ..play.result()
    };
    let error = play.try_news(&result).unwrap_err();
    assert!(
        format!("{error:#}").starts_with(
            "the server sent a GAME_RESULT_NTF (764) that cannot be read: a score is 0 to 9, not -5"
        ),
        "{error:#}"
    );
}
