//! The dealer of one table: its shoe, who has cut it, and which of its rounds have been announced.

use std::collections::HashSet;
use std::sync::Arc;

use baccarat::{Outcome, Round, Seed, Shoe, ShoeSettings};
use protocol::message::baccarat::ShoeRevealNtf;
use protocol::{ErrorCode, HEADER_SIZE};

/// Cuts that a `SHOE_REVEAL_NTF` can name at most: their count is an i8.
const MOST_CUTS: usize = 127;

/// What a `SHOE_REVEAL_NTF` without cuts has at most. It is longest in MessagePack: a map with three names of four letters,
/// the number of the shoe, its seed, the count.
const REVEAL_WITHOUT_CUTS: usize = HEADER_SIZE + 1 + 3 * 5 + 9 + (2 + 32) + 3;

/// What a cut takes at most, in MessagePack too: a mark, then the position.
const REVEAL_A_CUT: usize = 1 + size_of::<i16>();

/// A shoe on the table.
pub(crate) struct Dealer {
    shoe: Shoe,
    cut_by: HashSet<Arc<str>>,
    most_cuts: usize,
    /// Rounds of this shoe that the table has been told of. One more may be dealt, and on its way into the ledger.
    announced: usize,
    /// Cards that were left when the last round was announced: what is dealt and not announced stays a secret.
    cards_left: u16,
}

impl Dealer {
    pub(crate) fn new(seed: Seed, number: u64, settings: ShoeSettings, max_packet: usize) -> Self {
        let shoe = Shoe::new(seed, number, settings);
        Self {
            cards_left: shoe.cards_left(),
            shoe,
            cut_by: HashSet::new(),
            most_cuts: (max_packet.saturating_sub(REVEAL_WITHOUT_CUTS) / REVEAL_A_CUT).min(MOST_CUTS),
            announced: 0,
        }
    }

    pub(crate) fn commitment(&self) -> [u8; 32] {
        *self.shoe.commitment().as_bytes()
    }

    /// Cards that are left, as far as the table may know.
    pub(crate) fn cards_left(&self) -> i16 {
        // A shoe has 416 cards at most.
        i16::try_from(self.cards_left).unwrap_or(i16::MAX)
    }

    /// The rounds of this shoe that have been announced, a byte each, oldest first.
    pub(crate) fn history(&self) -> Vec<u8> {
        let announced = &self.shoe.history()[..self.announced];
        announced.iter().map(|outcome| outcome.history_byte()).collect()
    }

    /// A user cuts: once a shoe, before its first round.
    pub(crate) fn cut(&mut self, user: &Arc<str>, position: i16) -> Result<(), ErrorCode> {
        let too_late = self.is_in_use() || self.shoe.cuts().len() >= self.most_cuts;
        if too_late || self.cut_by.contains(user) {
            return Err(ErrorCode::GAME_BET_INVALID_ROOM_STATE);
        }
        let position = u16::try_from(position).map_err(|_| ErrorCode::GAME_BET_FAIL_PACKET)?;
        self.shoe
            .cut(position)
            .map_err(|_| ErrorCode::GAME_BET_FAIL_PACKET)?;
        self.cut_by.insert(Arc::clone(user));
        Ok(())
    }

    /// A round begins: with the first one cards are burnt, and nobody may cut any more.
    pub(crate) fn open(&mut self) {
        self.shoe.open();
        self.cards_left = self.shoe.cards_left();
    }

    /// Deals all cards of a round. The table is told by [`announce`](Self::announce).
    pub(crate) fn deal(&mut self) -> Option<(Round, Outcome)> {
        let round = self.shoe.deal()?;
        Some((round, round.outcome()))
    }

    /// The table is told of what was dealt.
    pub(crate) fn announce(&mut self) {
        self.announced = self.shoe.history().len();
        self.cards_left = self.shoe.cards_left();
    }

    /// Whether its last round has been played.
    pub(crate) fn is_over(&self) -> bool {
        self.shoe.is_over()
    }

    /// Whether a round has begun with it: from then on there is something to verify.
    pub(crate) fn is_in_use(&self) -> bool {
        self.shoe.burnt() > 0
    }

    /// What makes every card of this shoe known, so it is the end of it.
    pub(crate) fn reveal(self) -> ShoeRevealNtf {
        let reveal = self.shoe.reveal();
        let cuts = reveal
            .cuts
            .iter()
            .map(|cut| i16::try_from(*cut).unwrap_or(i16::MAX));
        ShoeRevealNtf {
            shoe: self.shoe.number(),
            seed: *reveal.seed.as_bytes(),
            cuts: cuts.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use protocol::Codec;
    use protocol::message::Encode;

    use super::*;

    fn dealer(max_packet: usize) -> Dealer {
        Dealer::new(Seed::from([7; 32]), 1, ShoeSettings::default(), max_packet)
    }

    #[test]
    fn what_is_dealt_is_a_secret_until_it_is_announced() {
        let mut dealer = dealer(1_024);
        dealer.open();
        let left = dealer.cards_left();
        let (round, outcome) = dealer.deal().unwrap();
        assert_eq!((dealer.cards_left(), dealer.history()), (left, vec![]));
        dealer.announce();
        let used = i16::try_from(round.cards_used()).unwrap();
        assert_eq!(dealer.cards_left(), left - used);
        assert_eq!(dealer.history(), [outcome.history_byte()]);
    }

    #[test]
    fn there_are_no_more_cuts_than_a_reveal_can_name() {
        for (max_packet, most) in [(1_024, 127), (256, 63)] {
            let settings = ShoeSettings::default();
            let mut dealer = Dealer::new(Seed::from([7; 32]), u64::MAX, settings, max_packet);
            let names = (0..).map(|number| Arc::from(format!("user {number}")));
            let cuts = names.take_while(|name| dealer.cut(name, 415).is_ok()).count();
            assert_eq!(cuts, most);
            let reveal = dealer.reveal();
            for codec in Codec::ALL {
                let packet = reveal.encode_as(codec).unwrap();
                assert!(packet.as_bytes().len() <= max_packet, "{codec:?}: {packet:?}");
            }
        }
    }
}
