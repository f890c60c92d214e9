//! The tables of `docs/src/performance.md` are those of the measurements in `docs/src/figures/*.json`.
//!
//! A table stands between two comments, `<!-- table: FILE LOOP -->` and `<!-- end of table -->`; the conditions of all of
//! them between the same with `conditions`, and those of a file that was measured apart with `FILE conditions`. With
//! `UPDATE=1` in the environment they are written again.
//! `docs/measure.sh` measures, and does this.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use figures::{Spread, thousands};
use serde_json::Value;

const BEGIN: &str = "<!-- table: ";
const END: &str = "<!-- end of table -->";

/// Stands in place of a table that was added behind the last measurement.
const NOT_MEASURED: &str = "Not measured yet.\n";

/// The first heading behind the tables: from there on the page tells of other things.
const BEHIND: &str = "\n## Ten thousand clients";

fn docs(path: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs")).join(path)
}

fn read(path: &str) -> String {
    let path = docs(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn json(path: &str) -> Value {
    serde_json::from_str(&read(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("not a list: {value}"))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("not a number: {value}"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}"))
}

/// The tables of the suites that this page shows.
fn tables() -> Vec<Value> {
    let suite = |name: &str| json(&format!("../crates/loadgen/suites/{name}.json"));
    let suites = ["echo", "calc", "chat", "durable"].map(suite);
    suites
        .iter()
        .flat_map(|suite| list(&suite["tables"]).to_vec())
        .collect()
}

/// A comparison is that of the closed loop or of the open one of a cell; a cell may also have one at parts of the load.
fn comparisons(file: &str, name: &str) -> Vec<Value> {
    let results = json(&format!("src/figures/{file}"));
    let cells = list(&results["cells"]).iter();
    let there = cells.map(|cell| cell[name].clone());
    there.filter(|comparison| !comparison.is_null()).collect()
}

fn servers(comparison: &Value) -> &[Value] {
    list(&comparison["servers"])
}

fn row(columns: &[String]) -> String {
    format!("| {} |\n", columns.join(" | "))
}

/// Two digits that say something, or all in front of the point.
fn short(value: f64) -> String {
    match value {
        0.0..0.1 => format!("{value:.3}"),
        0.0..10.0 => format!("{value:.2}"),
        0.0..100.0 => format!("{value:.1}"),
        _ => thousands(value),
    }
}

fn spread(middle: f64, rounds: impl Iterator<Item = f64>, write: fn(f64) -> String) -> String {
    let Spread { min, max, .. } = Spread::of(&rounds.collect::<Vec<_>>());
    format!("{} ({} to {})", write(middle), write(min), write(max))
}

/// The columns that say what a load is, and their headings; behind them the one that says how it is driven.
fn load(comparison: &Value) -> Vec<(&'static str, String)> {
    let mut columns = clients(comparison);
    columns.push(match comparison["rate"].as_f64() {
        Some(rate) => ("sent a second", thousands(rate)),
        None => (
            "in flight from each",
            thousands(number(&comparison["cell"]["in_flight"])),
        ),
    });
    columns
}

fn clients(comparison: &Value) -> Vec<(&'static str, String)> {
    let cell = &comparison["cell"];
    let count = |name: &str| thousands(number(&cell[name]));
    match text(&cell["kind"]) {
        "chat" => vec![
            (
                "rooms x members",
                format!("{} x {}", count("rooms"), count("members")),
            ),
            ("senders in each", count("senders")),
        ],
        _ => vec![("connections", count("connections"))],
    }
}

/// Throughput of all servers, and the ratio of the first to each other.
fn closed_loop(comparison: &Value) -> Vec<(String, String)> {
    let rounds = |server: &Value| -> Vec<f64> {
        list(&server["messages_per_second_by_round"])
            .iter()
            .map(number)
            .collect()
    };
    let median = |server: &Value| number(&server["messages_per_second"]["median"]);
    let all = servers(comparison);
    let throughput = all.iter().map(|server| {
        let figures = spread(median(server), rounds(server).into_iter(), thousands);
        (format!("{}, a second", text(&server["name"])), figures)
    });
    let first = &all[0];
    let ratios = all[1..].iter().map(|other| {
        let by_round = rounds(first).into_iter().zip(rounds(other));
        let by_round = by_round.map(|(own, other)| own / other);
        let ratio = spread(median(first) / median(other), by_round, short);
        (format!("ratio to {}", text(&other["name"])), ratio)
    });
    throughput.chain(ratios).collect()
}

/// Messages a second that came, each once, whatever the members of its room: the median of the rounds.
fn reached(comparison: &Value, server: &Value) -> String {
    let copies = comparison["cell"]["members"].as_f64().unwrap_or(1.0);
    thousands(number(&server["messages_per_second"]["median"]) / copies)
}

/// Latencies of all servers: of the messages of all rounds, and p99 of the best round and of the worst.
fn open_loop(comparison: &Value) -> Vec<(String, String)> {
    let of = |server: &Value| {
        let latency = &server["latency_milliseconds"];
        let by_round = &server["latency_p99_by_round_milliseconds"];
        let ends = ["min", "max"].map(|end| number(&by_round[end]));
        let p99 = spread(number(&latency["p99"]), ends.into_iter(), short);
        let heading = format!("{}: reached; p50; p99, ms", text(&server["name"]));
        let reached = reached(comparison, server);
        (
            heading,
            format!("{reached}; {}; {p99}", short(number(&latency["p50"]))),
        )
    };
    servers(comparison).iter().map(of).collect()
}

/// A row for each server, and in it a column for each part of its own full load.
fn at_load(comparison: &Value) -> Vec<Vec<(String, String)>> {
    let parts = list(&comparison["parts"]);
    let first = parts.iter().filter(|part| part["percent"] == parts[0]["percent"]);
    let names: Vec<_> = first.map(|part| text(&part["name"])).collect();
    let part = |part: &Value| {
        let median = |name: &str| number(&part[name]["median"]);
        let p99 = &part["latency_p99_by_round_milliseconds"];
        let ends = ["min", "max"].map(|end| number(&p99[end]));
        let p99 = spread(number(&p99["median"]), ends.into_iter(), short);
        let p50 = short(median("latency_p50_by_round_milliseconds"));
        let heading = format!("{}%: asked; reached; p50; p99, ms", part["percent"]);
        let asked = thousands(number(&part["rate"]));
        (
            heading,
            format!("{asked}; {}; {p50}; {p99}", reached(comparison, part)),
        )
    };
    let row = |name: &&str| {
        let own = parts.iter().filter(|part| part["name"] == **name).map(part);
        let clients = clients(comparison).into_iter();
        let clients = clients.map(|(heading, value)| (heading.to_owned(), value));
        let server = ("server".to_owned(), (*name).to_owned());
        clients.chain([server]).chain(own).collect()
    };
    names.iter().map(row).collect()
}

fn table(file: &str, name: &str) -> String {
    let columns = |comparison: &Value| -> Vec<Vec<(String, String)>> {
        if name == "at_load" {
            return at_load(comparison);
        }
        let load = load(comparison).into_iter();
        let load = load.map(|(heading, value)| (heading.to_owned(), value));
        let figures = match name {
            "closed_loop" => closed_loop(comparison),
            _ => open_loop(comparison),
        };
        vec![load.chain(figures).collect()]
    };
    let comparisons = comparisons(file, name);
    if comparisons.is_empty() {
        return NOT_MEASURED.to_owned();
    }
    let rows: Vec<_> = comparisons.iter().flat_map(columns).collect();
    let (headings, _): (Vec<_>, Vec<_>) = rows[0].iter().cloned().unzip();
    let mut table = row(&headings) + &format!("|{}\n", "---|".repeat(headings.len()));
    for columns in rows {
        let (_, values): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
        table += &row(&values);
    }
    match name {
        "at_load" => format!("{table}\n{}", conditions(&comparisons)),
        _ => table,
    }
}

/// When and where all of these were measured.
fn conditions(all: &[Value]) -> String {
    let one = |name: &str| {
        let values: BTreeSet<_> = all
            .iter()
            .map(|comparison| comparison[name].to_string())
            .collect();
        assert_eq!(
            values.len(),
            1,
            "not all were measured with the same {name}: {values:?}"
        );
        all[0][name].clone()
    };
    let days: BTreeSet<_> = all
        .iter()
        .map(|comparison| &text(&comparison["date"])[..10])
        .collect();
    let (first, last) = (days.first().expect("a day"), days.last().expect("a day"));
    let day = if first == last {
        (*first).to_owned()
    } else {
        format!("{first} to {last}")
    };
    let brokers: BTreeSet<_> = all
        .iter()
        .filter(|comparison| !comparison["servers"].is_null())
        .flat_map(servers)
        .filter_map(|server| server["version"].as_str())
        .collect();
    let brokers: Vec<_> = brokers
        .into_iter()
        .map(|version| version.split(" sha=").next().unwrap_or(version))
        .collect();
    let brokers = match brokers.is_empty() {
        true => String::new(),
        false => format!(" {}.", brokers.join("; ")),
    };
    format!(
        "Measured on {day}: {}, {} cores, {}; {} rounds of {} s each, behind a warm-up of {} s.{brokers}\n",
        text(&one("system")),
        one("cores"),
        text(&one("rust")),
        one("rounds"),
        one("seconds"),
        one("warm_up_seconds"),
    )
}

/// The loops of a file.
fn both_loops(file: &str) -> Vec<Value> {
    ["closed_loop", "open_loop"]
        .iter()
        .flat_map(|name| comparisons(file, name))
        .collect()
}

/// The page with all that stands between the comments made again.
fn made(page: &str) -> String {
    let is_apart = |file: &String| page.contains(&format!("{BEGIN}{file} conditions -->"));
    let files: BTreeSet<_> = tables()
        .iter()
        .map(|table| text(&table["file"]).to_owned())
        .filter(|file| !is_apart(file))
        .collect();
    let mut parts = page.split(BEGIN);
    let mut made = parts.next().expect("the beginning").to_owned();
    for part in parts {
        let (what, rest) = part.split_once(" -->\n").expect("the end of a comment");
        let (_, behind) = rest.split_once(END).expect("the end of a table");
        let inside = match what.split_once(' ') {
            Some((file, "conditions")) => conditions(&both_loops(file)),
            Some((file, name)) => table(file, name),
            None => conditions(&files.iter().flat_map(|file| both_loops(file)).collect::<Vec<_>>()),
        };
        // Markdown knows a table by the empty lines around it.
        made += &format!("{BEGIN}{what} -->\n\n{inside}\n{END}{behind}");
    }
    made
}

#[test]
fn the_tables_of_the_page_are_those_of_the_measurements() {
    let page = read("src/performance.md");
    let made = made(&page);
    if std::env::var_os("UPDATE").is_some_and(|update| update == "1") {
        fs::write(docs("src/performance.md"), &made).expect("the page");
        return;
    }
    for (number, (line, expected)) in page.lines().zip(made.lines()).enumerate() {
        let number = number + 1;
        assert_eq!(
            line, expected,
            "performance.md:{number} is not current: run this test with UPDATE=1"
        );
    }
    assert_eq!(page, made);
}

#[test]
fn each_cell_has_its_figures_and_each_table_stands_on_the_page() {
    let page = read("src/performance.md");
    for table in tables() {
        let file = text(&table["file"]);
        for name in ["closed_loop", "open_loop"] {
            assert!(
                page.contains(&format!("{BEGIN}{file} {name} -->")),
                "{file} {name}"
            );
            let comparisons = comparisons(file, name);
            assert_eq!(
                comparisons.len(),
                list(&table["cells"]).len(),
                "{file}: measure again"
            );
            for comparison in &comparisons {
                let started = servers(comparison)
                    .iter()
                    .map(|server| format!("{}={}", text(&server["name"]), text(&server["command"])));
                let listed = list(&table["servers"])
                    .iter()
                    .map(|server| format!("{}={}", text(&server["name"]), text(&server["command"])));
                assert!(started.eq(listed), "{file}: measure again");
                assert_eq!(comparison["rate"].is_number(), name == "open_loop", "{file}");
            }
        }
        let results = json(&format!("src/figures/{file}"));
        for (cell, result) in list(&table["cells"]).iter().zip(list(&results["cells"])) {
            assert!(
                page.contains(&format!("{BEGIN}{file} at_load -->")) || cell["at_load"].is_null(),
                "{file}"
            );
            let is_measured = !comparisons(file, "at_load").is_empty();
            if let Some(percents) = cell["at_load"].as_array().filter(|_| is_measured) {
                let parts = list(&result["at_load"]["parts"]).iter();
                let parts: Vec<_> = parts.map(|part| (&part["percent"], &part["name"])).collect();
                let names = || list(&table["servers"]).iter().map(|server| &server["name"]);
                let wanted = percents
                    .iter()
                    .flat_map(|percent| names().map(move |name| (percent, name)));
                assert!(wanted.eq(parts), "{file}: measure again");
            }
            if let Some(figure) = cell["figure"].as_str() {
                assert!(page.contains(&format!("](figures/{figure})")), "{figure}");
            }
        }
    }
}

/// What is measured again tomorrow has other figures, and the words beside it must still be true.
#[test]
fn the_words_around_the_tables_have_no_figures() {
    let page = read("src/performance.md");
    let (around, _) = page.split_once(BEHIND).expect("the heading behind the tables");
    let mut is_prose = true;
    for (index, line) in around.lines().enumerate() {
        if line.starts_with("```") || line.starts_with(BEGIN) || line == END {
            is_prose = !is_prose;
        }
        let bytes = line.as_bytes();
        let is_figure = |window: &[u8]| matches!(window, [first, b'.' | b',', last] if first.is_ascii_digit() && last.is_ascii_digit());
        let has_unit = [" ms", " percent", "%", " µs"].iter().any(|unit| {
            line.match_indices(unit)
                .any(|(place, _)| bytes[..place].last().is_some_and(u8::is_ascii_digit))
        });
        assert!(
            !is_prose || !(bytes.windows(3).any(is_figure) || has_unit),
            "performance.md:{}: a figure that no table has: {line}",
            index + 1
        );
    }
}
