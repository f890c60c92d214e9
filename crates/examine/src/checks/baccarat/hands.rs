//! Checks of baccarat: a round at each of many tables, and whether cards, scores and payouts follow the rules.

use baccarat::{Card, Hand, Outcome as RoundOutcome, Round, banker_draws, player_draws};
use protocol::message::baccarat::{GameResultNtf, PayoutNtf, StakeRes};

use super::seat::{ALL_SIDES, Ended, PLAYER, begin};
use super::words::stake;
use crate::check::{Check, Need};
use crate::failure::{Failure, Outcome};
use crate::stage::Stage;

/// So many tables show most of the rules: a tie comes at one of ten, and a third card at two of three.
const TABLES: usize = 24;

pub(super) const CHECKS: [Check; 3] = [
    Check {
        name: "scores",
        does: "cards, scores and winners of rounds at 24 tables",
        rule: "wire.md, section 5: a card is 0 to 51, and -1 one that was not drawn; ace 1, 2 to 9 their \
               value, ten and faces 0, sums modulo 10; the higher score wins",
        hint: "rank = card % 13, with 0 = ace: a two is rank 1 and counts 2, a ten is rank 9 and counts 0",
        needs: Need::Nothing,
        play: |stage| each_round(stage, scores_follow),
    },
    Check {
        name: "third-cards",
        does: "who draws a third card in rounds at 24 tables",
        rule: "wire.md, section 5: 8 or 9 in two cards ends it; the player draws on 0 to 5; the banker on 0 \
               to 5 if the player stood, else by the value of the player's third card",
        hint: "the value, not the number of the card, and not that of the hand; decide before the banker \
               draws whether the player stood",
        needs: Need::Nothing,
        play: |stage| each_round(stage, third_cards_follow),
    },
    Check {
        name: "payouts",
        does: "stakes on all five sides in rounds at 24 tables",
        rule: "wire.md, section 5: returned per chip, the stake included: player 2, banker 1.95, tie 9, a \
               pair 12, player and banker 1 at a tie; else nothing",
        hint: "in hundredths, as whole numbers; player and banker get their stake back at a tie; BALANCE_RES \
               says the same",
        needs: Need::Nothing,
        play: payouts_follow,
    },
];

/// A round as one of two members has seen it, who has staked on all sides.
struct Seen {
    ended: Ended,
    left: i64,
    balance: i64,
}

/// Plays a round at each of many tables.
fn rounds(stage: &Stage<'_>) -> Outcome<Vec<Seen>> {
    let most = usize::try_from(stage.settings.rooms / 2).unwrap_or(TABLES);
    let rooms = stage.rooms_for(TABLES.min(most))?;
    rooms.into_iter().map(|room| round(stage, room)).collect()
}

fn round(stage: &Stage<'_>, room: i32) -> Outcome<Seen> {
    let unit = stage.settings.table.unit;
    let [a, b] = [format!("a{room}"), format!("b{room}")];
    let mut members = stage.members(room, [&*a, &*b])?;
    let round = begin(&mut members)?;
    let [alice, bob] = &mut members;
    let stakes = ALL_SIDES.map(|side| stake(round, side, unit));
    alice.send(&stakes.concat())?;
    let mut left = 0;
    for _ in stakes {
        left = alice.skip::<StakeRes>()?.balance;
    }
    bob.stakes(round, PLAYER, unit)?;
    let ended = alice.ended()?;
    let balance = alice.balance()?;
    Ok(Seen { ended, left, balance })
}

fn each_round(stage: &Stage<'_>, follows: fn(&Ended) -> Outcome) -> Outcome {
    rounds(stage)?.iter().try_for_each(|seen| follows(&seen.ended))
}

/// The cards as they were announced.
fn hands(ended: &Ended) -> Outcome<Round> {
    let GameResultNtf {
        banker_cards,
        player_cards,
        ..
    } = ended.result;
    match (Hand::from_numbers(player_cards), Hand::from_numbers(banker_cards)) {
        (Ok(player), Ok(banker)) => Ok(Round { player, banker }),
        _ => Err(ended
            .packet
            .is_no("GAME_RESULT_NTF (764) with two or three cards for each")),
    }
}

