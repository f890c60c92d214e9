//! Which slots a server may take over, and how many of them.

use std::collections::BTreeSet;

use crate::game_name::GameName;
use crate::server::Server;

/// The slots of a game that had owners, and have none.
///
/// Those above the highest slot that was ever seen are no slots of anybody's rooms. A server that has just started has seen
/// none of before.
#[derive(Debug, Default)]
pub(super) struct Vacant {
    /// As many slots have been seen, or one below each of them.
    seen: u32,
    /// Those that were vacant at the last look.
    before: Vec<u32>,
}

impl Vacant {
    /// A server has this slot.
    pub(super) fn sees(&mut self, slot: u32) {
        self.seen = self.seen.max(slot.saturating_add(1));
    }

    // ANCHOR: share
    /// A look at all servers with a lease: the slots that this one, which has so many, should take now, the lowest first.
    /// At first it is as many as make its share of all. What nobody has taken until the next look is for anybody: not
    /// every server takes slots over.
    pub(super) fn share(&mut self, game: &GameName, servers: &[Server], own: usize) -> Vec<u32> {
        let of_game = servers.iter().filter(|server| server.owner.game == *game);
        let owned: BTreeSet<_> = of_game.clone().map(|server| server.owner.slot).collect();
        // A server with several slots offers the same address in all of them.
        let alive: BTreeSet<_> = of_game.map(|server| &server.offer.address).collect();
        if let Some(highest) = owned.last() {
            self.sees(*highest);
        }
        let vacant: Vec<_> = (0..self.seen).filter(|slot| !owned.contains(slot)).collect();
        let share = (owned.len() + vacant.len()).div_ceil(alive.len().max(1));
        let is_for_anybody = vacant == self.before;
        self.before.clone_from(&vacant);
        let most = match is_for_anybody {
            true => vacant.len(),
            false => share.saturating_sub(own),
        };
        vacant.into_iter().take(most).collect()
    }
    // ANCHOR_END: share
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::{Load, Offer, Owner};

    const CHAT: GameName = GameName::new("chat");

    fn server(game: GameName, slot: u32, address: &str) -> Server {
        Server {
            owner: Owner {
                game: game.clone(),
                slot,
                generation: 1,
            },
            offer: Offer {
                game,
                address: address.to_owned(),
                by_codec: Vec::new(),
                web: None,
                rooms: 10,
                room_size: 4,
            },
            load: Load::default(),
        }
    }

    fn servers(chat: &[(u32, &str)]) -> Vec<Server> {
        chat.iter()
            .map(|(slot, address)| server(CHAT, *slot, address))
            .chain([server(GameName::new("baccarat"), 9, "elsewhere:1")])
            .collect()
    }

    #[test]
    fn what_lies_below_the_highest_slot_is_vacant() {
        let mut vacant = Vacant::default();
        assert!(vacant.share(&CHAT, &servers(&[]), 0).is_empty());
        assert!(
            vacant
                .share(&CHAT, &servers(&[(0, "a:1"), (1, "b:1")]), 1)
                .is_empty()
        );
        assert_eq!(vacant.share(&CHAT, &servers(&[(1, "b:1")]), 1), [0]);
        assert_eq!(vacant.share(&CHAT, &servers(&[(3, "b:1")]), 1), [0, 1, 2]);
        // One that is gone was seen.
        assert_eq!(vacant.share(&CHAT, &servers(&[(0, "a:1")]), 1), [1, 2, 3]);
        vacant.sees(5);
        assert_eq!(vacant.share(&CHAT, &servers(&[(0, "a:1")]), 1), [1, 2, 3, 4, 5]);
    }

    #[test]
    fn several_servers_share_what_is_vacant() {
        let three_of_five = servers(&[(1, "a:1"), (4, "b:1")]);
        let [mut first, mut second] = [(); 2].map(|()| Vacant::default());
        assert_eq!(first.share(&CHAT, &three_of_five, 1), [0, 2]);
        let one_of_five = servers(&[(0, "a:1"), (1, "a:1"), (2, "a:1"), (4, "b:1")]);
        assert!(first.share(&CHAT, &one_of_five, 3).is_empty());
        assert_eq!(second.share(&CHAT, &one_of_five, 1), [3]);
    }

    #[test]
    fn what_nobody_else_takes_is_for_anybody() {
        let mut vacant = Vacant::default();
        let servers = servers(&[(0, "a:1"), (3, "b:1"), (4, "c:1")]);
        assert_eq!(vacant.share(&CHAT, &servers, 1), [1]);
        assert_eq!(vacant.share(&CHAT, &servers, 2), [1, 2]);
    }
}
