//! The log: human-readable lines on standard error, or JSON.

use std::io::{self, IsTerminal, Write};
use std::sync::OnceLock;

use clap::ValueEnum;
use tracing::level_filters::LevelFilter;
use tracing_appender::non_blocking::{ErrorCounter, NonBlocking, WorkerGuard};

use crate::print::last_line;

/// The flags of the log, the same for every program.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Log")]
pub struct LogFlags {
    /// What is logged to standard error.
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = Level::Info)]
    pub log: Level,
    /// How a line of the log is written.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text)]
    pub log_format: Format,
}

/// How much is logged; each level includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Level {
    /// Nothing.
    Off,
    /// What is broken.
    Error,
    /// What needs attention.
    Warn,
    /// Start, end, and clients that were cut off.
    Info,
    /// Every connection.
    Debug,
    /// Everything.
    Trace,
}

/// How a line is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people; coloured on a terminal only.
    Text,
    /// For machines: one JSON object a line.
    Json,
}

impl From<Level> for LevelFilter {
    fn from(level: Level) -> Self {
        match level {
            Level::Off => Self::OFF,
            Level::Error => Self::ERROR,
            Level::Warn => Self::WARN,
            Level::Info => Self::INFO,
            Level::Debug => Self::DEBUG,
            Level::Trace => Self::TRACE,
        }
    }
}

/// Where the lines go, once the log has been started.
static LINES: OnceLock<NonBlocking> = OnceLock::new();

/// Writes lines among those of the log, as they are: never waits for who reads them, and drops them where
/// nobody does. Nothing before the log is started.
pub fn print_among_log(lines: &str) {
    if let Some(writer) = LINES.get() {
        // It fails only when the log has ended.
        let _ = writer.clone().write_all(lines.as_bytes());
    }
}

/// A log that has been started.
pub(crate) struct Log {
    guard: WorkerGuard,
    dropped: ErrorCounter,
}

impl LogFlags {
    /// For a program without these flags.
    pub(crate) const PROBLEMS: Self = Self {
        log: Level::Warn,
        log_format: Format::Text,
    };

    /// Starts the log.
    ///
    /// A thread of its own writes the lines, so that a full pipe behind standard error cannot block a
    /// server; lines that find 128,000 others waiting are dropped and counted.
    pub(crate) fn start(&self) -> Log {
        let (writer, guard) = NonBlocking::new(io::stderr());
        let dropped = writer.error_counter();
        // The first of a process, and there is no second.
        let _ = LINES.set(writer.clone());
        let log = tracing_subscriber::fmt()
            .with_max_level(LevelFilter::from(self.log))
            .with_target(false)
            .with_ansi(io::stderr().is_terminal())
            .with_writer(writer);
        match self.log_format {
            Format::Text => log.init(),
            Format::Json => log.json().init(),
        }
        Log { guard, dropped }
    }
}

impl Log {
    /// Writes what is still in it, and says what is missing.
    pub(crate) fn finish(self) {
        drop(self.guard);
        match self.dropped.dropped_lines() {
            0 => {}
            count => last_line(&format!(
                "{count} lines of the log were dropped: nobody read them fast enough"
            )),
        }
    }
}
