//! A SQLite file of one program: opened with a check of what it is, brought to the version of the program, written in
//! transactions that are on the disk when they are done, and with errors that tell an operator what to do.
//!
//! ```
//! use database::{Database, Kind, Sharing};
//!
//! const KIND: Kind = Kind {
//!     application: 0x6e6f_7465, // "note"
//!     steps: &["CREATE TABLE notes (text TEXT NOT NULL) STRICT"],
//!     sharing: Sharing::WithOthers,
//! };
//!
//! let mut notes = Database::in_memory(&KIND)?;
//! notes.write(|transaction| transaction.execute("INSERT INTO notes VALUES (?1)", ["milk"]))?;
//! let text: String = notes.read(|notes| notes.query_row("SELECT text FROM notes", [], |row| row.get(0)))?;
//! assert_eq!(text, "milk");
//! # Ok::<(), database::DatabaseError>(())
//! ```
//!
//! | file | what is in it |
//! |---|---|
//! | `file` | opens the file, reads and writes it |
//! | `kind` | which program a file is of, and its versions |
//! | `full` | a file that may not grow does not end the program |
//! | `reason` | what an error of SQLite means for people |
//! | `error` | why a file cannot be used |
//!
//! It knows no table: which there are is the business of the crate that uses it.
#![forbid(unsafe_code)]

mod error;
mod file;
mod full;
mod kind;
mod reason;

pub use error::DatabaseError;
pub use file::Database;
pub use full::survive_full_files;
pub use kind::{Kind, Sharing};
