//! The numbers of a log for those who watch the server: how many messages were stored, how many appends that took, and how
//! long each of them.

use std::sync::Arc;

use admin::{Metrics, Numbers, Source};
use room_log::{LogCounts, Writer};
use rooms::Durations;

/// What a log counts.
#[derive(Debug)]
struct LogNumbers {
    counts: Arc<LogCounts>,
    appends: Arc<Durations>,
}

/// The same writer, whose numbers are told from now on.
pub(crate) fn counted(writer: Writer, metrics: &Metrics) -> Writer {
    let appends = Arc::<Durations>::default();
    metrics.add(LogNumbers {
        counts: writer.counts(),
        appends: Arc::clone(&appends),
    });
    writer.timed(move |time| appends.add(time))
}

impl Source for LogNumbers {
    fn tell(&self, numbers: &mut Numbers) {
        let Self { counts, appends } = self;
        for (result, count) in [
            ("stored", counts.stored()),
            ("refused", counts.not_stored()),
            ("in_doubt", counts.unknown()),
        ] {
            let help = "Messages for the log of their rooms, by what has become of them.";
            numbers.counter("log_messages", help, &[("result", result)], count);
        }
        let help = "Appends that have stored messages: each has waited for the disk once.";
        numbers.counter("log_appends", help, &[], counts.appends());
        let times = appends.read();
        let help = "How long an append took, with an answer or without.";
        numbers.histogram("log_append_seconds", help, &[], times.steps, times.seconds);
    }
}
