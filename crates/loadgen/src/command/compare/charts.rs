//! The figures of comparisons: throughput and latency of one, or the throughput of many.

use std::path::Path;

use figures::{Bar, Chart, Content, Scale, thousands};

use super::at_load::AtLoad;
use super::comparison::{Comparison, ServerResult};
use super::measured::Measured;

/// A name, and its bars.
type Group = (String, Vec<Bar>);

/// A name, and its points.
type Curve = (String, Vec<(f64, f64)>);

/// Draws the throughput of one comparison and the latencies of another one, of the same servers; and, where they were
/// measured, those at parts of what each server can do.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn draw(
    path: &Path,
    throughput: &Comparison,
    latency: &Comparison,
    at_load: Option<&AtLoad>,
) -> anyhow::Result<()> {
    let per_second = groups(throughput, |measured| {
        vec![Bar::new("messages a second", measured.messages_per_second)]
    });
    let curves: Vec<_> = latency.servers().iter().map(percentile_curve).collect();
    let title = match latency.rate() {
        Some(rate) => format!("Latency, open loop, {} messages a second", thousands(rate)),
        None => "Latency".to_owned(),
    };
    let at_load = at_load.map(|at_load| at_load.curves(|own| own.latency_p99_by_round_milliseconds.median));
    let mut charts = vec![
        chart(throughput.load(), "messages a second", &per_second),
        lines(&title, ("percentile", Scale::Percentiles), &curves),
    ];
    if let Some(curves) = &at_load {
        let title = "Latency p99, open loop, at parts of the full load of each server";
        charts.push(lines(title, ("messages a second", Scale::Linear), curves));
    }
    Ok(figures::draw(path, &charts)?)
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

fn lines<'a>(title: &'a str, (x_label, x_scale): (&'a str, Scale), series: &'a [Curve]) -> Chart<'a> {
    Chart {
        title,
        value_label: "latency in ms",
        content: Content::Lines {
            x_label,
            x_scale,
            y_scale: Scale::Logarithmic,
            series,
        },
    }
}

/// What each percentile of a server is.
fn percentile_curve(server: &ServerResult) -> Curve {
    let measured = server.measured.as_ref();
    let points = measured.map(Measured::percentiles).unwrap_or_default();
    (server.named.name.clone(), points)
}
