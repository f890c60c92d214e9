//! Holds the page about the architecture against the manifests: its crates, and who uses whom.
#![forbid(unsafe_code)]

mod workspace;

use std::fs;

use book::page::root;
use serde_json::Value;

/// The crates of the page, in its order.
fn crates() -> Vec<String> {
    let page = fs::read_to_string(root().join("docs/src/architecture.md")).expect("the page");
    let (tables, _) = page
        .split_once("## Where to begin")
        .expect("tables in front of it");
    let rows = tables.lines().filter_map(|line| line.strip_prefix("| ["));
    rows.map(|row| row.split(']').next().expect("a name").to_owned())
        .collect()
}

fn name(of: &Value) -> &str {
    of["name"].as_str().expect("a name")
}

/// The packages of the workspace that this one cannot be built without.
fn used(package: &Value) -> Vec<&str> {
    let dependencies = package["dependencies"].as_array().expect("dependencies").iter();
    // One of this workspace has a path; one with a kind is for tests or for building.
    let of_workspace = dependencies.filter(|one| one["path"].is_string() && one["kind"].is_null());
    of_workspace.map(name).collect()
}

#[test]
fn the_page_names_every_crate_once() {
    let mut named = crates();
    named.sort();
    let packages = workspace::packages();
    let mut expected: Vec<_> = packages.iter().map(name).collect();
    expected.sort_unstable();
    assert_eq!(
        named, expected,
        "docs/src/architecture.md has other crates than the workspace"
    );
}

#[test]
fn a_crate_uses_only_crates_above_it_on_the_page() {
    let order = crates();
    let place = |name: &str| order.iter().position(|one| one == name);
    for package in &workspace::packages() {
        for used in used(package) {
            let user = name(package);
            assert!(
                place(used) < place(user),
                "{user} uses {used}, which the page has below it"
            );
        }
    }
}

#[test]
fn only_the_fleet_knows_servers_and_net_knows_nobody() {
    for package in &workspace::packages() {
        let user = name(package);
        let used = used(package);
        let servers = [
            "echo-server",
            "calc-server",
            "time-server",
            "chat-server",
            "baccarat-server",
            "api-server",
        ];
        let server = used.iter().find(|used| servers.contains(*used));
        assert!(user == "fleet" || server.is_none(), "{user} knows {server:?}");
        assert!(user != "net" || used.is_empty(), "net knows {used:?}");
        assert!(user != "protocol" || !used.contains(&"net"), "protocol knows net");
    }
}
