//! The exact odds of baccarat: plays every order of six cards by their values, and counts in how many ways each side
//! wins; the house edge of every stake as a fraction.
//!
//! No round takes more than six cards. Suits do not matter to who wins, and ranks only by their values, so there are
//! ten kinds of cards and a million orders of six. Each stands for as many orders of real cards as there are ways to
//! draw it: the first card of a kind, of which a shoe of 8 decks has 32 (of tens and faces 128), then one of those that
//! are left, and so on. A round that is over after four or five cards is over whatever comes next.

use crate::settings::MAX_DECKS;
use crate::{BaccaratError, CARDS_A_DECK, Card, Fraction, Outcome, Round, Side, Winner};

/// The cards that every round takes.
const FOUR: usize = 4;

/// The cards that no round exceeds.
const SIX: usize = 6;

/// In how many ways each side wins, out of all orders of six cards of a shoe.
///
/// ```
/// use baccarat::{Side, Table};
///
/// let table = Table::new(8)?;
/// assert_eq!(table.banker, 2_292_252_566_437_888);
/// assert_eq!(table.house_edge(Side::Banker).percent(4), "1.0579 %");
/// # Ok::<(), baccarat::BaccaratError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    decks: u8,
    /// Ways in which the player wins.
    pub player: u64,
    /// Ways in which the banker wins.
    pub banker: u64,
    /// Ways in which both score the same.
    pub tie: u64,
}

impl Table {
    /// The table of the rules.
    ///
    /// # Errors
    /// When a shoe cannot have so many decks: it has 1 to 8.
    pub fn new(decks: u8) -> Result<Self, BaccaratError> {
        Self::by(decks, by_the_rules)
    }

    /// The table of other rules, which say who wins when the next cards are these; `None` where that takes more cards.
    /// They get four to six, and see one card for each value: an ace to a nine, and a ten for all that count 0.
    ///
    /// # Errors
    /// When a shoe cannot have so many decks: it has 1 to 8.
    ///
    /// # Panics
    /// When the rules know no winner after six cards.
    pub fn by(decks: u8, winner: impl Fn(&[Card]) -> Option<Winner>) -> Result<Self, BaccaratError> {
        if !(1..=MAX_DECKS).contains(&decks) {
            return Err(BaccaratError::Decks(decks));
        }
        let mut count = Count::of(decks, winner);
        count.orders_after(0, 1);
        Ok(count.table)
    }

    /// All orders of six cards.
    #[must_use]
    pub const fn total(self) -> u64 {
        self.player + self.banker + self.tie
    }

    /// What the house keeps of a chip on this side, in the long run. A stake that comes back at a tie counts as staked.
    #[must_use]
    pub fn house_edge(self, side: Side) -> Fraction {
        let (returned, staked) = match side {
            Side::PlayerPair | Side::BankerPair => self.pairs(side),
            _ => self.wins(side),
        };
        Fraction::new(staked - returned, staked)
    }

    /// Hundredths that come back on a side that the scores decide, and hundredths staked, over all orders.
    fn wins(self, side: Side) -> (i128, i128) {
        let ways = [
            (Winner::Player, self.player),
            (Winner::Banker, self.banker),
            (Winner::Tie, self.tie),
        ];
        let returned = ways.map(|(winner, ways)| {
            let outcome = Outcome::without_extras(winner);
            i128::from(side.returned_per_chip(outcome)) * i128::from(ways)
        });
        (returned.iter().sum(), 100 * i128::from(self.total()))
    }

    /// The same for a pair, over all second cards: of those that are left, one less than four a deck have the rank of
    /// the first.
    fn pairs(self, side: Side) -> (i128, i128) {
        let pair = Outcome {
            player_pair: true,
            banker_pair: true,
            ..Outcome::without_extras(Winner::Tie)
        };
        let decks = i128::from(self.decks);
        let returned = i128::from(side.returned_per_chip(pair)) * (4 * decks - 1);
        (returned, 100 * (52 * decks - 1))
    }
}

fn by_the_rules(cards: &[Card]) -> Option<Winner> {
    Round::deal(&mut cards.iter().copied()).map(Round::winner)
}

