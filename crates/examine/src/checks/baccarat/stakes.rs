//! Checks of baccarat: stakes of any number of chips on any side, and their limits.

use protocol::ErrorCode;

use super::seat::{ALL_SIDES, BANKER, CHIP, PLAYER};
use super::words::{bet, has_bet, stake, staked, stakes};
use crate::check::{Check, Need};
use crate::failure::Outcome;
use crate::stage::Stage;

pub(super) const CHECKS: [Check; 6] = [
    Check {
        name: "balance",
        does: "the balance of a new user, in a room and after a stake",
        rule: "wire.md, section 5: a new user has --chips chips; a balance is in hundredths of a chip",
        hint: "take the stake from the account when it is made, and not when the round ends",
        needs: Need::Nothing,
        play: balances,
    },
    Check {
        name: "stake",
        does: "one of two members stakes on the banker, then twice more in one write, on both sides",
        rule: "wire.md, section 5: STAKE_RES with the new balance, then STAKE_NTF to all, with all that this \
               member has on that side now",
        hint: "add the amount to what is there; answer first, and tell everybody then, the member too",
        needs: Need::Nothing,
        play: stakes_chips,
    },
    Check {
        name: "wrong-round",
        does: "stakes for the round before, and for the next one",
        rule: "wire.md, section 5: 187: STAKE_REQ names another round",
        hint: "a client that is late means the round that it has seen",
        needs: Need::Nothing,
        play: wrong_round,
    },
    Check {
        name: "no-such-side",
        does: "stakes on sides 0, 6 and -1, and bets on sides 0 and 3",
        rule: "wire.md, section 5: 183: no such side; a stake has five, a bet has two",
        hint: "the side has a sign: compare with both ends",
        needs: Need::Nothing,
        play: no_such_side,
    },
    Check {
        name: "limits",
        does: "stakes of 0 and -1 chips, of one chip over --max, and of one chip more on a side that is at --max",
        rule: "wire.md, section 5: 185: under --min or over --max of one side, or not above 0",
        hint: "compare what would be on the side, not only what is added",
        needs: Need::Nothing,
        play: limits,
    },
    Check {
        name: "funds",
        does: "stakes until the account has too little for the next",
        rule: "wire.md, section 5: 186: more than the balance",
        hint: "compare with what is left in the account, in hundredths",
        needs: Need::Nothing,
        play: funds,
    },
];

fn balances(stage: &Stage<'_>) -> Outcome {
    let (mut members, round) = stage.betting(["alice", "bob"])?;
    let unit = stage.settings.table.unit;
    let [_, bob] = &mut members;
    bob.has(stage.first_balance(), "a new user has --chips chips")?;
    let left = bob.stakes(round, BANKER, 3 * unit)?;
    bob.has(left, "BALANCE_RES says the same as STAKE_RES")?;
    bob.has(
        stage.first_balance() - 3 * unit * CHIP,
        "what is staked is not in the account",
    )
}

fn stakes_chips(stage: &Stage<'_>) -> Outcome {
    let ([mut alice, mut bob], round) = stage.betting(["alice", "bob"])?;
    let unit = stage.settings.table.unit;
    let left = |chips: i64| staked(stage.first_balance() - chips * CHIP);
    let first = stakes(bob.id, BANKER, 5 * unit);
    bob.exchange(&stake(round, BANKER, 5 * unit), &left(5 * unit))?;
    bob.expect(&first)?;
    let both = [stake(round, PLAYER, 3 * unit), stake(round, BANKER, 2 * unit)];
    bob.send(&both.concat())?;
    let second = stakes(bob.id, PLAYER, 3 * unit);
    let third = stakes(bob.id, BANKER, 7 * unit);
    bob.expect(&left(8 * unit))?;
    bob.expect(&second)?;
    bob.expect(&left(10 * unit))?;
    bob.expect(&third)?;
    bob.hears_nothing_more()?;
    for told in [first, second, third] {
        alice.expect(&told)?;
    }
    alice.hears_nothing_more()
}

fn wrong_round(stage: &Stage<'_>) -> Outcome {
    let ([mut alice, mut bob], round) = stage.betting(["alice", "bob"])?;
    for other in [round.wrapping_sub(1), round + 1, u64::MAX] {
        let request = stake(other, PLAYER, stage.settings.table.unit);
        bob.is_refused_stake(&request, ErrorCode::BET_WRONG_ROUND)?;
    }
    alice.hears_nothing_more()?;
    bob.has(stage.first_balance(), "what is refused costs nothing")
}

fn no_such_side(stage: &Stage<'_>) -> Outcome {
    let ([mut alice, mut bob], round) = stage.betting(["alice", "bob"])?;
    for side in [0, 6, -1] {
        let request = stake(round, side, stage.settings.table.unit);
        bob.is_refused_stake(&request, ErrorCode::GAME_BET_INVALID_SIDE)?;
    }
    for side in [0, 3] {
        bob.exchange(&bet(side), &has_bet(ErrorCode::GAME_BET_INVALID_SIDE))?;
    }
    alice.hears_nothing_more()?;
    bob.has(stage.first_balance(), "what is refused costs nothing")
}

fn limits(stage: &Stage<'_>) -> Outcome {
    let ([mut alice, mut bob], round) = stage.betting(["alice", "bob"])?;
    let table = stage.settings.table;
    for amount in [0, -1, i64::MIN, table.max + 1, i64::MAX] {
        bob.is_refused_stake(&stake(round, PLAYER, amount), ErrorCode::BET_LIMIT)?;
    }
    alice.hears_nothing_more()?;
    // The account must have enough for one chip more.
    if table.chips > table.max {
        bob.stakes(round, PLAYER, table.max)?;
        bob.is_refused_stake(&stake(round, PLAYER, table.unit), ErrorCode::BET_LIMIT)?;
    }
    Ok(())
}

fn funds(stage: &Stage<'_>) -> Outcome {
    let ([mut alice, mut bob], round) = stage.betting(["alice", "bob"])?;
    let table = stage.settings.table;
    let mut left = table.chips;
    for side in ALL_SIDES {
        if left < table.max {
            let request = stake(round, side, left + 1);
            bob.is_refused_stake(&request, ErrorCode::INSUFFICIENT_FUNDS)?;
            alice.settle()?;
            return bob.has(left * CHIP, "what is refused costs nothing");
        }
        bob.stakes(round, side, table.max)?;
        left -= table.max;
    }
    // All that may be staked is less than what a new user has.
    Ok(())
}
