//! A round of baccarat: deals a player's and a banker's hand from any cards by the rules, and says how it ended.

use crate::{Card, Hand, Outcome, Winner, banker_draws, player_draws};

/// Two hands, played to their end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Round {
    /// The player's hand.
    pub player: Hand,
    /// The banker's hand.
    pub banker: Hand,
}

impl Round {
    // ANCHOR: deal
    /// Deals a round: player, banker, player, banker, then the third cards. `None` where the cards run out.
    ///
    /// ```
    /// use baccarat::{Card, Round, Winner};
    ///
    /// let cards = ["♣4", "♠J", "♣3", "♠3"].map(|card| card.parse::<Card>().unwrap());
    /// assert_eq!(Round::deal(&mut cards.into_iter()), None, "the banker draws on 3");
    ///
    /// let cards = ["♣4", "♠J", "♣3", "♠3", "♥9"].map(|card| card.parse::<Card>().unwrap());
    /// let round = Round::deal(&mut cards.into_iter()).unwrap();
    /// assert_eq!((round.player.score(), round.banker.score()), (7, 2));
    /// assert_eq!(round.winner(), Winner::Player);
    /// ```
    pub fn deal(cards: &mut impl Iterator<Item = Card>) -> Option<Self> {
        let [first, second, third, fourth] = [cards.next()?, cards.next()?, cards.next()?, cards.next()?];
        let mut player = Hand::new(first, third);
        let mut banker = Hand::new(second, fourth);
        if !player.is_natural() && !banker.is_natural() {
            if player_draws(player.score()) {
                player.third = Some(cards.next()?);
            }
            if banker_draws(banker.score(), player.third.map(Card::value)) {
                banker.third = Some(cards.next()?);
            }
        }
        Some(Self { player, banker })
    }
    // ANCHOR_END: deal

    /// The side with the higher score, or a tie.
    #[must_use]
    pub fn winner(self) -> Winner {
        Winner::of(self.player.score(), self.banker.score())
    }

    /// All that stakes and roads ask about it.
    #[must_use]
    pub fn outcome(self) -> Outcome {
        Outcome {
            winner: self.winner(),
            player_pair: self.player.is_pair(),
            banker_pair: self.banker.is_pair(),
            natural: self.player.is_natural() || self.banker.is_natural(),
        }
    }

    /// How many cards it took, 4 to 6.
    #[must_use]
    pub fn cards_used(self) -> usize {
        self.player.cards().count() + self.banker.cards().count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The round of these cards, and whether all of them were used.
    fn round(cards: &str) -> Round {
        let cards: Vec<Card> = (cards.split(' ').map(|card| card.parse().expect("a card"))).collect();
        let mut rest = cards.iter().copied();
        let round = Round::deal(&mut rest).expect("enough cards");
        assert_eq!(rest.next(), None);
        assert_eq!(round.cards_used(), cards.len());
        round
    }

    fn text(round: Round) -> String {
        format!("{} | {}", round.player, round.banker)
    }

    #[test]
    fn a_natural_of_either_ends_it() {
        assert_eq!(text(round("SK HA S9 H2")), "♠K ♠9 | ♥A ♥2");
        assert_eq!(text(round("SA HK S2 H8")), "♠A ♠2 | ♥K ♥8");
        assert!(round("SA HK S2 H8").outcome().natural);
    }

    #[test]
    fn both_stand() {
        let round = round("SK H10 S6 H7");
        assert_eq!(text(round), "♠K ♠6 | ♥10 ♥7");
        assert_eq!(round.winner(), Winner::Banker);
        assert!(!round.outcome().natural);
    }

    #[test]
    fn the_player_stands_and_the_banker_draws() {
        assert_eq!(text(round("SK H10 S6 H5 D2")), "♠K ♠6 | ♥10 ♥5 ♦2");
    }

    #[test]
    fn the_player_draws_and_the_banker_stands() {
        assert_eq!(text(round("SK H10 S5 H3 D8")), "♠K ♠5 ♦8 | ♥10 ♥3");
        assert_eq!(text(round("SK H10 S5 H6 D10")), "♠K ♠5 ♦10 | ♥10 ♥6");
    }

    #[test]
    fn both_draw() {
        let round = round("SK H10 S5 H6 D6 C5");
        assert_eq!(text(round), "♠K ♠5 ♦6 | ♥10 ♥6 ♣5");
        assert_eq!(round.winner(), Winner::Tie);
    }

    #[test]
    fn cards_that_run_out_are_no_round() {
        let cards: Vec<Card> = Card::deck().filter(|card| card.value() == 0).collect();
        for count in 0..6 {
            let mut few = cards.iter().copied().take(count);
            assert_eq!(Round::deal(&mut few), None, "{count}");
        }
    }

    #[test]
    fn pairs_are_those_of_the_first_two_cards() {
        let outcome = round("SK H2 HK D2 C7 C8").outcome();
        assert!(outcome.player_pair && outcome.banker_pair);
    }
}
