//! Checks which programs the packages of the workspace have, since `cargo install` installs all of one package.
#![forbid(unsafe_code)]

mod workspace;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// What `cargo install --path crates/PACKAGE` installs: no step, nothing that is only for a test.
const INSTALLED: [(&str, &[&str]); 11] = [
    ("api-server", &["api-server"]),
    ("baccarat-server", &["baccarat-client", "baccarat-server"]),
    ("calc-server", &["calc-client", "calc-server"]),
    ("chat-server", &["chat-client", "chat-server"]),
    ("echo-server", &["echo-client", "echo-server"]),
    ("examine", &["examine"]),
    ("fleet", &["fleet"]),
    // A laboratory, whose experiments are its programs.
    (
        "io-models",
        &["events", "io-models", "poll-two", "queues", "triggers"],
    ),
    ("loadgen", &["loadgen"]),
    ("net-tools", &["http-head", "parse-ip", "resolve", "udp-client"]),
    ("time-server", &["time-server"]),
];

/// The packages that have programs, each with them.
fn packages() -> BTreeMap<String, BTreeSet<String>> {
    let packages = workspace::packages();
    let packages = packages.iter().map(|package| (name(package), programs(package)));
    packages.filter(|(_, programs)| !programs.is_empty()).collect()
}

fn programs(package: &Value) -> BTreeSet<String> {
    workspace::targets(package, &["bin"]).map(name).collect()
}

fn name(of: &Value) -> String {
    of["name"].as_str().expect("a name").to_owned()
}

#[test]
fn a_package_that_is_installed_has_only_the_programs_that_one_keeps() {
    let mut packages = packages();
    packages.retain(|package, _| !package.ends_with("-steps"));
    let expected = INSTALLED.map(|(package, programs)| {
        let programs = programs.iter().map(ToString::to_string).collect();
        (package.to_owned(), programs)
    });
    assert_eq!(packages, BTreeMap::from(expected));
}

/// `echo-steps` has `echo-1-once` and so on, and each road has its steps.
#[test]
fn a_package_of_steps_has_steps_alone() {
    let mut packages = packages();
    packages.retain(|package, _| package.ends_with("-steps"));
    for (package, programs) in &packages {
        let road = package.trim_end_matches("steps");
        for (number, program) in (1..).zip(programs) {
            let start = format!("{road}{number}-");
            assert!(program.starts_with(&start), "{program} of {package}");
        }
    }
    let roads: Vec<_> = packages.keys().map(String::as_str).collect();
    assert_eq!(
        roads,
        [
            "baccarat-steps",
            "calc-steps",
            "chat-steps",
            "echo-steps",
            "time-steps"
        ]
    );
}
