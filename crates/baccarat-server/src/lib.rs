//! Baccarat at tables: a game on the engine of [`rooms`], with stakes that are written down before they count.
//!
//! | file | what is in it |
//! |---|---|
//! | `game` | the game as the engine sees it: tables, whispers, the balance |
//! | `table` | the phases of one table, from the first stake to the payout |
//! | `requests` | what members ask of their table: start, bet, stake, cut |
//! | `stakes` | the stakes of one round |
//! | `dealer` | the shoe of a table, its cuts and its reveal |
//! | `event` | what the ledger answers, and other servers, and the way back to the table |
//! | `house` | what all tables share |
//! | `settings`, `flags` | how a table plays, and how it is told so |
//! | `system` | what tables need of the system |
//! | [`ledger`] | who has how many chips, written down before anybody is told |
#![forbid(unsafe_code)]

mod dealer;
mod event;
mod flags;
mod game;
mod house;
pub mod ledger;
mod requests;
mod settings;
mod stakes;
mod system;
mod table;

pub use event::Event;
pub use flags::TableFlags;
pub use game::{BACCARAT, Baccarat, WEB};
pub use settings::{Rounds, TableSettings};
pub use system::{LAST_PAYOUTS, prepare, seed};
pub use table::Table;
