//! The figure of a run: answers and deliveries over time, and above them what was done to the servers.

use std::path::Path;

use figures::{Chart, Content, Scale, draw};

use crate::keeper::{Mark, What};
use crate::report::{Report, Sample};

/// Points of a line at most: more would be a band. Where there are more samples, a point is the mean of several.
const MOST_POINTS: usize = 360;

/// Of a run that is longer than twice this, the beginning is drawn once more, with a point for each second.
const BEGINNING: f64 = 120.0;

/// Height of a mark, as a part of the highest value: each kind of them has a row of its own above the line.
const ROW: f64 = 0.06;

const KINDS: [(What, &str); 4] = [
    (What::ServerKilled, "server killed"),
    (What::ServerStopped, "server stopped"),
    (What::RedisKilled, "Redis killed"),
    (What::RedisStopped, "Redis stopped"),
];

type Points = Vec<(f64, f64)>;

/// Draws it.
///
/// # Errors
/// Where the file cannot be written.
pub(crate) fn plot(report: &Report, path: &Path) -> anyhow::Result<()> {
    let series = |name: &str, until: f64, value: fn(&Sample) -> f64| {
        let samples: Vec<_> = report
            .samples
            .iter()
            .filter(|sample| sample.at <= until)
            .map(|sample| (sample.at, value(sample)))
            .collect();
        let marks: Vec<_> = report.marks.iter().filter(|mark| mark.at <= until).collect();
        with_marks((name.to_owned(), means(&samples)), &marks)
    };
    let answers: fn(&Sample) -> f64 = |sample| sample.answers;
    let mut all = vec![
        (
            "Messages that were answered: they are in the log",
            series("answers", f64::INFINITY, answers),
        ),
        (
            "Deliveries to members, live and out of the history",
            series("deliveries", f64::INFINITY, |sample| sample.deliveries),
        ),
    ];
    if report.seconds > 2.0 * BEGINNING {
        let title = "Messages that were answered in the first two minutes";
        all.insert(1, (title, series("answers", BEGINNING, answers)));
    }
    let charts: Vec<_> = all.iter().map(|(title, series)| chart(title, series)).collect();
    Ok(draw(path, &charts)?)
}

fn chart<'a>(title: &'a str, series: &'a [(String, Points)]) -> Chart<'a> {
    Chart {
        title,
        value_label: "a second",
        content: Content::Lines {
            x_label: "seconds",
            x_scale: Scale::Linear,
            y_scale: Scale::Linear,
            series,
        },
    }
}

/// As few points as can be told apart.
fn means(samples: &[(f64, f64)]) -> Points {
    let together = samples.len().div_ceil(MOST_POINTS).max(1);
    let mean = |chunk: &[(f64, f64)]| {
        let sum = chunk
            .iter()
            .fold((0.0, 0.0), |sum, (at, value)| (sum.0 + at, sum.1 + value));
        (sum.0 / chunk.len() as f64, sum.1 / chunk.len() as f64)
    };
    samples.chunks(together).map(mean).collect()
}

/// The line, and a short upright one above it for each mark.
fn with_marks(line: (String, Points), marks: &[&Mark]) -> Vec<(String, Points)> {
    let top = line.1.iter().map(|(_, value)| *value).fold(1.0, f64::max);
    let mut series = vec![line];
    for (row, (what, name)) in (1..).zip(KINDS) {
        let (low, high) = (
            top * (1.0 + ROW * f64::from(row)),
            top * (1.0 + ROW * (f64::from(row) + 0.8)),
        );
        let of_kind = marks.iter().filter(|mark| mark.what == what);
        let points: Vec<_> = of_kind
            .flat_map(|mark| [(mark.at, low), (mark.at, high), (mark.at, f64::NAN)])
            .collect();
        if !points.is_empty() {
            series.push((name.to_owned(), points));
        }
    }
    series
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_an_hour_is_a_few_hundred_points() {
        let samples: Vec<_> = (0..1_800).map(|second| (f64::from(second), 100.0)).collect();
        let points = means(&samples);
        assert_eq!(points.len(), MOST_POINTS);
        assert_eq!(points[0], (2.0, 100.0));
        assert_eq!(means(&samples[..60]), &samples[..60]);
        assert_eq!(means(&[]), []);
    }

    #[test]
    fn marks_stand_above_the_line_each_kind_in_its_row() {
        let line = ("answers".to_owned(), vec![(0.0, 50.0), (1.0, 200.0)]);
        let mark = |at, what| Mark { at, what };
        let [killed, stopped] = [mark(0.5, What::ServerKilled), mark(0.7, What::RedisStopped)];
        let series = with_marks(line, &[&stopped, &killed]);
        let names: Vec<_> = series.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["answers", "server killed", "Redis stopped"]);
        let (killed, stopped) = (&series[1].1, &series[2].1);
        assert_eq!(killed[0].0, 0.5);
        assert!(killed[0].1 > 200.0 && killed[1].1 < stopped[0].1);
        assert!(stopped[2].1.is_nan(), "so that no line goes to the next mark");
    }
}
