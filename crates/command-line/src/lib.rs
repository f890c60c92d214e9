//! What the programs of the workspace have in common: flags, log, errors, exit codes, and the end of what they start.
//!
//! A program describes its flags with clap, flattens the shared ones in, and hands its work to [`run`]:
//!
//! ```no_run
//! use std::process::ExitCode;
//! use command_line::{LogFlags, ProgramFlags};
//!
//! /// Says hello.
//! #[derive(clap::Parser)]
//! #[command(version)]
//! struct Flags {
//!     /// Whom to greet.
//!     #[arg(long, default_value = "world")]
//!     name: String,
//!     #[command(flatten)]
//!     log: LogFlags,
//! }
//!
//! impl ProgramFlags for Flags {
//!     fn log(&self) -> &LogFlags {
//!         &self.log
//!     }
//! }
//!
//! fn main() -> ExitCode {
//!     command_line::run(|flags: Flags, _settings| {
//!         println!("hello {}", flags.name);
//!         Ok(())
//!     })
//! }
//! ```
//!
//! The steps of the lessons do without all this: they take one optional address.
#![forbid(unsafe_code)]

mod admin_flag;
mod client_flags;
mod colours;
mod fields;
mod guard;
mod label;
mod limit_flags;
mod lines;
mod listening;
mod log;
mod parse;
mod pipe;
mod print;
mod process_group;
mod program;
mod program_flags;
mod queue;
mod secret_file;
mod server_flags;
mod serving;
mod settings;
mod streams;
mod values;
mod variables;

pub use client_flags::ClientFlags;
pub use colours::are_colours_welcome;
pub use label::label_log;
pub use lines::{LONGEST_LINE, Lines};
pub use listening::Listening;
pub use log::{Format, Level, LogFlags, print_among_log};
pub use parse::parse_part;
pub use pipe::{Input, pipe};
pub use print::print_line;
pub use process_group::ProcessGroup;
pub use program::run;
pub use program_flags::ProgramFlags;
pub use secret_file::secret_from_file;
pub use server_flags::{Addresses, BindFlag, ServerFlags};
pub use serving::Serving;
pub use settings::Settings;
pub use streams::{Patient, stderr, stdin, stdout};
pub use text::printable;
pub use values::{duration, size, switch};
