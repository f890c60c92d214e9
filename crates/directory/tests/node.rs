//! Servers' places in a directory, several in one process: leases, logins, requests, and a directory that is away.
//!
//! | file | what is in it |
//! |---|---|
//! | `node/server` | a server that notes down what it is asked |
//! | `node/lease` | slots, leases and their end |
//! | `node/again` | a slot whose lease has ended, and that nobody else has had since |
//! | `node/login` | tickets, and one session of each user |
//! | `node/requests` | what servers ask each other |
//! | `node/steps` | threads that run one at a time, in an order that a seed decides |
//! | `node/preparing` | what must be ready before rooms come |
//! | `node/seeds` | a thousand such orders |

#[path = "node/again.rs"]
mod again;
#[path = "node/lease.rs"]
mod lease;
#[path = "node/login.rs"]
mod login;
#[path = "node/preparing.rs"]
mod preparing;
#[cfg(target_os = "linux")]
#[path = "../../../tests/support/redis.rs"]
mod redis_server;
#[path = "node/requests.rs"]
mod requests;
#[path = "node/seeds.rs"]
mod seeds;
#[path = "node/server.rs"]
mod server;
#[path = "node/steps.rs"]
mod steps;
#[cfg(target_os = "linux")]
#[path = "redis/world.rs"]
mod world;
