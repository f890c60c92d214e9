//! The engine of a room server: sessions, workers, rooms, outboxes.
//!
//! It knows logins, rooms, and who is in them. What is said or played there is a [`RoomLogic`], and what
//! users can do outside of rooms is a [`Game`].
//!
//! ```text
//! client thread ----\                                                /--> outbox -> network -> client
//! client thread -----+--> bounded channel --> worker (its rooms) ---+---> outbox -> network -> client
//! client thread ----/                                                \--> outbox -> network -> client
//! ```
//!
//! | file | what is in it |
//! |---|---|
//! | `server` | the life of the server: starts its threads, and ends them |
//! | `ports` | where it listens, and what is spoken there |
//! | `framing` | another way to carry the packets, such as WebSocket: what it must offer |
//! | `client` | a client's thread: reads, and hands packets over |
//! | `worker` | the owner of rooms: batches, moves, ends |
//! | `dispatch` | from a packet to its answer |
//! | `engine` | what all threads share |
//! | `game`, `logic` | the two traits; members, and what room logic can do with them |
//! | `room` | a room with its members |
//! | `login` | what a game is asked about a login |
//! | `session`, `progress`, `state` | what threads share of a session, and what its worker has alone |
//! | `incoming`, `encoded` | packets in the codecs of their clients: read, and written once for each codec |
//! | `outbox`, `delivery`, `backlog` | bytes to send: kept, sent at the end of a batch, sent when the client reads again |
//! | `place`, `order` | what waits for somebody else, a log say, and what stays behind it |
//! | `user`, `users` | a user who is logged in; all of them: the one shared table |
//! | `checks` | sessions whose login is being checked, or was |
//! | `role`, `desk` | who works for a worker at the moment: a thread that has brought something, or its own |
//! | `item`, `command` | what goes through the channels to a worker: packets, and all else |
//! | `wishes` | who is to wait, or to go, when a call of a game is over |
//! | `outside`, `ticket` | events from other threads, and the right to let a parked session go on |
//! | `control`, `ways` | what an operator sees and does; how that reaches a server that runs |
//! | `numbers`, `own_rooms` | which rooms there are, and who owns them; those of one worker |
//! | `reservation` | seats that are kept for users who are on their way |
//! | `alarms` | when rooms want to be told the time |
//! | `transport`, `wire` | the way of the bytes out of an outbox; the one that is a socket |
//! | `trace` | who may look at every packet |
//! | `config` | what a server can be told |
//! | `counters`, `durations` | what it counts, and its line of status; how long its batches take |
//! | `sync` | the locks and flags of all these |
//! | `testing` | for tests, with the feature of this name: a room without sockets and threads |
#![forbid(unsafe_code)]

mod alarms;
mod backlog;
mod checks;
mod client;
mod command;
mod config;
mod control;
mod counters;
mod delivery;
mod desk;
mod dispatch;
mod durations;
mod encoded;
mod engine;
mod framing;
mod game;
mod incoming;
mod item;
mod logic;
mod login;
mod numbers;
mod order;
mod outbox;
mod outside;
mod own_rooms;
mod place;
mod ports;
mod progress;
mod reservation;
mod role;
mod room;
mod server;
mod session;
mod state;
mod sync;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod ticket;
mod trace;
mod transport;
mod user;
mod users;
mod ways;
mod wire;
mod wishes;
mod worker;

pub use config::Config;
pub use control::Control;
pub use counters::{Counters, Counts, Status};
pub use delivery::{Delivery, Fill};
pub use dispatch::result;
pub use durations::{DurationCounts, Durations};
pub use framing::{Entrance, Framing, Unframe, Unframed};
pub use game::{EventOf, Game};
pub use incoming::Incoming;
pub use logic::{Handled, Member, RoomContext, RoomLogic, Sessions};
pub use login::Login;
pub use outside::Outside;
pub use place::Place;
pub use ports::Port;
pub use reservation::Wanted;
pub use server::{run, run_and_tell};
pub use session::Session;
pub use ticket::Ticket;
pub use trace::{Direction, Trace};
pub use transport::Transport;
pub use user::User;
