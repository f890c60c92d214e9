//! Servers as processes of their own over one Redis, as somebody runs them on many machines: an API server, chat servers,
//! a baccarat server. What one of them does alone is tested in its own file.
//!
//! | file | what is in it |
//! |---|---|
//! | `cluster/road` | accounts, places, and what users of several servers do together, byte by byte |
//! | `cluster/ending` | a server that ends, a Redis that is away |
//! | `cluster/slots` | a server that is gone for too long: stopped, or killed |
//! | `cluster/watching` | numbers, health, log, and the table of all servers |
//! | `cluster/starting` | flags that are wrong, and servers that cannot start |
//! | `cluster/processes` | the processes of a test |
//! | `web/socket` | a WebSocket of raw bytes |
//! | `api/caller`, `api/place` | calls over HTTP, and places on game servers |
//!
//! The programs belong to other packages than this test, so they must be built: `cargo test --workspace` does that.
#![cfg(target_os = "linux")]

mod support;

#[allow(dead_code, reason = "the tests of the API server use all of it")]
#[path = "api/caller.rs"]
mod caller;
#[path = "cluster/ending.rs"]
mod ending;
#[path = "api/place.rs"]
mod place;
#[path = "cluster/processes.rs"]
mod processes;
#[path = "support/redis.rs"]
mod redis;
#[path = "cluster/road.rs"]
mod road;
#[path = "cluster/slots.rs"]
mod slots;
#[allow(dead_code, reason = "the tests of a chat server for browsers use all of it")]
#[path = "web/socket.rs"]
mod socket;
#[path = "cluster/starting.rs"]
mod starting;
#[path = "cluster/watching.rs"]
mod watching;

use processes::{Cluster, LONG, enters, program};
