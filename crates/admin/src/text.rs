//! Numbers in the text format of Prometheus.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet, prometheus_text};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Registry;

use crate::numbers::{Family, Numbers, Value};

/// What all names begin with, so that they are found among those of other programs.
const PREFIX: &str = "codelab";

/// What the text is, for the head of a response.
pub(crate) const CONTENT_TYPE: &str = prometheus_text::CONTENT_TYPE;

/// The numbers as text.
pub(crate) fn text(numbers: Numbers) -> String {
    let mut registry = Registry::with_prefix(PREFIX);
    registry.register_collector(Box::new(Told(numbers)));
    let mut text = String::new();
    // Writing into a string cannot fail, and nothing here does by itself.
    let _ = prometheus_text::encode(&mut text, &registry);
    text
}

/// What all sources have told.
#[derive(Debug)]
struct Told(Numbers);

impl Collector for Told {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        self.0
            .families()
            .iter()
            .try_for_each(|family| encode(family, &mut encoder))
    }
}

fn encode(family: &Family, encoder: &mut DescriptorEncoder) -> fmt::Result {
    let Some((_, first)) = family.numbers.first() else {
        return Ok(());
    };
    let mut metric = encoder.encode_descriptor(family.name, family.help, None, kind(first))?;
    family
        .numbers
        .iter()
        .try_for_each(|(labels, value)| encode_value(value, metric.encode_family(labels)?))
}

fn kind(value: &Value) -> MetricType {
    match value {
        Value::Counter(_) => MetricType::Counter,
        Value::Gauge(_) => MetricType::Gauge,
        Value::Histogram { .. } => MetricType::Histogram,
    }
}

fn encode_value(value: &Value, mut metric: MetricEncoder<'_>) -> fmt::Result {
    match value {
        Value::Counter(count) => metric.encode_counter::<NoLabelSet, _, u64>(count, None),
        Value::Gauge(value) => metric.encode_gauge(value),
        Value::Histogram { steps, sum } => {
            let count = steps.iter().map(|(_, count)| count).sum();
            metric.encode_histogram::<NoLabelSet>(*sum, count, steps, None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_one_name_stand_together_whoever_has_told_them() {
        let mut numbers = Numbers::default();
        for server in ["a", "b"] {
            numbers.begin(vec![("server", server.to_owned())]);
            numbers.gauge("users", "Users who are logged in.", &[], 3);
            numbers.counter("packets", "Packets.", &[("direction", "in")], 7);
        }
        let expected = "\
# HELP codelab_users Users who are logged in.
# TYPE codelab_users gauge
codelab_users{server=\"a\"} 3
codelab_users{server=\"b\"} 3
# HELP codelab_packets_total Packets.
# TYPE codelab_packets_total counter
codelab_packets_total{server=\"a\",direction=\"in\"} 7
codelab_packets_total{server=\"b\",direction=\"in\"} 7
";
        assert_eq!(text(numbers), expected);
    }

    #[test]
    fn the_steps_of_a_histogram_are_added_up() {
        let mut numbers = Numbers::default();
        let steps = vec![(0.25, 2), (1.0, 0), (f64::INFINITY, 1)];
        numbers.histogram("batch_seconds", "Batches.", &[], steps, 2.5);
        let expected = "\
# HELP codelab_batch_seconds Batches.
# TYPE codelab_batch_seconds histogram
codelab_batch_seconds_bucket{le=\"0.25\"} 2
codelab_batch_seconds_bucket{le=\"1\"} 2
codelab_batch_seconds_bucket{le=\"+Inf\"} 3
codelab_batch_seconds_sum 2.5
codelab_batch_seconds_count 3
";
        assert_eq!(text(numbers), expected);
    }

    #[test]
    fn a_label_cannot_break_its_line() {
        let mut numbers = Numbers::default();
        numbers.gauge("users", "Users.", &[("room", "a\"b\\c\nd")], 1);
        let text = text(numbers);
        assert!(
            text.ends_with("codelab_users{room=\"a\\\"b\\\\c\\nd\"} 1\n"),
            "{text}"
        );
    }
}
