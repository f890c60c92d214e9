//! The traits by which a game tells the checks of any room server its own requests, and how a member is heard in a room.

use protocol::PacketId;

/// What can be asked of a game, beside what can be asked of every room server.
pub(crate) trait Game {
    /// What a user who is in no room asks for in vain.
    const NOT_IN_ROOM: &'static str;

    /// Ids that it does not know, since they belong to other games.
    const OF_OTHERS: &'static [u16] = &[751, 761, 802];

    /// Requests of it, all of which need a login.
    fn requests() -> Vec<Vec<u8>>;

    /// Those that always need a room.
    fn requests_of_members() -> Vec<Vec<u8>>;
}

/// A game in whose rooms a member can say something to all. Some checks need somebody who is heard.
pub(crate) trait Talk: Game {
    /// The packet in which all members hear it, the speaker too.
    const HEARD: PacketId;

    /// What a member sends.
    fn says(text: &str) -> Vec<u8>;
}
