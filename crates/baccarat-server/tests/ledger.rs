//! The ledger in a file, from outside: what survives, what is refused, and what comes of a crash.
//!
//! | file | what is in it |
//! |---|---|
//! | `ledger/asking` | a ledger that answers at once |
//! | `ledger/crash` | any requests, and a process that ends at any moment |
//! | `ledger/model` | what the ledger should answer |
//! | `ledger/folder` | a folder for a test |
//! | `ledger/process` | processes that are killed, have no disk left, or may not write |
//! | `ledger/restart` | what the next process finds |
//! | `ledger/file` | files that cannot be used, each with what to do |

#[path = "ledger/asking.rs"]
mod asking;
#[path = "ledger/crash.rs"]
mod crash;
#[path = "ledger/file.rs"]
mod file;
#[path = "../../../tests/support/folder.rs"]
mod folder;
#[path = "ledger/model.rs"]
mod model;
#[cfg(unix)]
#[path = "ledger/process.rs"]
mod process;
#[path = "ledger/restart.rs"]
mod restart;
