//! The report of one load: a table for people, an object for machines, a figure.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{bail, ensure};
use figures::{Chart, Content, Scale, draw, mebibytes, milliseconds, short, thousands};
use serde::Serialize;

use super::drive::{Drive, Length};
use super::failure::{Counted, Failures, Kind};
use super::latencies::Latencies;
use super::process::Usage;
use super::rate::Rate;
use super::recorder::Recorder;
use super::slices::Slices;

/// The percentiles that are told.
const PERCENTILES: [(&str, f64); 5] = [
    ("p50", 0.5),
    ("p90", 0.9),
    ("p99", 0.99),
    ("p99.9", 0.999),
    ("max", 1.0),
];

/// Those of the figure.
const CURVES: [(&str, f64); 4] = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1.0)];

/// All that was measured of one load.
#[derive(Debug, Clone)]
pub(crate) struct Report {
    pub(crate) connections: usize,
    pub(crate) setup: Duration,
    /// Messages that came from the end of the warm-up to the end of the load.
    pub(crate) messages: u64,
    /// With those of the warm-up, and those that came later.
    pub(crate) all_messages: u64,
    /// In an open loop.
    pub(crate) rate: Option<Rate>,
    /// The time in which they came. Of a load with a duration it is that, whenever the last message came; of one
    /// with a number of messages it is the time until the last of them.
    pub(crate) elapsed: Duration,
    pub(crate) bytes_sent: u64,
    pub(crate) bytes_received: u64,
    /// Of the messages that were sent in that time, or due in it.
    pub(crate) latencies: Latencies,
    pub(crate) failures: Failures,
    pub(crate) usage: Option<Usage>,
    /// Members of rooms that never read.
    pub(crate) stalled: Option<Stalled>,
    /// Messages that were on the way when a signal ended it before its time.
    pub(crate) interrupted: Option<u64>,
    slices: Option<Slices>,
}

/// Members of rooms that never read.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Stalled {
    pub(crate) members: usize,
    /// Those whose connection the server has ended.
    pub(crate) cut_off: usize,
}

impl Report {
    pub(super) fn new(
        drive: &Drive,
        recorder: Recorder,
        failures: Failures,
        (connections, setup, copies): (usize, Duration, u64),
        usage: Option<Usage>,
    ) -> Self {
        let behind_warm_up = |time| Duration::from_nanos(time).saturating_sub(drive.warm_up);
        let elapsed = match (drive.length, recorder.interrupted) {
            (Length::For(window), None) => window,
            (Length::For(window), Some(time)) => behind_warm_up(time).min(window),
            (Length::Count(_), _) => behind_warm_up(recorder.last),
        };
        Self {
            connections,
            setup,
            messages: recorder.came,
            all_messages: recorder.all,
            rate: drive
                .rate
                .map(|asked| rate(asked, drive.length, &recorder, (elapsed, copies))),
            elapsed,
            bytes_sent: recorder.bytes_sent,
            bytes_received: recorder.bytes_received,
            latencies: recorder.latencies,
            failures,
            usage,
            stalled: None,
            interrupted: recorder.interrupted.map(|_| recorder.on_the_way),
            slices: recorder.slices,
        }
    }

    /// Messages a second of a load without a failure.
    ///
    /// # Errors
    /// The first failure, where there was one; or when nothing came.
    pub(crate) fn flawless(self) -> anyhow::Result<f64> {
        if let Some((kind, counted)) = self.failures.iter().next() {
            bail!("{kind}: {}", counted.first);
        }
        ensure!(self.messages > 0, "no message came in the time that is measured");
        Ok(self.per_second())
    }

    /// Messages a second.
    pub(crate) fn per_second(&self) -> f64 {
        a_second(self.messages, self.elapsed)
    }

    /// The table, for people; `heading` says what was measured.
    pub(crate) fn table(&self, heading: &str) -> String {
        let mut rows = vec![
            row("connections", self.connections as f64, &opened(self.setup)),
            row(
                "messages",
                self.messages as f64,
                &format!("in {:.3} s", self.elapsed.as_secs_f64()),
            ),
            row("a second", self.per_second(), ""),
            row(
                "bytes sent",
                self.bytes_sent as f64,
                &self.megabytes(self.bytes_sent),
            ),
            row(
                "bytes received",
                self.bytes_received as f64,
                &self.megabytes(self.bytes_received),
            ),
        ];
        if let Some(rate) = self.rate {
            let asked = format!("of {} messages a second that were asked for", short(rate.asked));
            let note = rate.warning().unwrap_or(asked);
            rows.insert(
                3,
                format!("  {:<16} {:>15}  {note}", "rate reached", short(rate.reached)),
            );
        }
        let of_these = "messages that were sent in that time, or due in it";
        rows.push(row("latency of", self.latencies.len() as f64, of_these));
        for (name, quantile) in PERCENTILES {
            let name = format!("latency {name}");
            // Of no message there is no latency, not even 0.
            let told = match self.latencies.is_empty() {
                true => "-".to_owned(),
                false => format!("{:.3}", self.latencies.milliseconds(quantile)),
            };
            rows.push(format!("  {name:<16} {told:>15}  ms"));
        }
        rows.extend(self.usage.iter().flat_map(|usage| self.usage_rows(usage)));
        rows.push(row("errors", self.failures.total() as f64, ""));
        for (kind, counted) in self.failures.iter() {
            rows.push(format!(
                "    {kind:<16} {:>13}  {}",
                thousands(counted.count as f64),
                counted.first
            ));
        }
        if let Some(stalled) = self.stalled {
            let note = format!("cut off of {}", stalled.members);
            rows.push(row("stalled members", stalled.cut_off as f64, &note));
        }
        if let Some(on_the_way) = self.interrupted {
            rows.push(row("interrupted", on_the_way as f64, "messages were on the way"));
        }
        format!("{heading}\n{}", rows.join("\n"))
    }