/// How the announced round has ended: by its cards for pairs and naturals, and by the word of the server for the
/// winner, so that a wrong winner fails the check of winners only.
pub(super) fn outcome(ended: &Ended) -> Outcome<RoundOutcome> {
    let winner = baccarat::Winner::try_from(ended.result.winner.0).map_err(|_| {
        ended
            .packet
            .is_no("GAME_RESULT_NTF (764) with 1, 2 or 3 as the winner")
    })?;
    Ok(RoundOutcome {
        winner,
        ..hands(ended)?.outcome()
    })
}

fn scores_follow(ended: &Ended) -> Outcome {
    let Round { player, banker } = hands(ended)?;
    let scores = (player.score(), banker.score());
    let winner = baccarat::Winner::of(scores.0, scores.1);
    let result = &ended.result;
    let came = (result.player_score, result.banker_score, result.winner.0);
    if came == (scores.0 as i8, scores.1 as i8, winner.number()) {
        return Ok(());
    }
    let remark = format!(
        "the player has {player}, which is {}; the banker has {banker}, which is {}: {winner}",
        scores.0, scores.1
    );
    let expected = GameResultNtf {
        player_score: scores.0 as i8,
        banker_score: scores.1 as i8,
        winner: protocol::message::baccarat::Winner(winner.number()),
        ..*result
    };
    let expected = crate::checks::packets::bytes(expected.encode());
    Err(ended.packet.is_not(&expected).remarked(&remark))
}

fn third_cards_follow(ended: &Ended) -> Outcome {
    let Round { player, banker } = hands(ended)?;
    let two_of = |hand: Hand| Hand::new(hand.first, hand.second);
    let (player_two, banker_two) = (two_of(player), two_of(banker));
    let natural = player_two.is_natural() || banker_two.is_natural();
    let player_must = !natural && player_draws(player_two.score());
    let third = player.third.map(Card::value);
    let banker_must = !natural && banker_draws(banker_two.score(), third);
    let words = |draws: bool| if draws { "draws" } else { "stands" };
    for (who, hand, two, must) in [
        ("player", player, player_two, player_must),
        ("banker", banker, banker_two, banker_must),
    ] {
        if hand.third.is_some() != must {
            let after = match third {
                Some(value) if who == "banker" => {
                    format!(" when the player has drawn a card of value {value}")
                }
                _ => String::new(),
            };
            let natural = if natural { " (8 or 9 in two cards)" } else { "" };
            let expected = format!(
                "the {who} {} with {two}, which is {}{after}{natural}",
                words(must),
                two.score()
            );
            return Err(Failure::words(expected, ended.packet.told())
                .remarked(&format!("the {who} {}", words(hand.third.is_some()))));
        }
    }
    Ok(())
}

fn payouts_follow(stage: &Stage<'_>) -> Outcome {
    let unit = stage.settings.table.unit;
    for Seen { ended, left, balance } in rounds(stage)? {
        let outcome = outcome(&ended)?;
        let expected: Vec<_> = baccarat::Side::ALL
            .iter()
            .map(|side| (side.number(), unit, side.returned_per_chip(outcome) * unit))
            .collect();
        let PayoutNtf {
            payouts,
            balance: told,
            ..
        } = &ended.payout;
        let mut came: Vec<_> = payouts
            .iter()
            .map(|one| (one.side.0, one.stake, one.returned))
            .collect();
        came.sort_unstable();
        if came != expected {
            return Err(Failure::words(
                format!("after \"{outcome}\", side, chips and what is returned in hundredths: {expected:?}"),
                format!("{came:?}"),
            ));
        }
        let total = left + expected.iter().map(|(_, _, returned)| returned).sum::<i64>();
        if [*told, balance] != [total, total] {
            return Err(Failure::words(
                format!("a balance of {total} hundredths in PAYOUT_NTF (805) and BALANCE_RES (812)"),
                format!("{told} and {balance}"),
            ));
        }
    }
    Ok(())
}
