//! When and on what machine something is measured: without that, a figure says nothing.

use std::env::consts::OS;
use std::thread::available_parallelism;
use std::{fmt, fs};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// This machine, now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Machine {
    /// RFC 3339, in UTC.
    date: String,
    system: String,
    /// Those that this program may use.
    cores: usize,
    /// The compiler of this program, and, where they were built together, of the servers.
    rust: String,
}

impl Machine {
    pub(crate) fn now() -> Self {
        let now = Timestamp::now();
        // Nobody needs the nanoseconds.
        let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
        Self {
            date: now.to_string(),
            system: system(),
            cores: cores(),
            rust: env!("COMPILER").to_owned(),
        }
    }

    /// True where that is the same machine, whenever it was.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let date = other.date.clone();
        Self { date, ..self.clone() } == *other
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {} processors", self.system, self.cores)
    }
}

/// The operating system, and its kernel where that has a number of its own.
fn system() -> String {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("{OS} {}", release.trim()).trim_end().to_owned()
}

/// Processors that this program may use.
fn cores() -> usize {
    available_parallelism().map_or(1, Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_has_its_time_zone_and_no_fraction() {
        let machine = Machine::now();
        let date: Timestamp = machine.date.parse().expect("a date");
        assert_eq!(
            machine.date.len(),
            "2026-01-01T00:00:00Z".len(),
            "{}",
            machine.date
        );
        assert!(date <= Timestamp::now() && machine.date.ends_with('Z'));
        assert!(machine.rust.starts_with("rustc ") && machine.cores > 0);
    }
}