    fn usage_rows(&self, usage: &Usage) -> [String; 3] {
        let used = UsageReport::new(usage, self.all_messages);
        let per_million = used.cpu_seconds_per_million_messages.unwrap_or(f64::NAN);
        let per_message = used.context_switches_per_message.unwrap_or(f64::NAN);
        let memory = mebibytes(usage.peak_memory_bytes);
        [
            format!(
                "  {:<16} {:>15.2}  s, {per_million:.2} s per million messages, those of the warm-up too",
                "server's CPU", usage.cpu_seconds
            ),
            row(
                "  its switches",
                usage.context_switches as f64,
                &format!("{per_message:.3} a message"),
            ),
            format!("  {:<16} {memory:>15.1}  MiB", "  its peak memory"),
        ]
    }

    fn megabytes(&self, bytes: u64) -> String {
        format!("{:.2} MB a second", a_second(bytes, self.elapsed) / 1e6)
    }

    /// One object, for machines. Times are in the unit that their names say.
    pub(crate) fn json<'a>(&'a self, load: &'a str) -> Json<'a> {
        Json {
            load,
            connections: self.connections,
            setup_seconds: self.setup.as_secs_f64(),
            messages: self.messages,
            seconds: self.elapsed.as_secs_f64(),
            messages_per_second: self.per_second(),
            rate: self.rate.map(|rate| rate.asked),
            rate_reached: self.rate.map(|rate| rate.reached),
            bytes_sent: self.bytes_sent,
            bytes_received: self.bytes_received,
            latency_messages: self.latencies.len(),
            latency_milliseconds: percentiles(&self.latencies),
            errors: self.failures.iter().collect(),
            server: self
                .usage
                .map(|usage| UsageReport::new(&usage, self.all_messages)),
            stalled: self.stalled,
            interrupted: self.interrupted.is_some(),
        }
    }

    /// Draws latency and throughput over time, where both were kept.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn plot(&self, path: &Path, title: &str) -> anyhow::Result<()> {
        let Some(slices) = &self.slices else {
            return Ok(());
        };
        let curve = |&(name, quantile): &(&str, f64)| (name.to_owned(), slices.latency(quantile));
        let latency = CURVES.map(|one| curve(&one));
        let throughput = [("messages a second".to_owned(), slices.throughput())];
        let chart = |title, value_label, series| Chart {
            title,
            value_label,
            content: Content::Lines {
                x_label: "seconds",
                x_scale: Scale::Linear,
                y_scale: Scale::Linear,
                series,
            },
        };
        let latency = chart(title, "latency in ms", &latency);
        let throughput = chart("Throughput", "messages a second", &throughput);
        Ok(draw(path, &[latency, throughput])?)
    }
}

/// What `--json` prints of one load.
#[derive(Debug, Serialize)]
pub(crate) struct Json<'a> {
    load: &'a str,
    connections: usize,
    setup_seconds: f64,
    messages: u64,
    seconds: f64,
    messages_per_second: f64,
    /// Messages a second that were asked for in an open loop, and that came: each once, whatever the members of its room.
    rate: Option<f64>,
    rate_reached: Option<f64>,
    bytes_sent: u64,
    bytes_received: u64,
    /// Those whose latency is told: not quite the ones that came, see `recorder`.
    latency_messages: u64,
    latency_milliseconds: BTreeMap<&'static str, f64>,
    errors: BTreeMap<Kind, &'a Counted>,
    server: Option<UsageReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stalled: Option<Stalled>,
    interrupted: bool,
}

/// What the server has used, in all and for each of the messages of that time.
#[derive(Debug, Serialize)]
struct UsageReport {
    #[serde(flatten)]
    usage: Usage,
    /// Those of the warm-up too: the server is not looked at while it works.
    messages: u64,
    cpu_seconds_per_million_messages: Option<f64>,
    context_switches_per_message: Option<f64>,
}

impl UsageReport {
    fn new(usage: &Usage, messages: u64) -> Self {
        let per_message = |used: f64| (messages > 0).then(|| used / messages as f64);
        Self {
            usage: *usage,
            messages,
            cpu_seconds_per_million_messages: per_message(usage.cpu_seconds * 1e6),
            context_switches_per_message: per_message(usage.context_switches as f64),
        }
    }
}

/// What has come of a rate, in this time, where each message comes so often.
fn rate(asked: f64, length: Length, recorder: &Recorder, (elapsed, copies): (Duration, u64)) -> Rate {
    let time = match (length, recorder.interrupted) {
        // Where the last ones do not come at all, their time has been all the same.
        (Length::Count(count), None) => elapsed.max(Duration::from_secs_f64(count as f64 / asked)),
        _ => elapsed,
    };
    let reached = a_second(recorder.came, time) / copies as f64;
    Rate { asked, reached }
}

/// By their names, in milliseconds; none of no message.
pub(crate) fn percentiles(latencies: &Latencies) -> BTreeMap<&'static str, f64> {
    let all = PERCENTILES.iter().filter(|_| !latencies.is_empty());
    all.map(|(name, quantile)| (*name, latencies.milliseconds(*quantile)))
        .collect()
}

fn row(name: &str, value: f64, note: &str) -> String {
    format!("  {name:<16} {:>15}  {note}", thousands(value))
        .trim_end()
        .to_owned()
}

fn opened(setup: Duration) -> String {
    format!("opened in {:.1} ms", milliseconds(setup))
}

fn a_second(count: u64, time: Duration) -> f64 {
    if time.is_zero() {
        0.0
    } else {
        count as f64 / time.as_secs_f64()
    }
}
