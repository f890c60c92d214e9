//! A shoe of cards: cuts, burns and deals what its seed has shuffled, and is over when the cut card has come.

use crate::settings::MAX_CUTS;
use crate::{BaccaratError, Card, Commitment, Outcome, Round, Seed, ShoeSettings, shuffle};

/// What a dealer tells when a shoe is over: all that is needed to shuffle and cut it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reveal {
    /// What the cards followed from.
    pub seed: Seed,
    /// The cuts in their order, each the number of cards that went to the end.
    pub cuts: Vec<u16>,
}

/// A shoe that is being dealt from. It has no `Debug`, so that no log can tell its cards.
///
/// ```
/// use baccarat::{Seed, Shoe, ShoeSettings};
///
/// let seed = Seed::from(std::array::from_fn(|at| at as u8));
/// let mut shoe = Shoe::new(seed, 1, ShoeSettings::default());
/// shoe.cut(200)?;
/// shoe.cut(17)?;
/// let round = shoe.deal().expect("a new shoe has rounds");
/// assert_eq!(round.player.numbers(), [14, 34, 35]);
/// assert_eq!(round.banker.numbers(), [27, 35, 25]);
/// assert_eq!(shoe.burnt(), 9);
/// # Ok::<(), baccarat::BaccaratError>(())
/// ```
#[derive(Clone)]
pub struct Shoe {
    number: u64,
    settings: ShoeSettings,
    seed: Seed,
    cuts: Vec<u16>,
    cards: Vec<Card>,
    burnt: usize,
    /// The place of the next card.
    next: usize,
    history: Vec<Outcome>,
    end: End,
}

/// How near the end of a shoe is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Far,
    /// The cut card has come: one more round.
    NextRound,
    Reached,
}

impl Shoe {
    /// The shoe of this number, shuffled by this seed.
    #[must_use]
    pub fn new(seed: Seed, number: u64, settings: ShoeSettings) -> Self {
        Self {
            number,
            settings,
            cuts: Vec::new(),
            cards: shuffle(&seed, number, settings.decks()),
            seed,
            burnt: 0,
            next: 0,
            history: Vec::new(),
            end: End::Far,
        }
    }

    /// Its number, which is part of what it is shuffled by.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// The commitment to its seed.
    #[must_use]
    pub fn commitment(&self) -> Commitment {
        self.seed.commitment()
    }

    /// Its size, and where its cut card lies.
    #[must_use]
    pub const fn settings(&self) -> ShoeSettings {
        self.settings
    }

    // ANCHOR: cut
    /// Moves the first cards, as many as `position` says, to the end.
    ///
    /// # Errors
    /// When the shoe is open, the position is not 1 to the number of its cards less 1, or there were 127 cuts already.
    pub fn cut(&mut self, position: u16) -> Result<(), BaccaratError> {
        if self.is_open() {
            return Err(BaccaratError::ShoeOpen);
        }
        let cards = self.settings.cards();
        if !(1..cards).contains(&position) {
            let position = position.into();
            return Err(BaccaratError::CutPosition { position, cards });
        }
        if self.cuts.len() == MAX_CUTS {
            return Err(BaccaratError::TooManyCuts);
        }
        self.cards.rotate_left(position.into());
        self.cuts.push(position);
        Ok(())
    }
    // ANCHOR_END: cut

    /// The cuts so far, in their order.
    #[must_use]
    pub fn cuts(&self) -> &[u16] {
        &self.cuts
    }

    // ANCHOR: open
    /// Turns up the first card, and burns it with as many further cards as its value says, ten for a ten or a face. From
    /// now on there are no cuts. An open shoe stays as it is.
    pub fn open(&mut self) {
        if self.is_open() {
            return;
        }
        let further = match self.cards[0].value() {
            0 => 10,
            value => value,
        };
        self.burnt = 1 + usize::from(further);
        self.next = self.burnt;
    }
    // ANCHOR_END: open

