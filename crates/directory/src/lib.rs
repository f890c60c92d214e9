//! Who is where, when there are many servers: which server has which rooms, where a user is logged in, what a ticket is
//! worth, and how one server asks another.
//!
//! [`Directory`] is the trait. [`Memory`] is a directory for servers of one process, which needs nothing else:
//!
//! ```
//! use std::time::Duration;
//!
//! use directory::{Directory, GameName, LogIn, Memory, Offer, Presence, Seat, Slot, Ticket};
//!
//! let directory = Memory::new();
//! let offer = Offer {
//!     game: GameName::new("chat"),
//!     address: "127.0.0.1:11021".to_owned(),
//!     by_codec: Vec::new(),
//!     web: None,
//!     rooms: 1_000,
//!     room_size: 100,
//! };
//! let Slot::Taken(owner) = directory.take_slot(&offer, None, Duration::from_secs(6))? else {
//!     panic!("the first server has a free slot");
//! };
//!
//! // The front door, such as an API server, gives a user a ticket for a seat at that server,
//! let ticket = Ticket::random()?;
//! let seat = Seat { user_id: "alice".to_owned(), owner: owner.clone(), room: 7 };
//! directory.put_ticket(&ticket, &seat, Duration::from_secs(30))?;
//!
//! // and the server takes it, once.
//! assert_eq!(directory.redeem(&ticket, "alice", &owner)?, Some(seat));
//! assert_eq!(directory.redeem(&ticket, "alice", &owner)?, None);
//! let presence = Presence { owner, session: 1 };
//! assert_eq!(directory.log_in("alice", &presence, None)?, LogIn::Done);
//! assert_eq!(directory.find("alice")?, Some(presence));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | file | what is in it |
//! |---|---|
//! | `directory` | the trait, and how it says that it does not know |
//! | `game_name`, `server` | servers: their names, slots, generations, rooms, load |
//! | `presence` | where a user is logged in |
//! | `ticket` | tickets, and the seats that they are worth |
//! | `request` | what servers ask each other |
//! | `memory` | a directory in the memory of one process |
//! | [`redis`](mod@redis) | a directory in Redis, and the way there |
//! | `clock` | what time it is for that one |
//! | `nodes` | all places of one server in a directory |
//! | `counted` | a directory whose calls are counted |
//! | `flags`, `numbers` | for programs, with the feature `program`: the flags that name a directory, and its numbers for those who watch |
//! | `testing` | for tests, with the feature of this name: the rules that every directory keeps |
#![forbid(unsafe_code)]

mod clock;
mod counted;
mod directory;
#[cfg(feature = "program")]
mod flags;
mod game_name;
mod memory;
mod nodes;
#[cfg(feature = "program")]
mod numbers;
mod presence;
pub mod redis;
mod request;
mod server;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod ticket;

pub use clock::Clock;
pub use counted::{Counted, Outcome};
pub use directory::{AskError, Directory, Slot, Unavailable};
#[cfg(feature = "program")]
pub use flags::RedisFlags;
pub use game_name::{GameName, GameNameError};
pub use memory::Memory;
pub use nodes::{Lost, NodeCounts, NodeError, NodeSettings, Nodes, Place, Taken};
#[cfg(feature = "program")]
pub use numbers::{NodeNumbers, RedisNumbers};
pub use presence::{LogIn, Presence};
pub use redis::Redis;
pub use request::{Answer, Asked, Came, Listening, MOST_TOGETHER, Reply, Request};
pub use server::{Load, Offer, Owner, Server, Way};
pub use ticket::{SEAT_TIME, Seat, TICKET_WORTH, Ticket, TicketHash};
