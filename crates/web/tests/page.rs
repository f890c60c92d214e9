//! The page without a browser: its modules run in Node, against what the crates of this workspace say. Both codecs are held
//! to each other, and both shoes. Where there is no `node`, the test says so and passes; in CI it is required.
//!
//! | file | what is in it |
//! |---|---|
//! | `page/vectors` | what the crates say, for the modules to be compared with |
//! | `page/server.js` | a server that is written down: what the page sends is read, and time passes when a test says |
//! | `page/*.test.js` | the tests, for Node's own test runner |
#![forbid(unsafe_code)]

#[path = "page/vectors.rs"]
mod vectors;

use std::io::{Write, stderr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, process};

/// Whether Node is installed; where it must be, there is no other answer.
fn node_is_there() -> bool {
    let version = Command::new("node").arg("--version").output();
    let is_there = version.is_ok_and(|output| output.status.success());
    let is_required = env::var_os("BOOK_TOOLS").is_some_and(|value| value == "required");
    assert!(is_there || !is_required, "not installed: node");
    if !is_there {
        // Not eprintln!, which a passing test keeps to itself.
        let _ = writeln!(stderr(), "SKIPPED: crates/web/tests/page: not installed: node");
    }
    is_there
}

fn tests() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/page");
    let entries = fs::read_dir(folder).expect("the folder of the tests");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut tests: Vec<_> = paths
        .filter(|path| path.to_string_lossy().ends_with(".test.js"))
        .collect();
    tests.sort();
    assert!(!tests.is_empty());
    tests
}

#[test]
fn the_modules_of_the_page_say_what_the_crates_say() {
    if !node_is_there() {
        return;
    }
    let vectors = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("page-{}.json", process::id()));
    fs::write(&vectors, vectors::all().to_string()).expect("a file of our own");
    let output = Command::new("node")
        .args(["--test", "--test-reporter=spec"])
        .args(tests())
        .env("PAGE_VECTORS", &vectors)
        .output()
        .expect("Node starts");
    fs::remove_file(&vectors).expect("the file is there");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// A phone on a slow network sees the page soon.
#[test]
fn the_page_is_small() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("page");
    let entries = fs::read_dir(folder).expect("the folder of the page");
    let size = |entry: std::io::Result<fs::DirEntry>| {
        entry.and_then(|entry| entry.metadata()).expect("a file").len()
    };
    let bytes: u64 = entries.map(size).sum();
    assert!((1..100 * 1024).contains(&bytes), "{bytes} bytes");
}
