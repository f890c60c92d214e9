//! What is told in the end: an object for programs, a figure, and, in `markdown`, tables for people.

mod markdown;

use std::fs;
use std::path::Path;

use anyhow::Context;
use figures::{Bar, Chart, Content, Spread, median, thousands};
use serde::Serialize;

use super::calls::Counter;
use super::flags::Flags;
use super::measure::Figures;
use super::{Measured, Messages};
use crate::machine;
use crate::requests::Cell;

/// All of it.
#[derive(Debug, Serialize)]
pub(super) struct Results {
    pub(super) conditions: Conditions,
    pub(super) cells: Vec<CellResult>,
}

/// On what machine, and how long.
#[derive(Debug, Serialize)]
pub(super) struct Conditions {
    system: String,
    processors: usize,
    load_threads: usize,
    message_bytes: usize,
    rounds: u32,
    seconds: f64,
    system_calls_counted_by: Option<String>,
}

/// All models under one load.
#[derive(Debug, Serialize)]
pub(super) struct CellResult {
    connections: usize,
    in_flight: usize,
    models: Vec<ModelResult>,
}

/// One model under one load.
#[derive(Debug, Serialize)]
pub(super) struct ModelResult {
    name: String,
    /// None where it is against the model's nature, or the model has failed.
    measured: Option<Told>,
    failure: Option<String>,
}

/// All that was measured of one model under one load.
#[derive(Debug, Serialize)]
struct Told {
    messages_per_second: Spread,
    /// Of its medians to that of the reference.
    ratio_of_medians: Option<f64>,
    ratio_by_round: Option<Spread>,
    latency_p99_milliseconds: Spread,
    cpu_microseconds_per_message: Option<f64>,
    context_switches_per_message: Option<f64>,
    system_calls_per_message: Option<f64>,
    memory_mebibytes: Option<f64>,
}

impl Conditions {
    pub(super) fn new(flags: &Flags, messages: &Messages, counter: Option<Counter>) -> Self {
        Self {
            system: machine::system(),
            processors: machine::cores(),
            load_threads: flags.threads,
            message_bytes: (messages.request)(0).len(),
            rounds: flags.rounds(),
            seconds: flags.window().as_secs_f64(),
            system_calls_counted_by: counter.map(|counter| counter.to_string()),
        }
    }
}

impl CellResult {
    /// `names` are those of all models, `measured` those that could do it by their nature.
    pub(super) fn new(cell: Cell, names: &[&str], measured: Vec<Measured<'_>>, reference: &str) -> Self {
        let of_reference = measured.iter().find(|(name, _, _)| *name == reference);
        let of_reference = of_reference.and_then(|(_, rounds, _)| rounds.as_ref().ok());
        let reference: Option<Vec<_>> =
            of_reference.map(|rounds| rounds.iter().map(|figures| figures.per_second).collect());
        let result = |name: &&str| {
            let own = measured.iter().find(|(measured, _, _)| measured == name);
            let told = |rounds: &Vec<Figures>, calls| Told::new(rounds, calls, reference.as_deref());
            ModelResult {
                name: (*name).to_owned(),
                measured: own
                    .and_then(|(_, rounds, calls)| rounds.as_ref().ok().map(|own| told(own, *calls))),
                failure: own
                    .and_then(|(_, rounds, _)| rounds.as_ref().err().map(|error| format!("{error:#}"))),
            }
        };
        Self {
            connections: cell.connections,
            in_flight: cell.in_flight,
            models: names.iter().map(result).collect(),
        }
    }

    fn label(&self) -> String {
        match self.connections {
            1 => "1 connection".to_owned(),
            count => format!("{} connections", thousands(count as f64)),
        }
    }
}

impl ModelResult {
    /// Its bar.
    fn bar(&self, label: &str) -> Bar {
        Bar {
            label: label.to_owned(),
            spread: self.measured.as_ref().map(|told| told.messages_per_second),
        }
    }
}

impl Told {
    fn new(rounds: &[Figures], calls: Option<f64>, reference: Option<&[f64]>) -> Self {
        let column = |value: fn(&Figures) -> f64| rounds.iter().map(value).collect::<Vec<_>>();
        let known = |value: fn(&Figures) -> Option<f64>| {
            let values: Vec<_> = rounds.iter().filter_map(value).collect();
            (!values.is_empty()).then(|| median(&values))
        };
        let per_second = column(|one| one.per_second);
        let by_round = |reference: &[f64]| Spread::of_ratios(&per_second, reference);
        Self {
            messages_per_second: Spread::of(&per_second),
            ratio_of_medians: reference.map(|reference| median(&per_second) / median(reference)),
            ratio_by_round: reference.map(by_round),
            latency_p99_milliseconds: Spread::of(&column(|one| one.p99_milliseconds)),
            cpu_microseconds_per_message: known(|one| one.cpu_microseconds),
            context_switches_per_message: known(|one| one.context_switches),
            system_calls_per_message: calls,
            memory_mebibytes: known(|one| one.memory_mebibytes),
        }
    }
}

