//! Tests of what rounds make of a comparison.

use figures::Spread;

use super::*;
use crate::command::compare::costs::Costs;
use crate::command::compare::planned::Told;
use crate::engine::latencies::Latencies;

const MILLISECOND: u64 = 1_000_000;

fn named(name: &str) -> Named {
    Named {
        name: name.to_owned(),
        command: name.to_owned(),
        version: None,
    }
}

/// A round with so many messages that took so many milliseconds.
fn round(per_second: f64, latencies: &[(u64, u64)]) -> Figures {
    let mut all = Latencies::fine().unwrap();
    for (milliseconds, count) in latencies {
        all.record(milliseconds * MILLISECOND, *count);
    }
    let costs = Costs {
        cpu_microseconds: Some(per_second / 10.0),
        ..Costs::default()
    };
    Figures {
        per_second,
        rate: None,
        latencies: all,
        costs,
    }
}

fn outcome(name: &str, rounds: anyhow::Result<Vec<Figures>>) -> Outcome {
    Outcome {
        named: named(name),
        rounds: Some(rounds),
        calls: None,
    }
}

fn compared(outcomes: Vec<Outcome>) -> Comparison {
    Comparison::new(Conditions::of_a_test(), 3, outcomes, None).unwrap()
}

#[test]
fn ratios_are_to_the_first_server_and_by_round() {
    // The machine was slow in the second round, for both.
    let rounds = |figures: [f64; 3]| figures.map(|per_second| round(per_second, &[(1, 9)])).to_vec();
    let comparison = compared(vec![
        outcome("one", Ok(rounds([100.0, 10.0, 100.0]))),
        outcome("two", Ok(rounds([200.0, 20.0, 150.0]))),
    ]);
    let measured: Vec<_> = comparison.measured().collect();
    let (one, two) = (measured[0], measured[1]);
    assert_eq!(
        (one.ratio_of_medians, one.ratio_by_round.unwrap().max),
        (Some(1.0), 1.0)
    );
    let by_round = Spread {
        median: 2.0,
        min: 1.5,
        max: 2.0,
    };
    assert_eq!(
        (two.ratio_of_medians, two.ratio_by_round),
        (Some(1.5), Some(by_round))
    );
    assert_eq!(two.messages_per_second_by_round, [200.0, 20.0, 150.0]);
    assert_eq!(two.cpu_seconds_per_million_messages.unwrap().median, 15.0);
    assert!(comparison.table().contains("two"), "{}", comparison.table());
}

#[test]
fn a_rate_that_a_server_did_not_reach_is_told() {
    let rounds = |reached: [f64; 3]| {
        let one = |reached| Figures {
            rate: Some(Rate {
                asked: 1_000.0,
                reached,
            }),
            ..round(3.0 * reached, &[(1, 9)])
        };
        Ok(reached.map(one).to_vec())
    };
    let outcomes = vec![
        outcome("one", rounds([999.0, 400.0, 1_000.0])),
        outcome("two", rounds([800.0, 1_000.0, 900.0])),
    ];
    let conditions = Conditions {
        rate: Some(1_000.0),
        ..Conditions::of_a_test()
    };
    let comparison = Comparison::new(conditions, 3, outcomes, None).unwrap();
    let told =
        ["two: NOT REACHED: 900 of 1,000 messages a second, so the latency depends on how long is measured"];
    assert_eq!(comparison.rates_not_reached(), told);
    let table = comparison.table();
    assert!(table.contains(" reached ") && table.ends_with(told[0]), "{table}");
    let json = serde_json::to_value(&comparison).unwrap();
    assert_eq!(json["servers"][1]["rate_reached"]["median"], 900.0);
}

#[test]
fn percentiles_are_of_the_messages_of_all_rounds() {
    // A server that stops for a moment in one round of three.
    let rounds = vec![
        round(100.0, &[(1, 1_000)]),
        round(100.0, &[(1, 900), (50, 100)]),
        round(100.0, &[(1, 1_000)]),
    ];
    let comparison = compared(vec![outcome("one", Ok(rounds))]);
    let server = comparison.measured().next().unwrap();
    // 100 of 3,000 are more than a hundredth; the median of the rounds' percentiles is 1 ms.
    assert_eq!(server.latency_milliseconds["p99"], 50.0);
    assert!((server.latency_p99_by_round_milliseconds.median - 1.0).abs() < 0.01);
    assert!(comparison.table().contains(" 50.000 "), "{}", comparison.table());
}

#[test]
fn rounds_that_are_missing_are_told() {
    let rounds = vec![round(100.0, &[(1, 9)])];
    let comparison = compared(vec![outcome("one", Ok(rounds))]);
    assert!(!comparison.is_whole());
    let table = comparison.table();
    assert!(
        table.lines().next().unwrap().ends_with("; rounds 1; interrupted"),
        "{table}"
    );
    assert_eq!(serde_json::to_value(&comparison).unwrap()["interrupted"], true);
}

#[test]
fn the_first_server_must_have_its_ratio_in_both_ways() {
    let rounds = |figures: [f64; 3]| Ok(figures.map(|per_second| round(per_second, &[(1, 9)])).to_vec());
    let comparison = compared(vec![
        outcome("ours", rounds([300.0, 30.0, 200.0])),
        outcome("theirs", rounds([100.0, 10.0, 200.0])),
    ]);
    let verdict = comparison.verdict("theirs", 2.5).unwrap();
    assert!(
        (verdict.ratio - 2.0).abs() < 1e-9 && verdict.is_missed(),
        "{}",
        verdict.ratio
    );
    assert!(!comparison.verdict("theirs", 1.9).unwrap().is_missed());
    assert!(comparison.verdict("who is not there", 1.0).is_none());
}

#[test]
fn a_server_that_is_wrong_or_cannot_take_part_has_a_row() {
    let one = |per_second| Ok(vec![round(per_second, &[(1, 9)]); 3]);
    let alone = Outcome {
        rounds: None,
        ..outcome("alone", one(1.0))
    };
    let outcomes = vec![
        outcome("usual", one(1_000.0)),
        alone,
        outcome("wrong", Err(anyhow::anyhow!("wrong: closed"))),
        outcome("fast", one(2_000.0)),
    ];
    let comparison = compared(outcomes);
    let page = comparison.page();
    let expected = "\
# ANCHOR: in-flight-1-connections-1
| server | a second | ratio | by round | p99 ms | CPU µs | switches | calls | MiB |
|---|---:|---:|---:|---:|---:|---:|---:|---:|
| usual | 1,000 | 1.000 | 1.000 | 1.000 | 100.00 | - | - | - |
| alone | - | - | - | - | - | - | - | - |
| wrong | - | - | - | - | - | - | - | - |
| fast | 2,000 | 2.000 | 2.000 | 1.000 | 200.00 | - | - | - |

wrong: closed
# ANCHOR_END: in-flight-1-connections-1";
    assert_eq!(page, expected);
    let again: Comparison = serde_json::from_str(&serde_json::to_string(&comparison).unwrap()).unwrap();
    assert_eq!(again.page(), page);
    assert_eq!(
        (again.failures(), again.slowest()),
        (vec!["wrong: closed".to_owned()], 1_000.0)
    );
}
