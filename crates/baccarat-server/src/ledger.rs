//! The ledger: double-entry bookkeeping for the chips of all users, kept in a SQLite file, in Redis, or in memory.
//!
//! Every movement of chips is a row: so many, from this account to that one. So the sum of all accounts never changes,
//! and it is zero, since what users have been given is what the house owes. A row is unique by its table, round, user,
//! side, kind and number: who applies it twice changes nothing.
//!
//! ```text
//! worker --\                                  /--> reply
//! worker ---+--> channel --> ledger thread --+---> reply      one transaction a batch;
//! worker --/                  (the book)      \--> reply      the replies after its commit
//! ```
//!
//! One thread owns all accounts. It takes what waits in its channel, works it into a draft of the book, stores the draft
//! in one transaction, and only then calls the replies. A worker never waits for a disk. The channel has no bound of its
//! own: a session that has asked for something is parked until it is answered, so at most one request a session and one
//! a table can be in it.
//!
//! | file | what is in it |
//! |---|---|
//! | `amount` | chips in hundredths, with checked arithmetic |
//! | `row` | accounts, and movements between them |
//! | `request` | what can be asked, and what comes back |
//! | `reply` | the way of an answer back, which cannot be lost |
//! | `error` | why a request is refused, and why a file cannot be used |
//! | `table` | the open rounds of a table |
//! | `book` | the balances: pure, without files and threads |
//! | `draft` | what a batch will have made of the book |
//! | `store`, `memory`, `sqlite`, `redis` | where rows are kept |
//! | `recovery` | rounds that the last process left open |
//! | `thread` | batches, commits, what is tried again |
//! | `handle` | the ends of the channel: open, ask, close |
//! | `audit` | a file is computed again from its rows |
//!
//! It knows no cards: a side is its number on the wire, and what a side returns comes with the result of a round.

mod amount;
mod audit;
mod book;
mod draft;
mod error;
mod handle;
mod memory;
mod recovery;
mod redis;
mod reply;
mod request;
mod row;
mod sqlite;
mod store;
mod table;
mod thread;

pub use amount::Amount;
pub use audit::{Audit, OpenStake, audit};
pub use error::{LedgerError, Refusal, StakeRefused};
pub use handle::{Handle, Ledger};
pub use redis::audit_in_redis;
pub use request::{Closed, Numbers, Player, Returned, Returns, Settlement, Stake, StakeMove, Staked};
pub use row::{RoundId, UserId};
pub use store::Tables;
