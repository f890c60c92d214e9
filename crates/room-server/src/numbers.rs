//! The numbers of a room server, for those who watch it.

use std::sync::Arc;

use admin::{Numbers, Source};
use rooms::Counters;

/// Tells what a room server counts: connections, packets, rooms, and what waits in it.
///
/// ```
/// use std::sync::Arc;
/// use room_server::RoomNumbers;
///
/// let counters = Arc::<rooms::Counters>::default();
/// let metrics = admin::Metrics::default();
/// metrics.of_server("chat-0").add(RoomNumbers::new(&counters));
/// assert!(metrics.text().contains("codelab_users{server=\"chat-0\"} 0\n"));
/// ```
#[derive(Debug)]
pub struct RoomNumbers {
    counters: Arc<Counters>,
}

impl RoomNumbers {
    /// Those of the server that has these counters in its settings.
    #[must_use]
    pub fn new(counters: &Arc<Counters>) -> Self {
        Self {
            counters: Arc::clone(counters),
        }
    }

    fn tell_of_waiting(&self, numbers: &mut Numbers) {
        for (worker, items) in self.counters.queued().into_iter().enumerate() {
            let help = "What clients' threads have read and a worker has not come to.";
            let worker = worker.to_string();
            numbers.gauge("worker_queue_items", help, &[("worker", &worker)], items);
        }
        let help = "Bytes in the outboxes of clients that do not read fast enough.";
        numbers.gauge("outbox_bytes", help, &[], self.counters.outbox_bytes());
    }
}

impl Source for RoomNumbers {
    fn tell(&self, numbers: &mut Numbers) {
        self.counters.activity().tell(numbers);
        let counts = self.counters.read();
        numbers.gauge("users", "Users who are logged in.", &[], counts.users);
        numbers.gauge(
            "rooms_in_use",
            "Rooms with a member at least.",
            &[],
            counts.rooms_in_use,
        );
        for (direction, packets) in [("in", counts.packets_in), ("out", counts.packets_out)] {
            let help = "Packets that came, and packets that were put into outboxes.";
            numbers.counter("packets", help, &[("direction", direction)], packets);
        }
        let help = "Calls that sent what was in an outbox.";
        numbers.counter("sends", help, &[], counts.sends);
        self.tell_of_waiting(numbers);
        let batches = self.counters.batches();
        let help = "How long a worker took for a batch, from its first packet to the last byte that it sent.";
        numbers.histogram("batch_seconds", help, &[], batches.steps, batches.seconds);
    }
}
