//! The log: human-readable lines on standard error, or JSON.

use std::io;
use std::sync::OnceLock;

use clap::ValueEnum;
use tracing::level_filters::LevelFilter;
use tracing::subscriber::set_global_default;

use crate::colours::are_colours_welcome;
use crate::fields::{AsJson, ForPeople};
use crate::print::{LAST_PATIENCE, last_words};
use crate::queue::{Lost, Queue};
use crate::streams::{stderr, stderr_takes_bytes};

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
    /// All settings, and every connection.
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
static LINES: OnceLock<Queue> = OnceLock::new();

/// Writes lines among those of the log, as they are: never waits for who reads them, and drops them where
/// nobody does. Nothing before the log is started.
pub fn print_among_log(lines: &str) {
    if let Some(queue) = LINES.get() {
        queue.push(lines.as_bytes());
    }
}

/// A log that has been started.
pub(crate) struct Log {
    queue: Queue,
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
        let queue = Queue::start(stderr);
        // The first of a process, and there is no second.
        let _ = LINES.set(queue.clone());
        let lines = queue.clone();
        let log = tracing_subscriber::fmt()
            .with_max_level(LevelFilter::from(self.log))
            .with_target(false)
            .with_ansi(are_colours_welcome(&io::stderr()))
            .with_writer(move || lines.clone());
        // Not `init`: where any package of a build wants it so, that takes in what libraries say through the crate `log`
        // as well, and an HTTP client says each byte there, a password and a token among them.
        let started = match self.log_format {
            Format::Text => set_global_default(log.fmt_fields(ForPeople).finish()),
            Format::Json => set_global_default(log.event_format(AsJson).finish()),
        };
        started.expect("a process starts its log once");
        Log { queue }
    }
}

impl Log {
    /// Writes what is still in it, and says what is missing: the exit code is about the work, and stays.
    pub(crate) fn finish(self) {
        let mut is_written = self.queue.wait_until_written(LAST_PATIENCE);
        while !is_written && stderr_takes_bytes() {
            is_written = self.queue.wait_until_written(LAST_PATIENCE);
        }
        self.queue.close();
        if !is_written || self.queue.lost().lines > 0 {
            // Counted where the stream is free: a line may arrive while we wait for that.
            last_words(move || told(&self.queue.lost()));
        }
    }
}

fn told(lost: &Lost) -> String {
    let reason = match &lost.problem {
        Some(problem) => problem,
        None => "nobody read them fast enough",
    };
    match lost.lines {
        0 => String::new(),
        1 => format!("1 line of the log is lost: {reason}\n"),
        count => format!("{count} lines of the log are lost: {reason}\n"),
    }
}