/// A walk through all orders of six cards.
struct Count<W> {
    winner: W,
    /// A card for each value, and how many cards of this value are left.
    kinds: [(Card, u64); 10],
    /// The order that is being walked through.
    cards: [Card; SIX],
    table: Table,
}

impl<W: Fn(&[Card]) -> Option<Winner>> Count<W> {
    fn of(decks: u8, winner: W) -> Self {
        // The first ten cards of a deck are an ace to a ten.
        let mut suit = Card::deck();
        let kinds = std::array::from_fn(|_| {
            let card = suit.next().expect("a deck has more than ten cards");
            let ranks = if card.value() == 0 { 4 } else { 1 };
            (card, ranks * 4 * u64::from(decks))
        });
        let cards = [kinds[0].0; SIX];
        let table = Table {
            decks,
            player: 0,
            banker: 0,
            tie: 0,
        };
        Self {
            winner,
            kinds,
            cards,
            table,
        }
    }

    // ANCHOR: orders_after
    /// Counts all orders that begin with the first `known` of the cards, which can be drawn in `ways`.
    fn orders_after(&mut self, known: usize, ways: u64) {
        if known >= FOUR
            && let Some(winner) = (self.winner)(&self.cards[..known])
        {
            *self.ways_of(winner) += ways * self.orders_of_rest(known);
            return;
        }
        assert!(known < SIX, "no round takes more than six cards");
        for kind in 0..self.kinds.len() {
            let (card, left) = self.kinds[kind];
            if left > 0 {
                self.cards[known] = card;
                self.kinds[kind].1 = left - 1;
                self.orders_after(known + 1, ways * left);
                self.kinds[kind].1 = left;
            }
        }
    }

    /// The orders of the cards behind the known ones.
    fn orders_of_rest(&self, known: usize) -> u64 {
        let cards = u64::from(self.table.decks) * u64::from(CARDS_A_DECK);
        (known..SIX).map(|drawn| cards - drawn as u64).product()
    }
    // ANCHOR_END: orders_after

    fn ways_of(&mut self, winner: Winner) -> &mut u64 {
        match winner {
            Winner::Player => &mut self.table.player,
            Winner::Banker => &mut self.table.banker,
            Winner::Tie => &mut self.table.tie,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_table(decks: u8, [banker, player, tie, total]: [u64; 4]) {
        let table = Table::new(decks).expect("1 to 8 decks");
        assert_eq!([table.banker, table.player, table.tie], [banker, player, tie]);
        assert_eq!(table.total(), total);
    }

    // The published figures.
    #[test]
    fn eight_decks() {
        assert_table(
            8,
            [
                2_292_252_566_437_888,
                2_230_518_282_592_256,
                475_627_426_473_216,
                4_998_398_275_503_360,
            ],
        );
    }

    #[test]
    fn six_decks() {
        assert_table(
            6,
            [
                403_095_751_234_560,
                392_220_492_728_832,
                83_552_962_932_288,
                878_869_206_895_680,
            ],
        );
    }

    #[test]
    fn one_deck() {
        assert_table(1, [6_737_232_640, 6_548_674_432, 1_372_227_328, 14_658_134_400]);
    }

    #[test]
    fn house_edges_at_eight_decks() {
        let table = Table::new(8).expect("8 decks");
        let edges = Side::ALL.map(|side| table.house_edge(side).percent(4));
        assert_eq!(
            edges,
            ["1.2351 %", "1.0579 %", "14.3596 %", "10.3614 %", "10.3614 %"]
        );
        assert_eq!(table.house_edge(Side::PlayerPair).to_string(), "43/415");
    }

    #[test]
    fn no_shoe_has_nine_decks() {
        assert_eq!(Table::new(9), Err(BaccaratError::Decks(9)));
        assert_eq!(Table::new(0), Err(BaccaratError::Decks(0)));
    }

    #[test]
    fn other_rules_have_another_table() {
        let two_cards = |cards: &[Card]| {
            let score = |one: Card, other: Card| (one.value() + other.value()) % 10;
            Some(Winner::of(score(cards[0], cards[2]), score(cards[1], cards[3])))
        };
        let table = Table::by(1, two_cards).expect("1 deck");
        assert_eq!(
            table.player, table.banker,
            "nobody draws, so nobody has a better rule"
        );
        assert_eq!(table.total(), Table::new(1).expect("1 deck").total());
    }
}
