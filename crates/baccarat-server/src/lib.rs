//! Baccarat as a server: tables in rooms, and a ledger of the chips.
//!
//! | file | what is in it |
//! |---|---|
//! | [`ledger`] | who has how many chips, written down before anybody is told |
#![forbid(unsafe_code)]

pub mod ledger;
