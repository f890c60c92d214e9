//! The report of a soak, as lines for people and as JSON for machines.

use std::fmt;

use harness::Usage;
use serde::Serialize;

use super::control::ControlReport;

/// How a row has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Verdict {
    Passed,
    Failed,
    Skipped,
    Interrupted,
}

/// One row, done.
#[derive(Debug, Serialize)]
pub(super) struct RowReport {
    pub(super) row: &'static str,
    pub(super) verdict: Verdict,
    /// What happened, or why nothing did.
    pub(super) note: String,
    pub(super) control: ControlReport,
    /// The server's process behind the row.
    pub(super) server: Option<Usage>,
    pub(super) seconds: f64,
}

/// A whole soak, done.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) server: String,
    pub(super) service: String,
    pub(super) rows: Vec<RowReport>,
    pub(super) start: Option<Usage>,
    pub(super) end: Option<Usage>,
}

impl Report {
    /// The rows that have failed.
    pub(super) fn failed(&self) -> Vec<&'static str> {
        let failed = self.rows.iter().filter(|row| row.verdict == Verdict::Failed);
        failed.map(|row| row.row).collect()
    }
}

/// The first lines of the table.
pub(super) fn heading() -> String {
    format!(
        "{:<14} {:<11} {:>7}  {:>8} {:>8} {:>8}  {:>8} {:>8}  {:>6} {:>7}\n{:<34}  {:>26}  {:>17}  {:>6} {:>7}",
        "row",
        "verdict",
        "seconds",
        "p50 ms",
        "p99 ms",
        "max ms",
        "MiB",
        "peak MiB",
        "files",
        "threads",
        "",
        "of the control client",
        "of the server",
        "of it",
        "of it",
    )
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Passed => "passed",
            Self::Failed => "FAILED",
            Self::Skipped => "skipped",
            Self::Interrupted => "interrupted",
        })
    }
}

impl fmt::Display for RowReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (control, server) = (&self.control, self.server);
        let resident = server.map(|usage| mib(usage.resident_kib));
        let peak = server.map(|usage| mib(usage.peak_kib));
        writeln!(
            f,
            "{:<14} {:<11} {:>7.1}  {:>8} {:>8} {:>8}  {:>8} {:>8}  {:>6} {:>7}",
            self.row,
            self.verdict,
            self.seconds,
            decimal(control.p50, 2),
            percentile(control),
            decimal(control.max, 1),
            decimal(resident, 1),
            decimal(peak, 1),
            server.map_or(String::new(), |usage| usage.descriptors.to_string()),
            server.map_or(String::new(), |usage| usage.threads.to_string()),
        )?;
        write!(f, "    {}", self.note)
    }
}

/// The 99th percentile, or a sign that there are too few for it.
fn percentile(control: &ControlReport) -> String {
    match (control.p99, control.max) {
        (None, Some(_)) => "-".to_owned(),
        (p99, _) => decimal(p99, 2),
    }
}

fn decimal(value: Option<f64>, places: usize) -> String {
    value.map_or(String::new(), |value| format!("{value:.places$}"))
}

/// What is left when everybody has gone, as one line.
pub(super) fn usage_line(when: &str, usage: Option<Usage>) -> String {
    match usage {
        Some(usage) => format!(
            "{when}: {} resident, {} descriptors, {} threads",
            kib(usage.resident_kib),
            usage.descriptors,
            usage.threads
        ),
        None => format!("{when}: nothing is known of the server's process without --pid"),
    }
}

/// A size: `14 KiB`, `12.5 MiB`.
pub(super) fn kib(kib: u64) -> String {
    if kib < 10_000 {
        format!("{kib} KiB")
    } else {
        format!("{:.1} MiB", mib(kib))
    }
}

pub(super) fn mib(kib: u64) -> f64 {
    kib as f64 / 1_024.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_a_moment_has_no_99th_percentile() {
        let mut row = RowReport {
            row: "half-close",
            verdict: Verdict::Passed,
            note: "all replies".to_owned(),
            control: ControlReport {
                replies: 1,
                p50: Some(0.65),
                p99: None,
                max: Some(0.7),
                errors: Vec::new(),
            },
            server: None,
            seconds: 0.0,
        };
        let words = |row: &RowReport| {
            row.to_string()
                .split_whitespace()
                .skip(3)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(words(&row)[..3], ["0.65", "-", "0.7"]);
        // Where nothing was measured there is nothing.
        row.control = ControlReport::default();
        assert_eq!(words(&row), ["all", "replies"]);
    }

    #[test]
    fn sizes_have_units() {
        assert_eq!([kib(14), kib(12_800)], ["14 KiB", "12.5 MiB"]);
    }
}