impl Results {
    pub(super) fn has_failures(&self) -> bool {
        let mut models = self.cells.iter().flat_map(|cell| &cell.models);
        models.any(|model| model.failure.is_some())
    }

    pub(super) fn write_json(&self, file: &Path) -> anyhow::Result<()> {
        let text = serde_json::to_string_pretty(self)?;
        fs::write(file, text + "\n").with_context(|| format!("cannot write {}", file.display()))
    }

    /// Draws the throughput: a chart for each number of messages on the way, a group of bars for each model.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(super) fn plot(&self, file: &Path) -> anyhow::Result<()> {
        let mut in_flight: Vec<_> = self.cells.iter().map(|cell| cell.in_flight).collect();
        in_flight.dedup();
        let parts: Vec<_> = in_flight.iter().map(|count| self.groups(*count)).collect();
        let chart = |(title, groups)| Chart {
            title,
            value_label: "messages a second",
            content: Content::Bars { groups },
        };
        let drawn: Vec<_> = parts
            .iter()
            .map(|(title, groups)| chart((title.as_str(), groups.as_slice())))
            .collect();
        Ok(figures::draw(file, &drawn)?)
    }

    /// A title, and the bars of each model.
    fn groups(&self, in_flight: usize) -> (String, Vec<(String, Vec<Bar>)>) {
        let cells: Vec<_> = self
            .cells
            .iter()
            .filter(|cell| cell.in_flight == in_flight)
            .collect();
        let names = cells.first().map_or(&[][..], |cell| &cell.models);
        let group = |(place, model): (usize, &ModelResult)| {
            let bars = cells.iter().map(|cell| cell.models[place].bar(&cell.label()));
            (model.name.clone(), bars.collect())
        };
        let groups = names.iter().enumerate().map(group).collect();
        (format!("{in_flight} in flight on each connection"), groups)
    }
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    fn round(per_second: f64) -> Figures {
        Figures {
            per_second,
            p99_milliseconds: 0.25,
            cpu_microseconds: Some(4.0),
            context_switches: None,
            memory_mebibytes: Some(2.5),
        }
    }

    fn cell() -> CellResult {
        let rounds = |values: [f64; 3]| Ok(values.map(round).to_vec());
        let measured: Vec<Measured<'_>> = vec![
            ("fast", rounds([3_000.0, 300.0, 2_000.0]), Some(2.0)),
            ("wrong", Err(anyhow!("closed")), None),
            ("usual", rounds([1_000.0, 100.0, 1_000.0]), None),
        ];
        let names = ["single", "fast", "wrong", "usual"];
        CellResult::new(Cell::new(64, 16), &names, measured, "usual")
    }

    #[test]
    fn a_table_has_a_row_for_each_model_whatever_was_measured() {
        let expected = "\
# ANCHOR: in-flight-16-connections-64
| model | messages a second | ratio | by round | p99 ms | CPU µs | switches | calls | memory MiB |
|---|---:|---:|---:|---:|---:|---:|---:|---:|
| single | - | - | - | - | - | - | - | - |
| fast | 2,000 | 2.00 | 3.00 | 0.250 | 4.00 | - | 2.000 | 2.5 |
| wrong | - | - | - | - | - | - | - | - |
| usual | 1,000 | 1.00 | 1.00 | 0.250 | 4.00 | - | - | 2.5 |

wrong: closed
# ANCHOR_END: in-flight-16-connections-64";
        assert_eq!(cell().markdown(), expected);
    }

    #[test]
    fn each_number_in_flight_has_its_chart() {
        let conditions = Conditions {
            system: "linux".to_owned(),
            processors: 2,
            load_threads: 1,
            message_bytes: 64,
            rounds: 3,
            seconds: 1.0,
            system_calls_counted_by: None,
        };
        let mut other = cell();
        other.connections = 1;
        let cells = vec![other, cell()];
        let results = Results { conditions, cells };
        assert!(results.has_failures());
        let (title, groups) = results.groups(16);
        assert_eq!(title, "16 in flight on each connection");
        let names: Vec<_> = groups.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["single", "fast", "wrong", "usual"]);
        let labels: Vec<_> = groups[1].1.iter().map(|bar| bar.label.as_str()).collect();
        assert_eq!(labels, ["1 connection", "64 connections"]);
        assert!(groups[0].1[0].spread.is_none());
    }
}
