//! The engine with a game of its own: what room logic is told and when, and that a panic of the game ends one
//! connection and harms nobody else.
//!
//! | file | what is in it |
//! |---|---|
//! | `game/notes` | the game: everything that happens becomes a note, and some names are traps |
//! | `game/server` | the engine in this process, and its clients |
//! | `game/calls` | which calls the logic gets, and in what order the members hear of it |
//! | `game/events` | what comes from outside, also when the server ends |
//! | `game/parking` | members that wait for an answer from outside |
//! | `game/busy` | a worker that comes late: what its clients are not blamed for |
//! | `game/departures` | members whom the logic wants to be gone |
//! | `game/logins` | logins that the game checks |
//! | `game/replaced` | sessions that are replaced or closed from outside |
//! | `game/outside` | what other threads send to users, and seats that they reserve |
//! | `game/control` | what an operator sees, and does to users |
//! | `game/small`, `game/framed` | a framing, and clients that speak it |
//! | `game/ranges` | rooms that come and go while the server runs |
//! | `game/panics` | a panic in each of these calls |
#![cfg(unix)]

#[path = "game/busy.rs"]
mod busy;
#[path = "game/calls.rs"]
mod calls;
#[path = "game/control.rs"]
mod control;
#[path = "game/departures.rs"]
mod departures;
#[path = "game/events.rs"]
mod events;
#[path = "game/framed.rs"]
mod framed;
#[path = "game/logins.rs"]
mod logins;
#[path = "game/notes.rs"]
mod notes;
#[path = "game/outside.rs"]
mod outside;
#[path = "game/panics.rs"]
mod panics;
#[path = "game/parking.rs"]
mod parking;
#[path = "game/ranges.rs"]
mod ranges;
#[path = "game/replaced.rs"]
mod replaced;
#[path = "game/server.rs"]
mod server;
#[path = "game/small.rs"]
mod small;
#[path = "../../../tests/support/mod.rs"]
mod support;
