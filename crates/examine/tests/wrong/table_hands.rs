//! The cards of one round: as the rules have them, or dealt and counted by other rules.

use baccarat::{Card, Hand, Outcome, Round, Seed, Winner, banker_draws, player_draws, shuffle};
use protocol::message::baccarat::{self as messages, GameResultNtf};

use super::tables::Mistake;

/// A round as it is announced and paid.
pub(crate) struct Dealt {
    round: Round,
    scores: (u8, u8),
    pub(crate) outcome: Outcome,
    /// What stands for a card that was not drawn.
    no_card: i8,
}

impl Dealt {
    /// By the rules, but for a mistake in what is told of it.
    pub(crate) fn of(round: Round, mistake: Option<Mistake>) -> Self {
        let mut outcome = round.outcome();
        if mistake == Some(Mistake::LowerScoreWins) {
            outcome.winner = Winner::of(round.banker.score(), round.player.score());
        }
        Self {
            round,
            scores: (round.player.score(), round.banker.score()),
            outcome,
            no_card: match mistake {
                Some(Mistake::UndrawnIsFiftyTwo) => 52,
                _ => messages::NO_CARD,
            },
        }
    }

    pub(crate) fn told(&self) -> GameResultNtf {
        let card = |number| if number < 0 { self.no_card } else { number };
        let numbers = |hand: Hand| hand.numbers().map(card);
        GameResultNtf {
            banker_cards: numbers(self.round.banker),
            player_cards: numbers(self.round.player),
            player_score: self.scores.0 as i8,
            banker_score: self.scores.1 as i8,
            winner: messages::Winner(self.outcome.winner.number()),
        }
    }
}

/// Dealt and counted by the rules of this mistake, if it has other rules.
pub(crate) fn wrong_hands(mistake: Option<Mistake>, seed: &[u8; 32], round: u64) -> Option<Dealt> {
    let value: fn(Card) -> u8 = match mistake? {
        Mistake::TwoCountsOneAndTenNine => |card| match card.rank().number() {
            0 => 1,
            rank @ 1..=9 => rank,
            _ => 0,
        },
        Mistake::ThirdCardByItsNumber | Mistake::PlayerStoodAfterTheDraw | Mistake::DealsOtherCards => {
            Card::value
        }
        _ => return None,
    };
    // Of a shoe that nobody has committed to.
    let cards = shuffle(&Seed::from(*seed), u64::MAX - round, 8);
    let score = |cards: &[Card]| cards.iter().map(|card| value(*card)).sum::<u8>() % 10;
    let mut player = Hand::new(cards[0], cards[2]);
    let mut banker = Hand::new(cards[1], cards[3]);
    let two = (score(&[cards[0], cards[2]]), score(&[cards[1], cards[3]]));
    if two.0 < 8 && two.1 < 8 {
        player.third = player_draws(two.0).then_some(cards[4]);
        let third = match mistake {
            Some(Mistake::PlayerStoodAfterTheDraw) => None,
            Some(Mistake::ThirdCardByItsNumber) => player.third.map(Card::number),
            _ => player.third.map(value),
        };
        banker.third = banker_draws(two.1, third).then_some(cards[5]);
    }
    let scores = (
        score(&player.cards().collect::<Vec<_>>()),
        score(&banker.cards().collect::<Vec<_>>()),
    );
    let round = Round { player, banker };
    Some(Dealt {
        outcome: Outcome {
            winner: Winner::of(scores.0, scores.1),
            ..round.outcome()
        },
        round,
        scores,
        no_card: messages::NO_CARD,
    })
}
