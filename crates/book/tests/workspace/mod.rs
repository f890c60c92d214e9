//! What cargo knows about the workspace: its packages, and the programs and libraries in each.

use std::env;
use std::process::Command;

use book::page::root;
use serde_json::Value;

/// The packages, as `cargo metadata` tells them.
pub(crate) fn packages() -> Vec<Value> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root())
        .output()
        .expect("cargo can be started");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    metadata["packages"].as_array().expect("packages").clone()
}

/// The targets of a package that are of one of these kinds, such as `bin`.
#[allow(dead_code, reason = "not every test looks at them")]
pub(crate) fn targets<'a>(package: &'a Value, kinds: &'a [&str]) -> impl Iterator<Item = &'a Value> {
    let targets = package["targets"].as_array().expect("targets").iter();
    targets.filter(|target| {
        kinds
            .iter()
            .any(|kind| target["kind"] == serde_json::json!([kind]))
    })
}
