//! How cards and winners look on this screen: signs and colours, or letters.

use std::env;
use std::io::{self, IsTerminal};

use baccarat::{Card, Hand, Winner};
use room_client::{Ink, Piece};

/// What the screen can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// `♠A ♥10`, in colours.
    Signs,
    /// `SA H10`. Without colours, ♥ and ♦ are hard to tell from ♠ and ♣.
    Letters,
}

impl Look {
    /// Signs on a terminal that has colours and shows UTF-8; a script gets letters, wherever it runs.
    pub(crate) fn of_output() -> Self {
        let variables = ["LC_ALL", "LC_CTYPE", "LANG"].map(|name| env::var(name).unwrap_or_default());
        let has_colours = io::stdin().is_terminal() && command_line::are_colours_welcome(&io::stdout());
        match has_colours && is_utf8(&variables) {
            true => Self::Signs,
            false => Self::Letters,
        }
    }

    /// A card in its colour.
    pub(crate) fn card(self, card: Card) -> Piece {
        let text = match self {
            Self::Signs => card.to_string(),
            Self::Letters => card.letters().to_string(),
        };
        match card.suit().is_red() {
            true => Piece::coloured(text, Ink::Red),
            false => Piece::plain(text),
        }
    }

    /// The cards of a hand in the order in which they were drawn.
    pub(crate) fn hand(self, hand: Hand) -> impl Iterator<Item = Piece> {
        hand.cards()
            .flat_map(move |card| [Piece::plain(" "), self.card(card)])
    }
}

/// The colours of the roads in every casino.
pub(crate) const fn ink(winner: Winner) -> Ink {
    match winner {
        Winner::Player => Ink::Blue,
        Winner::Banker => Ink::Red,
        Winner::Tie => Ink::Green,
    }
}

/// The first of these variables that is set decides (POSIX.1-2024, 8.2 Internationalization Variables).
fn is_utf8(variables: &[String]) -> bool {
    let locale = variables.iter().find(|value| !value.is_empty());
    locale.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.ends_with("utf-8") || locale.ends_with("utf8")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locale_says_whether_signs_can_be_shown() {
        for (variables, expected) in [
            (["", "", "ko_KR.UTF-8"], true),
            (["", "", "en_US.utf8"], true),
            (["C", "", "ko_KR.UTF-8"], false),
            (["", "C.UTF-8", "C"], true),
            (["", "", ""], false),
            (["", "", "ko_KR.EUC-KR"], false),
        ] {
            let variables = variables.map(ToOwned::to_owned);
            assert_eq!(is_utf8(&variables), expected, "{variables:?}");
        }
    }

    #[test]
    fn a_hand_in_both_looks() {
        let hand = Hand {
            third: Some("D3".parse().unwrap()),
            ..Hand::new("SA".parse().unwrap(), "H10".parse().unwrap())
        };
        let text = |look: Look| look.hand(hand).map(|piece| piece.text).collect::<String>();
        assert_eq!(text(Look::Signs), " ♠A ♥10 ♦3");
        assert_eq!(text(Look::Letters), " SA H10 D3");
        let inks: Vec<_> = Look::Signs.hand(hand).map(|piece| piece.ink).collect();
        assert_eq!((inks[1], inks[3], inks[5]), (Ink::Plain, Ink::Red, Ink::Red));
    }
}
