//! Runs one row after the other, and watches the server and the control client during each.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{bail, ensure};
use command_line::print_line;
use figures::{milliseconds, thousands};
use harness::{Process, Usage};

use super::control::{Control, ControlReport};
use super::interrupt;
use super::plan::Plan;
use super::report::{Report, RowReport, Verdict, heading, kib};
use super::row::{Outcome, Row};
use super::samples::{Sample, Sampler};

/// How long a server may be away, after a row that was too much for it.
const COME_BACK: Duration = Duration::from_secs(5);

/// Between two looks at the process.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Of the most memory that the crowds have cost, the part that the allocator may keep in the end. Half: the
/// memory of threads that have ended is kept for the next ones.
const KEPT_PERCENT: u64 = 50;

/// And what any server may need more than just after its start.
const KEPT_KIB: u64 = 16 * 1024;

/// How a soak is watched.
pub(super) struct Watch<'a> {
    pub(super) plan: &'a Plan,
    /// What the control client's 99th percentile may be.
    pub(super) p99: Option<Duration>,
    /// Prints nothing while it runs.
    pub(super) quiet: bool,
}

impl Watch<'_> {
    /// Does the rows until they are done, the server has gone, or Ctrl-C comes.
    pub(super) fn run(&self, rows: &[&'static Row]) -> anyhow::Result<(Report, Vec<Sample>)> {
        let plan = self.plan;
        let control = Control::start(plan.address, plan.service)?;
        let start = plan.usage()?;
        self.say(&heading())?;
        let (reports, samples) = thread::scope(|scope| {
            let sampler = Sampler::start(scope, plan.process.as_ref(), &control);
            let reports = self.rows(rows, &control, start);
            (reports, sampler.stop())
        });
        // A server that has gone uses nothing, and its rows say so.
        let end = plan.usage().ok().flatten();
        let report = Report {
            server: plan.address.to_string(),
            service: format!("{:?}", plan.service).to_lowercase(),
            rows: reports?,
            start,
            end,
        };
        Ok((report, samples))
    }

    fn rows(
        &self,
        rows: &[&'static Row],
        control: &Control,
        start: Option<Usage>,
    ) -> anyhow::Result<Vec<RowReport>> {
        let mut reports: Vec<RowReport> = Vec::new();
        let mut has_gone = false;
        for row in rows {
            if interrupt::is_requested() {
                break;
            }
            has_gone = has_gone || !control.is_connected_within(COME_BACK);
            let report = if has_gone {
                gone(row)
            } else {
                self.row(row, control)
            };
            self.say(&report.to_string())?;
            reports.push(report);
        }
        if let Some(report) = self.end(start, &reports) {
            self.say(&report.to_string())?;
            reports.push(report);
        }
        Ok(reports)
    }

    /// One row, with all that can be said against the server.
    fn row(&self, row: &Row, control: &Control) -> RowReport {
        let begin = Instant::now();
        let before = self.plan.usage().ok().flatten();
        if let Some(process) = &self.plan.process {
            process.forget_peak();
        }
        let outcome = (row.run)(self.plan);
        let seconds = begin.elapsed().as_secs_f64();
        let outcome = outcome.and_then(|outcome| self.is_cleaned_up(before).map(|()| outcome));
        let control = control.finish_row();
        let (verdict, note) = match outcome.and_then(|outcome| self.is_unharmed(&control).map(|()| outcome)) {
            Ok(Outcome::Passed(figures)) => (Verdict::Passed, figures),
            Ok(Outcome::Skipped(reason)) => (Verdict::Skipped, reason),
            Err(error) if error.is::<interrupt::Interrupted>() => (Verdict::Interrupted, error.to_string()),
            Err(error) => (Verdict::Failed, format!("{error:#}")),
        };
        RowReport {
            row: row.name,
            verdict,
            note,
            control,
            server: self.plan.usage().ok().flatten(),
            seconds,
        }
    }

    /// All clients have gone, and so has all that the server had for them; it may take as long as its
    /// timeouts.
    fn is_cleaned_up(&self, before: Option<Usage>) -> anyhow::Result<()> {
        let begin = Instant::now();
        while let (Some(before), Some(now)) = (before, self.plan.usage()?) {
            let descriptors = now.descriptors.saturating_sub(before.descriptors);
            let threads = now.threads.saturating_sub(before.threads);
            if descriptors == 0 && threads == 0 {
                break;
            }
            ensure!(
                begin.elapsed() < self.plan.patience,
                "{} descriptors and {} threads more than before, {:?} after all clients have gone",
                thousands(descriptors),
                thousands(threads),
                self.plan.patience
            );
            interrupt::pause(LOOK_AGAIN)?;
        }
        Ok(())
    }

    /// The control client has lost nothing, and has not waited long.
    fn is_unharmed(&self, control: &ControlReport) -> anyhow::Result<()> {
        if let Some(error) = control.errors.first() {
            bail!("the control client: {error}");
        }
        let (Some(bound), Some(p99)) = (self.p99.map(milliseconds), control.p99) else {
            return Ok(());
        };
        ensure!(
            p99 <= bound,
            "the control client's 99th percentile was {p99:.1} ms, over {bound:.0} ms"
        );
        Ok(())
    }

    /// Behind all rows the server is about what it was before them.
    fn end(&self, start: Option<Usage>, reports: &[RowReport]) -> Option<RowReport> {
        let start = start?;
        let peaks = reports.iter().filter_map(|report| report.server);
        let peak = peaks.map(|usage| usage.peak_kib).max().unwrap_or_default();
        let (verdict, note) = match self.is_flat(start, peak) {
            Ok(note) => (Verdict::Passed, note),
            Err(error) if error.is::<interrupt::Interrupted>() => (Verdict::Interrupted, error.to_string()),
            Err(error) => (Verdict::Failed, format!("{error:#}")),
        };
        Some(RowReport {
            row: "end",
            verdict,
            note,
            control: ControlReport::default(),
            server: self.plan.usage().ok().flatten(),
            seconds: 0.0,
        })
    }

    fn is_flat(&self, start: Usage, peak_kib: u64) -> anyhow::Result<String> {
        self.is_cleaned_up(Some(start))?;
        let process = self.plan.process.as_ref();
        let Some(end) = process.map(Process::usage).transpose()? else {
            return Ok(String::new());
        };
        let allowed =
            start.resident_kib + KEPT_KIB + peak_kib.saturating_sub(start.resident_kib) * KEPT_PERCENT / 100;
        let memory = format!(
            "{} at the start, {} at most, {} in the end",
            kib(start.resident_kib),
            kib(peak_kib),
            kib(end.resident_kib)
        );
        ensure!(
            end.resident_kib <= allowed,
            "{memory}, more than {}",
            kib(allowed)
        );
        Ok(format!(
            "{memory} (up to {} is flat); descriptors and threads as at the start",
            kib(allowed)
        ))
    }

    /// Fails where nobody reads any more: then it is over.
    fn say(&self, text: &str) -> anyhow::Result<()> {
        if self.quiet { Ok(()) } else { print_line(text) }
    }
}

/// A row that was not done: the server does not answer the control client.
fn gone(row: &Row) -> RowReport {
    RowReport {
        row: row.name,
        verdict: Verdict::Failed,
        note: "not run: the server does not answer any more".to_owned(),
        control: ControlReport::default(),
        server: None,
        seconds: 0.0,
    }
}
