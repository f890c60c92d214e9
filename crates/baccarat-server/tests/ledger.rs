//! The ledger in a file, from outside: what survives, what is refused, and what comes of a crash.
//!
//! | file | what is in it |
//! |---|---|
//! | `ledger/asking` | a ledger that answers at once |
//! | `ledger/folder` | a folder for a test |
//! | `ledger/restart` | what the next process finds |
//! | `ledger/file` | files that cannot be used, each with what to do |

#[path = "ledger/asking.rs"]
mod asking;
#[path = "ledger/file.rs"]
mod file;
#[path = "ledger/folder.rs"]
mod folder;
#[path = "ledger/restart.rs"]
mod restart;
