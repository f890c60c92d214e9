//! The figures of comparisons: throughput and latency of one, or the throughput of many.

use std::path::Path;

use figures::{Bar, Chart, Content, Spread, thousands};

use super::comparison::{Comparison, ServerResult};
use super::measured::Measured;

/// A name, and its bars.
type Group = (String, Vec<Bar>);

/// Draws the throughput of one comparison and the latencies of another one, of the same servers.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn draw(path: &Path, throughput: &Comparison, latency: &Comparison) -> anyhow::Result<()> {
    let per_second = groups(throughput, |measured| {
        vec![Bar::new("messages a second", measured.messages_per_second)]
    });
    let latencies = groups(latency, latency_bars);
    let title = match latency.rate() {
        Some(rate) => format!("Latency, open loop, {} messages a second", thousands(rate)),
        None => "Latency".to_owned(),
    };
    let both = [
        chart(throughput.load(), "messages a second", &per_second),
        chart(&title, "latency in ms", &latencies),
    ];
    Ok(figures::draw(path, &both)?)
}

/// Draws the throughput of many comparisons of the same servers: a chart for each number of messages on the way, and in
/// it a bar for each number of connections.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn draw_all(path: &Path, comparisons: &[&Comparison]) -> anyhow::Result<()> {
    let mut in_flight: Vec<_> = comparisons.iter().map(|one| one.in_flight()).collect();
    in_flight.dedup();
    let parts: Vec<_> = in_flight
        .into_iter()
        .map(|count| {
            let cells = comparisons.iter().filter(|one| one.in_flight() == count);
            let title = format!("{} in flight on each connection", count.unwrap_or(0));
            (title, side_by_side(&cells.copied().collect::<Vec<_>>()))
        })
        .collect();
    let charts: Vec<_> = parts
        .iter()
        .map(|(title, groups)| chart(title, "messages a second", groups))
        .collect();
    Ok(figures::draw(path, &charts)?)
}

fn chart<'a>(title: &'a str, value_label: &'a str, groups: &'a [Group]) -> Chart<'a> {
    Chart {
        title,
        value_label,
        content: Content::Bars { groups },
    }
}

fn groups(comparison: &Comparison, bars: impl Fn(&Measured) -> Vec<Bar>) -> Vec<Group> {
    let group = |server: &ServerResult| {
        let measured = server.measured.as_ref();
        (server.named.name.clone(), measured.map_or_else(Vec::new, &bars))
    };
    comparison.servers().iter().map(group).collect()
}

/// A group for each server, and in it a bar for each comparison. Where a server was not measured its place stays free.
fn side_by_side(cells: &[&Comparison]) -> Vec<Group> {
    let servers = cells.first().map_or(&[][..], |cell| cell.servers());
    let group = |(place, server): (usize, &ServerResult)| {
        let bar = |cell: &&Comparison| Bar {
            label: connections(cell),
            spread: cell.servers()[place]
                .measured
                .as_ref()
                .map(|measured| measured.messages_per_second),
        };
        (server.named.name.clone(), cells.iter().map(bar).collect())
    };
    servers.iter().enumerate().map(group).collect()
}

fn connections(cell: &Comparison) -> String {
    match cell.connections() {
        1 => "1 connection".to_owned(),
        count => format!("{} connections", thousands(count)),
    }
}

/// As long as the percentile of all rounds, with a line from the lowest round to the highest.
fn latency_bars(measured: &Measured) -> Vec<Bar> {
    let bars = [
        ("p50", measured.latency_p50_by_round_milliseconds),
        ("p99", measured.latency_p99_by_round_milliseconds),
    ];
    let bar = |(name, by_round): (&str, Spread)| Bar {
        label: name.to_owned(),
        spread: measured
            .percentile(name)
            .map(|median| Spread { median, ..by_round }),
    };
    bars.map(bar).into()
}
