//! Tests of the charts, as text.

use super::figure::svg;
use super::heading::TITLE_FONT;
use super::{Bar, Chart, Content, Scale};
use crate::spread::Spread;

fn draw(charts: &[Chart<'_>]) -> String {
    svg(charts).unwrap()
}

/// Of nothing where the median is not a number.
fn bar(label: &str, median: f64) -> Bar {
    Bar {
        label: label.to_owned(),
        spread: median.is_finite().then(|| Spread::of(&[median])),
    }
}

#[test]
fn lines_have_a_title_a_legend_and_a_colour_each() {
    let series = [
        ("p50".to_owned(), vec![(0.0, 1.0), (1.0, 2.0)]),
        ("p99".to_owned(), vec![(0.0, 5.0), (1.0, 9.0)]),
    ];
    let content = Content::Lines {
        x_label: "seconds",
        x_scale: Scale::Linear,
        y_scale: Scale::Linear,
        series: &series,
    };
    let svg = draw(&[Chart {
        title: "latency",
        value_label: "milliseconds",
        content,
    }]);
    for part in ["latency", "seconds", "milliseconds", "p50", "p99"] {
        assert!(svg.contains(&format!("\n{part}\n")), "{part}: {svg}");
    }
    assert_eq!(svg.matches("<polyline").count(), grid_lines(&svg) + 2, "{svg}");
    assert!(svg.contains("stroke=\"#0072B2\"") && svg.contains("stroke=\"#D55E00\""));
    assert!(
        !svg.contains("#FFFFFF\"") && !svg.contains("\"#000000\""),
        "{svg}"
    );
}

/// Polylines that are axes: they have the colour of the text.
fn grid_lines(svg: &str) -> usize {
    let grey = |line: &&str| line.starts_with("<polyline") && line.contains("stroke=\"#767676\"");
    svg.lines().filter(grey).count()
}

#[test]
fn a_bar_is_as_long_as_its_median_and_none_is_drawn_of_nothing() {
    let group = |name: &str, one, many| (name.to_owned(), vec![bar("one", one), bar("many", many)]);
    let groups = [
        group("a long name of a model", 100.0, 50.0),
        group("less", 25.0, f64::NAN),
    ];
    let content = Content::Bars { groups: &groups };
    let svg = draw(&[Chart {
        title: "throughput",
        value_label: "messages a second",
        content,
    }]);
    for part in [
        "throughput",
        "messages a second",
        "a long name of a model",
        "less",
        "one",
        "many",
    ] {
        assert!(svg.contains(&format!("\n{part}\n")), "{part}: {svg}");
    }
    let widths = |colour: &str| -> Vec<f64> {
        let own = |line: &&str| line.starts_with("<rect") && line.contains(colour);
        let width = |line: &str| line.split(" width=\"").nth(1)?.split('"').next()?.parse().ok();
        svg.lines().filter(own).filter_map(width).collect()
    };
    // The first of each colour is that of the legend.
    let (one, many) = (widths("#0072B2"), widths("#D55E00"));
    assert_eq!((one.len(), many.len()), (3, 2), "{svg}");
    let longest = one.iter().copied().fold(0.0, f64::max);
    assert!((longest / many[1] - 2.0).abs() < 0.05, "{one:?} {many:?}");
    assert!(!svg.contains("NaN"), "{svg}");
}

#[test]
fn a_gap_is_no_line_and_a_point_between_gaps_is_a_dot() {
    let values = [1.0, 2.0, f64::NAN, 3.0, f64::NAN, 2.0, 1.0];
    let points = values.iter().enumerate().map(|(x, value)| (x as f64, *value));
    let series = [("p50".to_owned(), points.collect())];
    let content = Content::Lines {
        x_label: "seconds",
        x_scale: Scale::Linear,
        y_scale: Scale::Linear,
        series: &series,
    };
    let svg = draw(&[Chart {
        title: "gaps",
        value_label: "milliseconds",
        content,
    }]);
    assert_eq!(svg.matches("<polyline").count(), grid_lines(&svg) + 2, "{svg}");
    assert_eq!(svg.matches("<circle").count(), 1, "{svg}");
    assert!(!svg.contains("NaN"), "{svg}");
}

#[test]
fn nothing_and_one_point_can_be_drawn() {
    for points in [vec![], vec![(1.0, 0.0)]] {
        let series = [("alone".to_owned(), points)];
        let content = Content::Lines {
            x_label: "x",
            x_scale: Scale::Linear,
            y_scale: Scale::Linear,
            series: &series,
        };
        draw(&[Chart {
            title: "empty",
            value_label: "y",
            content,
        }]);
    }
    let content = Content::Bars { groups: &[] };
    draw(&[Chart {
        title: "empty",
        value_label: "y",
        content,
    }]);
}

#[test]
fn a_long_title_is_smaller_and_a_long_name_shorter() {
    let long =
        "chat, rooms 10 x 20 members, senders 2 in each, closed loop, in flight 16, at 127.0.0.1:11021";
    let name = "a-name-that-needs-more-room-than-there-is-for-one";
    let groups = [name, "two"].map(|name| (name.to_owned(), vec![bar("one", 1.0)]));
    let svg = |title| {
        let content = Content::Bars { groups: &groups };
        draw(&[Chart {
            title,
            value_label: "messages a second",
            content,
        }])
    };
    let size = format!("font-size=\"{}\"", f64::from(TITLE_FONT.1) / 1.24);
    assert_eq!(
        svg("short").matches(&size).count(),
        1 + svg(long).matches(&size).count(),
        "{}",
        svg(long)
    );
    assert!(
        svg(long).contains("\na-name-that-needs-more-room-than-there..\n"),
        "{}",
        svg(long)
    );
}

#[test]
fn percentiles_over_a_logarithmic_axis_have_their_own_numbers() {
    let points = vec![
        (50.0, 0.06),
        (90.0, 0.5),
        (99.0, 3.0),
        (99.9, 40.0),
        (100.0, 900.0),
    ];
    let series = [("chat-server".to_owned(), points)];
    let content = Content::Lines {
        x_label: "percentile",
        x_scale: Scale::Percentiles,
        y_scale: Scale::Logarithmic,
        series: &series,
    };
    let svg = draw(&[Chart {
        title: "latency",
        value_label: "milliseconds",
        content,
    }]);
    for number in ["50", "90", "99", "99.9", "0.1", "1", "10"] {
        assert!(svg.contains(&format!("\n{number}\n")), "{number}: {svg}");
    }
    assert_eq!(svg.matches("<polyline").count(), grid_lines(&svg) + 1, "{svg}");
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
}
