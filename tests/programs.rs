//! What the finished programs have in common: each test runs all of them that it is about.
//!
//! | file | what is in it |
//! |---|---|
//! | `programs/kinds` | the finished servers, and the least that a client must know of each |
//! | `programs/admin` | the port where a server is watched |
//! | `programs/steering` | what can be done at this port, and with which secret |
//! | `programs/watcher`, `programs/exposition` | somebody who watches, and the text format of the numbers |
//! | `programs/every_program` | help, version, wrong flags, output that cannot be printed |
//! | `programs/flags` | the servers' flags: their help, wrong ones, addresses that cannot be had |
//! | `programs/variables` | the servers' environment variables |
//! | `programs/settings` | the line of the log that has all settings |
//! | `programs/log` | what the servers log of a client, as text and as JSON, and a log that nobody reads |
//! | `programs/limits` | clients that are silent, slow, deaf or too loud |
//! | `programs/places` | clients over the limit, and servers with too few threads |
//! | `programs/faults` | clients that vanish, claims, and a system without descriptors |
//! | `programs/shutdown` | signals |
//!
//! What one server alone does is tested in that server's file. The programs belong to other packages than this test, so
//! they must be built: `cargo test --workspace` does that. They send signals, and look into `/proc`.
#![cfg(target_os = "linux")]

#[path = "programs/admin.rs"]
mod admin;
#[path = "programs/every_program.rs"]
mod every_program;
#[path = "programs/exposition.rs"]
mod exposition;
#[path = "programs/faults.rs"]
mod faults;
#[path = "programs/flags.rs"]
mod flags;
#[path = "support/folder.rs"]
mod folder;
#[path = "programs/kinds.rs"]
mod kinds;
#[path = "programs/limits.rs"]
mod limits;
#[path = "programs/log.rs"]
mod log;
#[path = "support/operator.rs"]
mod operator;
#[path = "programs/places.rs"]
mod places;
#[path = "programs/settings.rs"]
mod settings;
#[path = "programs/shutdown.rs"]
mod shutdown;
#[path = "programs/steering.rs"]
mod steering;
mod support;
#[path = "programs/variables.rs"]
mod variables;
#[path = "programs/watcher.rs"]
mod watcher;
