//! The ledger in a file and in Redis, from outside: what survives, what is refused, and what comes of a crash.
//!
//! Those that need a Redis are for systems with Unix sockets.
//!
//! | file | what is in it |
//! |---|---|
//! | `ledger/asking` | a ledger that answers at once |
//! | `ledger/crash` | any requests, and a process that ends at any moment |
//! | `ledger/model` | what the ledger should answer |
//! | `ledger/folder` | a folder for a test |
//! | `ledger/place` | a file or Redis, for tests that run on both |
//! | `ledger/process` | processes that are killed, have no disk left, or may not write |
//! | `ledger/proxy` | a way to Redis that loses what a test wants |
//! | `ledger/redis` | a Redis that goes away, is full, or has forgotten something |
//! | `ledger/restart` | what the next process finds |
//! | `ledger/shared` | several servers in one Redis |
//! | `ledger/file` | files that cannot be used, each with what to do |

#[path = "ledger/asking.rs"]
mod asking;
#[cfg(unix)]
#[path = "ledger/crash.rs"]
mod crash;
#[path = "ledger/file.rs"]
mod file;
#[path = "../../../tests/support/folder.rs"]
mod folder;
#[cfg(unix)]
#[path = "ledger/model.rs"]
mod model;
#[cfg(unix)]
#[path = "ledger/place.rs"]
mod place;
#[cfg(unix)]
#[path = "ledger/process.rs"]
mod process;
#[cfg(unix)]
#[path = "ledger/proxy.rs"]
mod proxy;
#[cfg(unix)]
#[path = "ledger/redis.rs"]
mod redis;
#[cfg(unix)]
#[path = "../../../tests/support/redis.rs"]
mod redis_server;
#[cfg(unix)]
#[path = "ledger/restart.rs"]
mod restart;
#[cfg(unix)]
#[path = "ledger/shared.rs"]
mod shared;
