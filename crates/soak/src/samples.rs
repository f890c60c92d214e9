//! What the server used second by second, and the figure that is drawn of it.

use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};

use figures::{Chart, Content, Scale, draw as draw_charts};
use harness::{Process, Usage};

use super::control::Control;
use super::report::mib;

const INTERVAL: Duration = Duration::from_secs(1);

/// One second.
pub(super) struct Sample {
    at: f64,
    usage: Option<Usage>,
    /// The longest wait of the control client, in milliseconds.
    slowest: Option<f64>,
}

/// Takes samples until it is stopped.
pub(super) struct Sampler<'scope> {
    stop: Sender<()>,
    thread: ScopedJoinHandle<'scope, Vec<Sample>>,
}

impl<'scope> Sampler<'scope> {
    pub(super) fn start(
        scope: &'scope Scope<'scope, '_>,
        process: Option<&'scope Process>,
        control: &'scope Control,
    ) -> Self {
        let (stop, stopped) = mpsc::channel();
        let begin = Instant::now();
        let thread = scope.spawn(move || {
            let mut samples = Vec::new();
            while stopped.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
                samples.push(Sample {
                    at: begin.elapsed().as_secs_f64(),
                    // A server that has ended uses nothing.
                    usage: process.and_then(|process| process.usage().ok()),
                    slowest: control.finish_second(),
                });
            }
            samples
        });
        Self { stop, thread }
    }

    pub(super) fn stop(self) -> Vec<Sample> {
        // The thread waits for nothing else.
        let _ = self.stop.send(());
        self.thread.join().unwrap_or_default()
    }
}

/// Draws memory, threads and descriptors, and latency: one chart for each, since each has its own unit.
pub(super) fn draw(path: &Path, title: &str, samples: &[Sample]) -> anyhow::Result<()> {
    let line = |name: &str, value: &dyn Fn(&Sample) -> Option<f64>| {
        let points = samples
            .iter()
            .filter_map(|sample| Some((sample.at, value(sample)?)));
        (name.to_owned(), points.collect::<Vec<_>>())
    };
    let used = |value: fn(Usage) -> u64| move |sample: &Sample| sample.usage.map(|usage| value(usage) as f64);
    let memory = [line("resident", &|sample| {
        sample.usage.map(|usage| mib(usage.resident_kib))
    })];
    let counts = [
        line("descriptors", &used(|usage| usage.descriptors)),
        line("threads", &used(|usage| usage.threads)),
    ];
    let latency = [line("slowest of each second", &|sample| sample.slowest)];
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
    let all = [
        (title, "MiB", &memory[..]),
        ("Descriptors and threads", "count", &counts[..]),
        (
            "A well-behaved client: the slowest reply of each second",
            "ms",
            &latency[..],
        ),
    ];
    let drawn = all
        .into_iter()
        .filter(|(_, _, series)| series.iter().any(|(_, points)| !points.is_empty()));
    let drawn: Vec<_> = drawn
        .map(|(title, value_label, series)| chart(title, value_label, series))
        .collect();
    Ok(draw_charts(path, &drawn)?)
}
