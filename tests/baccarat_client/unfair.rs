//! A server that cheats: the client finds it, says so loudly, and keeps the proof.

use std::io::Write;

use baccarat::{Card, Hand, Round};
use protocol::ErrorCode;
use protocol::message::baccarat::{GameResultNtf, Phase, Side, TableNtf};

use crate::dealer::{Dealer, SEED, result};
use crate::server::Server;
use crate::support::{Finished, Process, Program};
use crate::{client, file};

/// Alice is at the table with this script, which waits for the dealer.
#[track_caller]
fn alice(script: &str, flags: &[&str]) -> (Process, Dealer) {
    let server = Server::start();
    let (process, mut keyboard) = client(&server.address, "alice", flags).start_with_keyboard();
    keyboard
        .write_all(script.as_bytes())
        .expect("a pipe has room for it");
    let dealer = Dealer::welcome(&server);
    process.stdout.wait_for_line("* shoe 1: 52 cards");
    (process, dealer)
}

/// Deals two rounds with a stake on the banker in the second, as `announced` and paid as `paid`; then the shoe is revealed.
#[track_caller]
fn two_rounds(
    announced: impl Fn(Round) -> GameResultNtf,
    paid: impl Fn(i64) -> i64,
    seed: [u8; 32],
    cuts: &[i16],
    record: &str,
) -> Finished {
    let script = "/wait result\n/wait betting\n/bet banker 10\n/wait shoe\n";
    let (process, mut dealer) = alice(script, &["--record", record]);
    dealer.open_bets();
    let first = dealer.deal();
    dealer.announce(first);
    dealer.tell(Phase::WAITING, 0);
    dealer.open_bets();
    dealer.take_stake(Side::BANKER, 10);
    let second = dealer.deal();
    dealer.tell(Phase::RESULT, 10_000);
    dealer.send(&announced(second));
    let fair = baccarat::returned(baccarat::Side::Banker, 10, second.outcome()).expect("a payout");
    dealer.pay(paid(fair));
    dealer.reveal(seed, cuts);
    process.finish()
}

/// The record says the same when it is asked again.
#[track_caller]
fn is_in(record: &str, problem: &str) {
    let program = Program::new(env!("CARGO_BIN_EXE_baccarat-client"));
    let verified = program.args(&["verify", record]).run();
    let expected = format!("baccarat-client: shoe 1 is not verified: {problem}");
    assert_eq!(verified.expect_failure(1), expected);
}

#[track_caller]
fn is_alarm(finished: &Finished, problem: &str) {
    // Line 3 or 4: the reveal may come before the script waits for it.
    let line = finished.expect_failure(1);
    let expected = format!(": SHOE 1 IS NOT AS COMMITTED: {problem}; --record keeps the proof");
    assert!(line.ends_with(&expected), "{line}");
}

#[test]
fn a_fair_dealer_is_praised() {
    let record = file("fair.txt");
    let text = two_rounds(result, |fair| fair, SEED, &[], &record)
        .expect_success()
        .text();
    let praise = "* shoe 1 verified: 2 rounds, all cards as committed, 1 stake paid right\n";
    assert!(text.ends_with(praise), "{text}");
}

#[test]
fn another_seed_is_found() {
    let record = file("seed.txt");
    let finished = two_rounds(result, |fair| fair, [8; 32], &[], &record);
    let [expected, found] = [SEED, [8; 32]].map(|seed| baccarat::Seed::from(seed).commitment());
    let problem = format!(
        "the seed was changed: its commitment is {found}, but {expected} was told before the first stake"
    );
    is_alarm(&finished, &problem);
    is_in(&record, &problem);
}

