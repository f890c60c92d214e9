//! The numbers of what `net` counts: connections, their ends, bytes, datagrams, and how many clients are allowed.

use net::{Activity, DatagramActivity, Ending, Limits, Refusal};

use crate::metrics::Source;
use crate::numbers::Numbers;

impl Source for Activity {
    fn tell(&self, numbers: &mut Numbers) {
        numbers.gauge(
            "connections",
            "Connections that are served now.",
            &[],
            self.connections(),
        );
        for ending in Ending::ALL {
            let help = "Connections that have ended, and why.";
            let reason = [("reason", ending.word())];
            numbers.counter("disconnects", help, &reason, self.ended(ending));
        }
        for refusal in Refusal::ALL {
            let help = "Clients that were not let in, and why.";
            let reason = [("reason", refusal.word())];
            numbers.counter("refused", help, &reason, self.refused(refusal));
        }
        let summary = self.summary();
        for (direction, bytes) in [("in", summary.bytes_in), ("out", summary.bytes_out)] {
            let help = "Bytes from clients and to them.";
            numbers.counter("bytes", help, &[("direction", direction)], bytes);
        }
    }
}

impl Source for DatagramActivity {
    fn tell(&self, numbers: &mut Numbers) {
        let summary = self.summary();
        let results = [
            ("answered", summary.answered),
            ("unanswered", summary.unanswered),
            ("not_sent", summary.not_sent),
        ];
        for (result, count) in results {
            let help = "Datagrams that came, and what became of them.";
            numbers.counter("datagrams", help, &[("result", result)], count);
        }
        let help = "Datagrams that were longer than the server reads.";
        numbers.counter("datagrams_too_long", help, &[], summary.too_long);
        for (direction, bytes) in [("in", summary.bytes_in), ("out", summary.bytes_out)] {
            let help = "Bytes in datagrams.";
            numbers.counter("datagram_bytes", help, &[("direction", direction)], bytes);
        }
    }
}

impl Source for Limits {
    fn tell(&self, numbers: &mut Numbers) {
        if let Some(most) = self.max_connections {
            let help = "Connections that are served at the same time at most.";
            numbers.gauge("max_connections", help, &[], most as u64);
        }
    }
}
