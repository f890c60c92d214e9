//! Loads of a chat: one member of a room says something, and all of them get it.
//!
//! The load is the same on every wire. In a closed loop each sender keeps a number of messages on the way, and
//! sends the next one when it has got one of its own back, as all members do. Counted are deliveries. Every
//! byte of them is checked: the room, the sender, the order of each sender's messages, the text. The bytes of
//! a message are the same everywhere; what a wire needs around them is its own affair. Where a wire lets a server
//! write the same thing in several ways, each of them is right.
//!
//! | file | what is in it |
//! |---|---|
//! | `wire` | how each kind of server is spoken to |
//! | `message` | what the senders say |
//! | `room` | what was sent in a room, and what must come for it |
//! | `admission` | what members show to be let in |
//! | `entrance` | connecting, and entering the rooms |
//! | `inbox` | checking what comes |
//! | `member` | one member |
//! | `cell` | one load, and measuring a server under it |
//! | `stalled` | members that never read |

mod admission;
pub(crate) mod cell;
mod entrance;
mod inbox;
mod member;
mod message;
mod room;
mod stalled;
pub(crate) mod wire;

pub(crate) use wire::Wire;