/// One card of the second round is another one.
#[test]
fn another_card_is_found() {
    let record = file("card.txt");
    let other = |hand: Hand| Hand {
        second: Card::try_from((hand.second.number() + 13) % 52).expect("a card"),
        ..hand
    };
    let cheat = |round: Round| {
        result(Round {
            banker: other(round.banker),
            ..round
        })
    };
    let finished = two_rounds(cheat, |fair| fair, SEED, &[], &record);
    let line = finished.expect_failure(1).to_owned();
    let (_, problem) = line.split_once(": round 2 ").expect("a round");
    let problem = problem
        .strip_suffix("; --record keeps the proof")
        .expect("the proof");
    assert!(
        problem.starts_with("of the shoe (number 2 of the table): the banker's hand must be "),
        "{line}"
    );
    is_in(&record, &format!("round 2 {problem}"));
}

#[test]
fn a_payout_that_is_too_small_is_found() {
    let record = file("payout.txt");
    let finished = two_rounds(result, |fair| fair + 5, SEED, &[], &record);
    let line = finished.expect_failure(1);
    assert!(
        line.contains(
            "round 2 of the shoe (number 2 of the table): what 10 chips on banker brought back must be "
        ),
        "{line}"
    );
}

#[test]
fn a_cut_that_nobody_made_is_found() {
    let record = file("cut.txt");
    let finished = two_rounds(result, |fair| fair, SEED, &[10], &record);
    let line = finished.expect_failure(1);
    assert!(
        line.contains("SHOE 1 IS NOT AS COMMITTED: round 1 of the shoe"),
        "{line}"
    );
    let finished = two_rounds(result, |fair| fair, SEED, &[-1], &record);
    let line = finished.expect_failure(1);
    assert!(
        line.ends_with(": SHOE 1 IS NOT VERIFIED: the server names a cut below 0"),
        "{line}"
    );
}

/// A commitment that changes after a stake is no commitment.
#[test]
fn another_commitment_is_found_at_once() {
    let (process, mut dealer) = alice("/wait result\n", &[]);
    let table = TableNtf {
        commitment: [9; 32],
        ..dealer.table(Phase::BETTING, 5_000)
    };
    dealer.send(&table);
    let before = baccarat::Seed::from(SEED).commitment();
    let expected = format!(
        "THE SERVER HAS CHANGED THE CARDS: the commitment of shoe 1 was {before}, and is now {}",
        "09".repeat(32)
    );
    let finished = process.finish();
    let line = finished.expect_failure(1);
    assert!(line.ends_with(&expected), "{line}");
}

/// Cards that do not exist, and a packet that is too short.
#[test]
fn nonsense_is_an_error_that_names_the_packet() {
    for (cards, cause) in [([52, 0, -1], "52"), ([0, -1, -1], "")] {
        let (process, mut dealer) = alice("/wait result\n", &[]);
        let round = dealer.deal();
        dealer.send(&GameResultNtf {
            player_cards: cards,
            ..result(round)
        });
        let finished = process.finish();
        let line = finished.expect_failure(1);
        let expected = "the server sent a GAME_RESULT_NTF (764) that cannot be read: ";
        assert!(line.contains(expected) && line.contains(cause), "{line}");
    }
}

/// Refusals that a fair server gives only in moments that no script can choose.
#[test]
fn rare_refusals_are_in_words() {
    for (result, problem) in [
        (
            ErrorCode::BET_WRONG_ROUND,
            "that round is over: bet again in the next one (BET_WRONG_ROUND)",
        ),
        (
            ErrorCode::NOT_STORED,
            "it could not be stored, so it has not happened: try again (NOT_STORED)",
        ),
        (
            ErrorCode::GAME_BET_FAIL_PACKET,
            "the server could not read the bet (GAME_BET_FAIL_PACKET)",
        ),
    ] {
        let (process, mut dealer) = alice("/wait betting\n/bet banker 10\n", &[]);
        dealer.open_bets();
        dealer.answer_stake(Side::BANKER, 10, result);
        assert_eq!(
            process.finish().expect_failure(1),
            format!("baccarat-client: line 2: {problem}")
        );
    }
}
