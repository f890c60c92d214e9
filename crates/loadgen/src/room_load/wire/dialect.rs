//! What a kind of server wants to hear, and what it says: what all wires have in common.
//!
//! Message and delivery are the same on all of them, a head, 49 bytes, and a tail, so that the hot path
//! ([`Inbox`](crate::room_load::inbox::Inbox)) compares bytes and knows no wire. What comes besides is told in
//! [`Note`]s, and so is a delivery whose head is written in another way than ours, where a wire allows that.

use crate::engine::failure::Failure;
use crate::room_load::admission::Admission;
use crate::room_load::message::Message;
use crate::server::Startup;

/// What a kind of server wants to hear, and says.
pub(crate) trait Dialect: Sync {
    /// How it is started.
    fn startup(&self) -> Startup;

    /// What the member of this number among all sends when it has connected, to be let in, and to enter its room.
    fn entering(&self, room: usize, member: usize, admission: &Admission) -> anyhow::Result<Vec<u8>>;

    /// What stands around the messages of a room whose senders have these unique ids.
    fn frame(&self, room: usize, unique_ids: &[u64]) -> anyhow::Result<Frame>;

    /// Reads what is not a delivery; `None` when its rest has not come yet. Anything unexpected is an error.
    fn note(&self, bytes: &[u8]) -> Result<Option<Note>, Failure>;
}

/// What stands around a message.
#[derive(Debug)]
pub(crate) struct Frame {
    /// In front of one that is sent.
    pub(crate) sent_head: Vec<u8>,
    /// In front of one that comes, for each sender. An id may take more bytes than another.
    pub(crate) delivered_heads: Vec<Vec<u8>>,
    /// So many first bytes of them tell a delivery from all else, and are the same in all heads of one length.
    pub(crate) marker: usize,
    /// Behind it, both ways.
    pub(crate) tail: &'static [u8],
}

/// Something that came, and is no delivery byte by byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Note {
    /// Its bytes.
    pub(crate) size: usize,
    /// What it says.
    pub(crate) says: Says,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Says {
    /// The member is in its room, under a unique id where the server gives one: 1 for the first.
    Entered(Option<u64>),
    /// Another one has entered after this member.
    Newcomer,
    /// A delivery after all, written in another way: the sender's unique id and the message.
    Delivery(u64, Message),
    /// Wants this answer.
    Ping(&'static [u8]),
    /// Nothing that matters here.
    Nothing,
}
