//! How large a shoe is, and where its cut card lies.

use crate::{BaccaratError, CARDS_A_DECK};

/// The most decks of a shoe, as at the tables of casinos.
pub const MAX_DECKS: u8 = 8;

/// Fewer cards behind the cut card could be too few: the last but one round may begin with as many as are behind it,
/// and two rounds take up to twelve.
pub const MIN_CUT_CARD: u16 = 12;

/// The most cuts of a shoe: the packet that reveals it counts them in an i8.
pub const MAX_CUTS: usize = i8::MAX as usize;

/// How large a shoe is, and where its end is announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShoeSettings {
    decks: u8,
    cut_card: u16,
}

impl ShoeSettings {
    /// So many decks, 1 to 8, and so many cards behind the cut card: when fewer are left after a round, one more is
    /// played.
    ///
    /// # Errors
    /// When a shoe cannot have so many decks, or its cut card cannot lie there.
    pub fn new(decks: u8, cut_card: u16) -> Result<Self, BaccaratError> {
        if !(1..=MAX_DECKS).contains(&decks) {
            return Err(BaccaratError::Decks(decks));
        }
        let most = cards_in(decks);
        if !(MIN_CUT_CARD..=most).contains(&cut_card) {
            return Err(BaccaratError::CutCard {
                behind: cut_card,
                most,
            });
        }
        Ok(Self { decks, cut_card })
    }

    /// Decks in the shoe.
    #[must_use]
    pub const fn decks(self) -> u8 {
        self.decks
    }

    /// Cards behind the cut card.
    #[must_use]
    pub const fn cut_card(self) -> u16 {
        self.cut_card
    }

    /// Cards in the shoe, 52 a deck.
    #[must_use]
    pub const fn cards(self) -> u16 {
        cards_in(self.decks)
    }
}

/// Eight decks, with 16 cards behind the cut card.
impl Default for ShoeSettings {
    fn default() -> Self {
        Self {
            decks: MAX_DECKS,
            cut_card: 16,
        }
    }
}

const fn cards_in(decks: u8) -> u16 {
    decks as u16 * CARDS_A_DECK as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_no_shoe_has() {
        assert_eq!(ShoeSettings::new(0, 16), Err(BaccaratError::Decks(0)));
        assert_eq!(ShoeSettings::new(9, 16), Err(BaccaratError::Decks(9)));
        for behind in [11, 53] {
            let error = BaccaratError::CutCard { behind, most: 52 };
            assert_eq!(ShoeSettings::new(1, behind), Err(error));
        }
        let default = ShoeSettings::default();
        assert_eq!(
            ShoeSettings::new(default.decks(), default.cut_card()),
            Ok(default)
        );
    }
}
