//! The tables, in Markdown: each is a part of the output that a page of the book can include by its name.

use figures::thousands;

use super::{CellResult, Conditions, ModelResult, Told};

/// What stands where nothing was measured.
const NOTHING: &str = "-";

const COLUMNS: [&str; 9] = [
    "model",
    "messages a second",
    "ratio",
    "by round",
    "p99 ms",
    "CPU µs",
    "switches",
    "calls",
    "memory MiB",
];

impl Conditions {
    /// One sentence, as a part of the file that a page can include.
    pub(in crate::matrix) fn markdown(&self) -> String {
        let counted = self.system_calls_counted_by.as_deref();
        let calls = counted.map_or(
            "not counted, since there is neither perf nor strace".to_owned(),
            |name| format!("counted by {name}"),
        );
        let text = format!(
            "{}, {} processors, load threads {}, messages of {} bytes, rounds {} of {} s each, medians; system calls {calls}.",
            self.system, self.processors, self.load_threads, self.message_bytes, self.rounds, self.seconds
        );
        part("conditions", &text)
    }
}

impl CellResult {
    /// The table, as a part of the file that a page can include.
    pub(in crate::matrix) fn markdown(&self) -> String {
        let mut lines = vec![
            row(&COLUMNS.map(str::to_owned)),
            format!("|---|{}", "---:|".repeat(COLUMNS.len() - 1)),
        ];
        lines.extend(self.models.iter().map(|model| row(&model.columns())));
        for model in &self.models {
            if let Some(failure) = &model.failure {
                lines.push(format!("\n{}: {failure}", model.name));
            }
        }
        part(
            &format!("in-flight-{}-connections-{}", self.in_flight, self.connections),
            &lines.join("\n"),
        )
    }
}

impl ModelResult {
    fn columns(&self) -> [String; COLUMNS.len()] {
        let mut columns = [(); COLUMNS.len()].map(|()| NOTHING.to_owned());
        self.name.clone_into(&mut columns[0]);
        if let Some(told) = &self.measured {
            told.fill(&mut columns[1..]);
        }
        columns
    }
}

impl Told {
    /// The columns behind the name.
    fn fill(&self, columns: &mut [String]) {
        let or_nothing = |value: Option<f64>, digits: usize| {
            value.map_or(NOTHING.to_owned(), |value| format!("{value:.digits$}"))
        };
        columns.clone_from_slice(&[
            thousands(self.messages_per_second.median),
            or_nothing(self.ratio_of_medians, 2),
            or_nothing(self.ratio_by_round.map(|ratio| ratio.median), 2),
            or_nothing(Some(self.latency_p99_milliseconds.median), 3),
            or_nothing(self.cpu_microseconds_per_message, 2),
            or_nothing(self.context_switches_per_message, 3),
            or_nothing(self.system_calls_per_message, 3),
            or_nothing(self.memory_mebibytes, 1),
        ]);
    }
}

/// Between the marks that an include of the book looks for.
fn part(name: &str, text: &str) -> String {
    format!("# ANCHOR: {name}\n{text}\n# ANCHOR_END: {name}")
}

fn row(columns: &[String]) -> String {
    format!("| {} |", columns.join(" | "))
}
