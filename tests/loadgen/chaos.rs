//! `loadgen chaos`, short: a server and Redis are killed while users talk, and nothing is lost.

use serde_json::Value;

use crate::folder::Folder;
use crate::run;

/// With it a server and Redis are killed within a second, and another server is stopped while Redis is away.
const SEED: &str = "1201";

#[test]
fn nothing_acknowledged_is_lost_while_servers_and_redis_are_killed() {
    let folder = Folder::new("chaos");
    let file = folder.join("chaos.json");
    let flags = [
        ["--seed", SEED],
        ["--clients", "12"],
        ["--members", "4"],
        ["--duration", "3s"],
        ["--every", "2s"],
        ["--pace", "200ms"],
        ["--json", file.to_str().expect("a path in UTF-8")],
    ];
    run(&[&["chaos"], flags.as_flattened()].concat()).expect_success();
    let text = std::fs::read_to_string(&file).expect("a result");
    let report: Value = serde_json::from_str(&text).expect("JSON");
    let done = |what: &str| {
        let marks = report["marks"].as_array().expect("what was done");
        marks.iter().filter(|mark| mark["what"] == what).count()
    };
    assert!(done("server-killed") > 0 && done("redis-killed") > 0, "{text}");
    let counts = &report["counts"];
    let count = |name: &str| {
        counts[name]
            .as_u64()
            .unwrap_or_else(|| panic!("no {name}: {counts}"))
    };
    assert!(
        count("answered") > 0 && count("deliveries") > count("answered"),
        "{counts}"
    );
    assert!(
        count("lost_connections") > 24 && count("from_history") > 0,
        "{counts}"
    );
    assert_eq!(report["violated"], 0, "{text}");
}
