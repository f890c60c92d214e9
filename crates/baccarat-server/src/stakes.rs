//! The stakes of one round: which user has how many chips on which side. What is here is in the ledger already.

use std::collections::HashMap;
use std::sync::Arc;

use baccarat::Side;
use protocol::ErrorCode;

use crate::settings::TableSettings;

/// The stakes of one round, by user: a user who leaves the table keeps them in play.
#[derive(Debug, Default)]
pub(crate) struct Stakes {
    players: HashMap<Arc<str>, Player>,
    /// Stakes that the ledger has not answered yet.
    under_way: usize,
}

/// What one user has in this round. Chips, by side.
#[derive(Debug, Default)]
struct Player {
    chips: [i64; Side::ALL.len()],
    /// The side of this user's `GAME_BET_REQ`. A second one moves it.
    bet: Option<Side>,
    /// Counts what this user has asked of the ledger in this round.
    asked: u32,
}

impl Stakes {
    /// How many chips this user has on this side.
    pub(crate) fn on(&self, user: &str, side: Side) -> i64 {
        self.players
            .get(user)
            .map_or(0, |player| player.chips[index(side)])
    }

    /// Whether this user has a stake, on whatever side.
    pub(crate) fn has(&self, user: &str) -> bool {
        self.players
            .get(user)
            .is_some_and(|player| player.chips.iter().any(|chips| *chips > 0))
    }

    /// The side of this user's bet.
    pub(crate) fn bet_of(&self, user: &str) -> Option<Side> {
        self.players.get(user)?.bet
    }

    /// Whether so many chips more are allowed.
    pub(crate) fn check(
        &self,
        user: &str,
        side: Side,
        chips: i64,
        settings: &TableSettings,
    ) -> Result<(), ErrorCode> {
        let then = self.on(user, side).checked_add(chips);
        match then {
            Some(then) if chips > 0 && (settings.min..=settings.max).contains(&then) => Ok(()),
            _ => Err(ErrorCode::BET_LIMIT),
        }
    }

    /// Whether so many chips may go from a side: what stays there is nothing, or enough to be a stake.
    pub(crate) fn check_rest(
        &self,
        user: &str,
        side: Side,
        chips: i64,
        settings: &TableSettings,
    ) -> Result<(), ErrorCode> {
        match self.on(user, side) - chips {
            0 => Ok(()),
            rest if rest >= settings.min => Ok(()),
            _ => Err(ErrorCode::BET_LIMIT),
        }
    }

    /// A stake goes to the ledger: its number there. The same number again would be the same stake.
    pub(crate) fn ask(&mut self, user: &Arc<str>) -> u32 {
        self.under_way += 1;
        let player = self.players.entry(Arc::clone(user)).or_default();
        player.asked += 1;
        player.asked
    }

    /// The ledger has answered one.
    pub(crate) fn answered(&mut self) {
        self.under_way -= 1;
    }

    /// Whether the ledger has answered all.
    pub(crate) fn are_stored(&self) -> bool {
        self.under_way == 0
    }

    /// The ledger says that this user has so many chips on this side now.
    pub(crate) fn set(&mut self, user: &Arc<str>, side: Side, chips: i64) {
        self.players.entry(Arc::clone(user)).or_default().chips[index(side)] = chips;
    }

    /// This user's bet is on this side now.
    pub(crate) fn set_bet(&mut self, user: &Arc<str>, side: Side) {
        self.players.entry(Arc::clone(user)).or_default().bet = Some(side);
    }
}

fn index(side: Side) -> usize {
    // Sides are numbered from 1.
    side as usize - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> TableSettings {
        TableSettings {
            min: 5,
            max: 100,
            ..TableSettings::default()
        }
    }

    #[test]
    fn the_limits_are_for_all_that_a_user_has_on_a_side() {
        let (mut stakes, alice) = (Stakes::default(), Arc::from("alice"));
        let check = |stakes: &Stakes, side, chips| stakes.check("alice", side, chips, &settings());
        let limit = Err(ErrorCode::BET_LIMIT);
        for (chips, expected) in [(4, limit), (5, Ok(())), (100, Ok(())), (101, limit)] {
            assert_eq!(check(&stakes, Side::Tie, chips), expected, "{chips}");
        }
        stakes.set(&alice, Side::Tie, 98);
        for (chips, expected) in [(1, Ok(())), (2, Ok(())), (3, limit), (0, limit), (-1, limit)] {
            assert_eq!(check(&stakes, Side::Tie, chips), expected, "{chips}");
        }
        assert_eq!(check(&stakes, Side::Tie, i64::MAX), limit);
        assert_eq!(check(&stakes, Side::Banker, 100), Ok(()), "another side");
        assert_eq!(
            stakes.check("bob", Side::Tie, 100, &settings()),
            Ok(()),
            "another user"
        );
    }

    #[test]
    fn what_is_asked_has_a_number_of_its_own() {
        let (mut stakes, alice, bob) = (Stakes::default(), Arc::from("alice"), Arc::from("bob"));
        assert_eq!(
            (stakes.ask(&alice), stakes.ask(&alice), stakes.ask(&bob)),
            (1, 2, 1)
        );
        assert!(!stakes.are_stored() && !stakes.has("alice"));
        (0..3).for_each(|_| stakes.answered());
        assert!(stakes.are_stored());
    }

    #[test]
    fn a_stake_is_one_on_any_side() {
        let (mut stakes, alice) = (Stakes::default(), Arc::from("alice"));
        for side in Side::ALL {
            stakes.set(&alice, side, 1);
            assert!(stakes.has("alice") && !stakes.has("bob"));
            stakes.set(&alice, side, 0);
            assert!(!stakes.has("alice"));
        }
        assert_eq!(stakes.bet_of("alice"), None);
        stakes.set_bet(&alice, Side::Banker);
        assert_eq!(stakes.bet_of("alice"), Some(Side::Banker));
    }
}
