//! Names of keys and channels, and what names a server or a session as text. The name of a game has no colon in it.

use std::fmt::Write;

use crate::game_name::GameName;
use crate::presence::Presence;
use crate::server::Owner;
use crate::ticket::TicketHash;

/// Every key and channel begins with the same prefix.
#[derive(Debug, Clone)]
pub(super) struct Names {
    pub(super) prefix: String,
}

impl Names {
    /// The names of all slots that are taken.
    pub(super) fn slots(&self) -> String {
        format!("{}slots", self.prefix)
    }

    pub(super) fn slot(&self, game: &GameName, slot: u32) -> String {
        format!("{}slot:{}", self.prefix, slot_name(game, slot))
    }

    /// The generation of whoever has had it last.
    pub(super) fn generation(&self, game: &GameName, slot: u32) -> String {
        format!("{}generation:{}", self.prefix, slot_name(game, slot))
    }

    /// Where requests to this server go.
    pub(super) fn channel(&self, owner: &Owner) -> String {
        format!("{}slot:{}", self.prefix, owner_name(owner))
    }

    /// Where answers to this process go.
    pub(super) fn answers(&self, process: &str) -> String {
        format!("{}answers:{process}", self.prefix)
    }

    pub(super) fn user(&self, user_id: &str) -> String {
        format!("{}user:{user_id}", self.prefix)
    }

    pub(super) fn ticket(&self, hash: &TicketHash) -> String {
        let mut name = format!("{}ticket:", self.prefix);
        for byte in hash {
            write!(name, "{byte:02x}").expect("a String takes everything");
        }
        name
    }

    /// What is another one where Redis has lost its data.
    pub(super) fn cluster(&self) -> String {
        format!("{}cluster", self.prefix)
    }
}

pub(super) fn slot_name(game: &GameName, slot: u32) -> String {
    format!("{game}:{slot}")
}

pub(super) fn owner_name(owner: &Owner) -> String {
    format!("{}:{}:{}", owner.game, owner.slot, owner.generation)
}

pub(super) fn presence_name(presence: &Presence) -> String {
    format!("{}:{}", owner_name(&presence.owner), presence.session)
}

pub(super) fn owner(name: &str) -> Option<Owner> {
    let (slot, generation) = name.rsplit_once(':')?;
    let (game, slot) = slot.rsplit_once(':')?;
    Some(Owner {
        game: game.parse().ok()?,
        slot: slot.parse().ok()?,
        generation: generation.parse().ok()?,
    })
}

pub(super) fn presence(name: &str) -> Option<Presence> {
    let (server, session) = name.rsplit_once(':')?;
    Some(Presence {
        owner: owner(server)?,
        session: session.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_presence_is_read_as_it_was_written() {
        let presence_there = Presence {
            owner: Owner {
                game: GameName::new("baccarat-2"),
                slot: u32::MAX,
                generation: u64::MAX,
            },
            session: 0,
        };
        let name = presence_name(&presence_there);
        assert_eq!(name, "baccarat-2:4294967295:18446744073709551615:0");
        assert_eq!(presence(&name), Some(presence_there));
        for name in [
            "",
            "chat",
            "chat:1:2",
            "chat:1:2:",
            "chat:x:2:3",
            "Chat:1:2:3",
            "chat:1:2:-3",
        ] {
            assert_eq!(presence(name), None, "{name}");
        }
    }
}
