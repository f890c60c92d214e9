//! Stakes: which are refused, which come in time, and what a second bet changes.

use super::*;

#[test]
fn each_refusal_of_a_stake_has_its_code_and_the_balance() {
    let mut felt = Felt::new(TableSettings::default());
    let [(alice, hears), _] = felt.enter_two();
    let refused = |felt: &mut Felt, round, side, amount, code: i16| {
        felt.stake(alice, round, message::Side(side), amount);
        let expected = format!("StakeRes(StakeRes {{ result: ErrorCode({code}), balance: 1000000 }})");
        assert_eq!(heard(&hears), [expected], "round {round}, side {side}, {amount}");
    };
    refused(&mut felt, 1, 1, 10, 182);
    felt.start(alice);
    heard(&hears);
    refused(&mut felt, 2, 1, 10, 187);
    refused(&mut felt, 1, 0, 10, 183);
    refused(&mut felt, 1, 6, 10, 183);
    refused(&mut felt, 1, 5, 0, 185);
    refused(&mut felt, 1, 5, -3, 185);
    refused(&mut felt, 1, 5, 10_001, 185);
    // The table allows it, and the ledger knows that these are all.
    felt.stake(alice, 1, message::Side::TIE, 10_000);
    heard(&hears);
    felt.stake(alice, 1, message::Side::PLAYER, 1);
    assert_eq!(
        heard(&hears),
        ["StakeRes(StakeRes { result: ErrorCode(186), balance: 0 })"]
    );
}

/// The table has not noticed the time yet, since its worker had much to do; the stake is late all the same.
#[test]
fn a_stake_at_the_very_end_is_late() {
    let mut felt = Felt::new(TableSettings::default());
    let [(alice, hears), _] = felt.enter_two();
    felt.start(alice);
    felt.room.pass_unnoticed(seconds(5));
    heard(&hears);
    felt.stake(alice, 1, message::Side::PLAYER, 10);
    assert_eq!(
        heard(&hears),
        ["StakeRes(StakeRes { result: ErrorCode(182), balance: 1000000 })"]
    );
}

#[test]
fn a_stake_that_came_in_time_plays_though_the_ledger_answers_late() {
    let mut felt = Felt::new(TableSettings::default());
    let [(alice, hears), _] = felt.enter_two();
    felt.start(alice);
    heard(&hears);
    let (round, side) = (1, message::Side::BANKER);
    felt.send(
        alice,
        &StakeReq {
            round,
            side,
            amount: 10,
        },
    );
    assert!(felt.room.is_parked(alice));
    felt.room.pass_unnoticed(seconds(5));
    felt.room.wait_for_event();
    felt.room.pass(Duration::ZERO);
    felt.room.wait_for_event();
    let told = names(&hears);
    assert_eq!(
        told,
        ["StakeRes", "StakeNtf", "TableNtf", "GameResultNtf", "PayoutNtf"]
    );
}

#[test]
fn a_second_bet_leaves_no_stake_under_the_minimum() {
    let mut felt = Felt::new(TableSettings {
        min: 5,
        ..TableSettings::default()
    });
    let [(alice, alice_hears), _] = felt.enter_two();
    felt.start(alice);
    felt.bet(alice, message::Side::PLAYER);
    felt.stake(alice, 1, message::Side::PLAYER, 3);
    let banker = message::Side::BANKER;
    felt.send(alice, &GameBetReq { side: banker });
    assert_eq!(
        last(&alice_hears),
        "GameBetRes(GameBetRes { result: ErrorCode(185) })"
    );
    felt.stake(alice, 1, message::Side::PLAYER, 2);
    heard(&alice_hears);
    felt.bet(alice, banker);
    assert_eq!(names(&alice_hears), ["GameBetRes", "GameBetNtf"]);
}

#[test]
fn a_second_bet_moves_the_chips_of_the_first_and_no_others() {
    let mut felt = Felt::new(TableSettings::default());
    let ((alice, hears), (bob, _)) = (felt.enter("alice"), felt.enter("bob"));
    felt.start(alice);
    felt.stake(alice, 1, message::Side::PLAYER, 100);
    felt.bet(alice, message::Side::PLAYER);
    heard(&hears);
    felt.send(
        alice,
        &GameBetReq {
            side: message::Side::PLAYER,
        },
    );
    assert_eq!(
        heard(&hears),
        ["GameBetRes(GameBetRes { result: ErrorCode(184) })"]
    );
    felt.send(
        alice,
        &GameBetReq {
            side: message::Side::TIE,
        },
    );
    assert_eq!(
        heard(&hears),
        ["GameBetRes(GameBetRes { result: ErrorCode(183) })"]
    );
    felt.bet(alice, message::Side::BANKER);
    assert_eq!(
        heard(&hears),
        [
            "GameBetRes(GameBetRes { result: ErrorCode(1) })",
            "GameBetNtf(GameBetNtf { unique_id: 1, side: Side(2) })"
        ]
    );
    felt.bet(bob, message::Side::PLAYER);
    felt.room.wait_for_event();
    let payouts = "[Payout { side: Side(1), stake: 100, returned: 0 }, Payout { side: Side(2), stake: 10, returned: 1950 }]";
    assert_eq!(
        last(&hears),
        format!("PayoutNtf(PayoutNtf {{ round: 1, balance: 990950, payouts: {payouts} }})")
    );
}