    /// Whether its first card has been turned up.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.burnt > 0
    }

    /// Cards that were burnt, the one that was turned up included: 2 to 11, or 0 where the shoe is not open.
    #[must_use]
    pub const fn burnt(&self) -> usize {
        self.burnt
    }

    /// Cards that are left; all of them where the shoe is not open.
    #[must_use]
    pub fn cards_left(&self) -> u16 {
        // Eight decks are 416 cards.
        (self.cards.len() - self.next) as u16
    }

    // ANCHOR: deal
    /// Deals the next round, and opens the shoe where that has not been done. `None` when the shoe is over.
    pub fn deal(&mut self) -> Option<Round> {
        if self.is_over() {
            return None;
        }
        self.open();
        let mut rest = self.cards[self.next..].iter().copied();
        let round = Round::deal(&mut rest)?;
        self.next += round.cards_used();
        self.history.push(round.outcome());
        self.end = match self.end {
            End::Far if self.cards_left() >= self.settings.cut_card() => End::Far,
            End::Far => End::NextRound,
            End::NextRound | End::Reached => End::Reached,
        };
        Some(round)
    }
    // ANCHOR_END: deal

    /// Whether its last round has been dealt.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.end == End::Reached
    }

    /// How its rounds ended, oldest first.
    #[must_use]
    pub fn history(&self) -> &[Outcome] {
        &self.history
    }

    /// What to tell when it is over, or given up.
    #[must_use]
    pub fn reveal(&self) -> Reveal {
        Reveal {
            seed: self.seed.clone(),
            cuts: self.cuts.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{MAX_DECKS, MIN_CUT_CARD};

    fn shoe(decks: u8, cut_card: u16) -> Shoe {
        let settings = ShoeSettings::new(decks, cut_card).expect("good settings");
        Shoe::new(Seed::from([7; 32]), 3, settings)
    }

    #[test]
    fn one_more_round_when_the_cut_card_has_come() {
        for decks in 1..=MAX_DECKS {
            for cut_card in [MIN_CUT_CARD, 16, 40, u16::from(decks) * 52] {
                let mut shoe = shoe(decks, cut_card);
                let mut left = Vec::new();
                while shoe.deal().is_some() {
                    left.push(shoe.cards_left());
                }
                let came = left.iter().position(|left| *left < cut_card);
                assert_eq!(came, Some(left.len() - 2), "{decks} decks, {cut_card}: {left:?}");
                assert_eq!(shoe.history().len(), left.len());
                assert!(shoe.is_over());
            }
        }
    }

    #[test]
    fn a_cut_comes_before_the_first_round() {
        let mut shoe = shoe(1, 16);
        for position in [0, 52, u16::MAX] {
            let error = BaccaratError::CutPosition {
                position: position.into(),
                cards: 52,
            };
            assert_eq!(shoe.cut(position), Err(error));
        }
        assert_eq!(shoe.cut(51), Ok(()));
        assert_eq!(shoe.cut(1), Ok(()));
        assert_eq!(shoe.cards_left(), 52);
        assert_eq!(shoe.burnt(), 0);
        shoe.open();
        assert_eq!(shoe.cut(1), Err(BaccaratError::ShoeOpen));
        assert_eq!(shoe.cuts(), [51, 1]);
        assert_eq!(usize::from(shoe.cards_left()), 52 - shoe.burnt());
    }

    #[test]
    fn a_shoe_is_not_cut_more_often_than_a_reveal_can_tell() {
        let mut shoe = shoe(1, 16);
        for _ in 0..MAX_CUTS {
            assert_eq!(shoe.cut(1), Ok(()));
        }
        assert_eq!(shoe.cut(1), Err(BaccaratError::TooManyCuts));
        assert_eq!(shoe.reveal().cuts.len(), 127);
    }

    #[test]
    fn an_open_shoe_is_not_burnt_again() {
        let mut opened = shoe(8, 16);
        opened.open();
        opened.open();
        let mut dealt = shoe(8, 16);
        assert_eq!(opened.deal(), dealt.deal());
        assert_eq!(opened.burnt(), dealt.burnt());
    }

    #[test]
    fn a_reveal_shuffles_the_same_shoe() {
        let mut first = shoe(2, 16);
        first.cut(30).expect("a position");
        let reveal = first.reveal();
        let mut second = Shoe::new(reveal.seed, first.number(), first.settings());
        for position in reveal.cuts {
            second.cut(position).expect("a position");
        }
        while let Some(round) = first.deal() {
            assert_eq!(second.deal(), Some(round));
        }
        assert_eq!(second.deal(), None);
    }
}
