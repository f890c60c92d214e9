//! The dealer of step 5: a shoe of cards that it has committed to, who has cut it, and what it reveals at the end.

use std::collections::BTreeSet;

use baccarat::{Seed, Shoe, ShoeSettings};
use protocol::ErrorCode;
use protocol::message::baccarat::ShoeRevealNtf;

// ANCHOR: dealer
/// A shoe, whose cards follow from 32 random bytes and the cuts. Until the reveal nobody else knows these bytes.
pub(crate) struct Dealer {
    pub(crate) shoe: Shoe,
    cut_by: BTreeSet<String>,
}

impl Default for Dealer {
    fn default() -> Self {
        Self::new(1)
    }
}

impl Dealer {
    /// One deck, so that the end comes soon. When fewer than 16 cards are left after a round, one more is played.
    pub(crate) fn new(number: u64) -> Self {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).expect("the system has random bytes");
        let settings = ShoeSettings::new(1, 16).expect("a shoe may have one deck");
        Self {
            shoe: Shoe::new(Seed::from(seed), number, settings),
            cut_by: BTreeSet::new(),
        }
    }
    // ANCHOR_END: dealer

    // ANCHOR: cut
    /// Once for each user, before the first round.
    pub(crate) fn cut(&mut self, name: &str, position: i16) -> Result<(), ErrorCode> {
        if self.shoe.is_open() || self.cut_by.contains(name) {
            return Err(ErrorCode::GAME_BET_INVALID_ROOM_STATE);
        }
        let position = u16::try_from(position).map_err(|_| ErrorCode::GAME_BET_FAIL_PACKET)?;
        self.shoe
            .cut(position)
            .map_err(|_| ErrorCode::GAME_BET_FAIL_PACKET)?;
        self.cut_by.insert(name.to_owned());
        Ok(())
    }
    // ANCHOR_END: cut

    // ANCHOR: reveal
    /// All that is needed to shuffle and cut once more.
    pub(crate) fn reveal(&self) -> ShoeRevealNtf {
        let reveal = self.shoe.reveal();
        ShoeRevealNtf {
            shoe: self.shoe.number(),
            seed: *reveal.seed.as_bytes(),
            cuts: reveal.cuts.iter().map(|cut| *cut as i16).collect(),
        }
    }
    // ANCHOR_END: reveal
}
