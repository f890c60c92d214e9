//! Checks any server, in any language, against the wire: what it does right, and where it breaks.
//!
//! A [`Check`] is one conversation with a server, and knows the rule that it is about and where to look when it
//! fails. [`Kind::checks`] has those of one kind of server; [`examine`] does them, and tells of each what was
//! found. The program `examine` puts a command line around that.
//!
//! A check never waits to find out that nothing comes. It asks for something that must come, and looks whether
//! anything came before it. What a server must not be harmed by is kept within what the servers here allow:
//! a hundred packets a second on one connection, and never over a minute for all checks together. Names and
//! rooms are free again afterwards.
//!
//! | file | what is in it |
//! |---|---|
//! | `settings` | what is known of the server |
//! | `check` | what a check is |
//! | `kind`, `kinds` | what a kind of server is, and which there are |
//! | `checks` | the checks |
//! | `stage` | where a check plays, and what it may use |
//! | `conversation` | what the clients of a check say and hear |
//! | `client` | a client that knows what must come |
//! | `translation` | between what a check says and what the server speaks |
//! | `pace` | not too fast |
//! | `failure`, `notation` | what was expected, what came, and how bytes are shown |
//! | `server` | starting a server, and its end |
//! | `examination` | one check after the other |
//! | `report` | for people and for programs |
#![forbid(unsafe_code)]

mod check;
mod checks;
mod client;
mod conversation;
mod examination;
mod failure;
mod kind;
pub mod kinds;
mod notation;
mod pace;
pub mod report;
mod server;
mod settings;
mod stage;
mod translation;

pub use check::{Check, Need};
pub use examination::{Finding, Verdict, examine};
pub use failure::{Failure, Shown};
pub use kind::Kind;
pub use server::Server;
pub use settings::{Service, Settings, Table};
