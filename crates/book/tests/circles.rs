//! Keeps circles of files out of every crate: a file stands below those that use it.
//!
//! Files that use one another can only be understood together, and none of them can be moved, tested or replaced alone.
//! A circle is opened by moving what both sides need into a file below them, or what joins them into one above.
#![forbid(unsafe_code)]

#[path = "circles/crate_files.rs"]
mod crate_files;
#[path = "circles/use_tree.rs"]
mod use_tree;
mod workspace;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use book::page::root;
use serde_json::Value;

use crate_files::{Crate, Uses};

/// Circles that are known, each as a folder and its files there. This list only becomes shorter.
const KNOWN: &[(&str, &[&str])] = &[(
    "crates/examine/src/checks/room_server/",
    &["bomb.rs", "crowd.rs", "mod.rs", "refused.rs", "rooms.rs"],
)];

/// The files of each circle that is known.
fn known() -> Vec<BTreeSet<String>> {
    let full =
        |(folder, files): &(&str, &[&str])| files.iter().map(|file| format!("{folder}{file}")).collect();
    KNOWN.iter().map(full).collect()
}

#[test]
fn no_files_use_one_another_but_those_that_are_known() {
    let is_known = |circle: &Circle| known().iter().any(|known| circle.files.is_subset(known));
    let new = CIRCLES.iter().filter(|circle| !is_known(circle));
    let words: String = new.map(|circle| circle.words.as_str()).collect();
    assert!(words.is_empty(), "files use one another:\n{words}");
}

#[test]
fn a_circle_that_has_been_opened_is_no_longer_listed() {
    for known in known() {
        let is_there = CIRCLES.iter().any(|circle| circle.files.is_subset(&known));
        assert!(is_there, "no circle any more, take it out of KNOWN: {known:?}");
    }
}

/// It sees a circle through re-exports, an imported module and a path in the code, and leaves tests alone.
#[test]
fn a_circle_is_found_and_told_in_words() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("circle");
    fs::create_dir_all(&folder).expect("a folder of our own");
    let files = [
        (
            "lib.rs",
            "mod low; mod middle; mod top;\npub use low::{Low, LIMIT as MOST};",
        ),
        (
            "low.rs",
            "pub struct Low;\npub const LIMIT: u8 = 1;\n#[cfg(test)] mod tests { use crate::top::Top; }",
        ),
        (
            "middle.rs",
            "use crate::{Low, top};\npub struct Middle;\nfn call() { top::work() }",
        ),
        (
            "top.rs",
            "use super::middle::{self, Middle as M};\npub struct Top(M);\npub fn work() -> u8 { crate::MOST }",
        ),
    ];
    for (name, text) in files {
        fs::write(folder.join(name), text).expect("written");
    }
    let circles = circles(&Crate::read(&folder.join("lib.rs")).uses(), &folder);
    let [circle] = &circles[..] else {
        panic!("{} circles", circles.len());
    };
    assert_eq!(
        circle.words,
        "  middle.rs takes from top.rs: top, work\n  top.rs takes from middle.rs: Middle, middle\n\n"
    );
}

/// Files that use one another, and what they take from each other.
struct Circle {
    files: BTreeSet<String>,
    words: String,
}

/// Those of the workspace.
static CIRCLES: LazyLock<Vec<Circle>> = LazyLock::new(|| {
    let root = root().canonicalize().expect("the workspace");
    let of_crate = |file: &PathBuf| circles(&Crate::read(file).uses(), &root);
    first_files().iter().flat_map(of_crate).collect()
});

/// The first file of each library, program and example of the workspace.
fn first_files() -> Vec<PathBuf> {
    let packages = workspace::packages();
    let targets = packages
        .iter()
        .flat_map(|package| workspace::targets(package, &["lib", "bin", "example"]));
    let path = |target: &Value| PathBuf::from(target["src_path"].as_str().expect("a path"));
    targets.map(path).collect()
}

fn circles(uses: &Uses, root: &Path) -> Vec<Circle> {
    let mut left: BTreeSet<&PathBuf> = uses.keys().collect();
    let mut found = Vec::new();
    while let Some(file) = left.pop_first() {
        let reached = reachable(file, uses);
        if reached.contains(file) {
            let circle: BTreeSet<_> = reached
                .into_iter()
                .filter(|other| reachable(other, uses).contains(file))
                .collect();
            left.retain(|file| !circle.contains(*file));
            found.push(Circle {
                files: circle.iter().map(|file| below(root, file)).collect(),
                words: words(&circle, uses, root),
            });
        }
    }
    found
}

/// The files that this one uses, those that they use, and so on.
fn reachable(from: &Path, uses: &Uses) -> BTreeSet<PathBuf> {
    let mut reached = BTreeSet::new();
    let mut next = vec![from.to_owned()];
    while let Some(file) = next.pop() {
        let used = uses.get(&file).into_iter().flat_map(|used| used.keys());
        next.extend(used.filter(|used| reached.insert((*used).clone())).cloned());
    }
    reached
}

fn words(circle: &BTreeSet<PathBuf>, uses: &Uses, root: &Path) -> String {
    let mut text = String::new();
    for user in circle {
        for (used, names) in uses[user].iter().filter(|(used, _)| circle.contains(*used)) {
            let names: Vec<_> = names.iter().map(String::as_str).collect();
            let (user, used) = (below(root, user), below(root, used));
            writeln!(text, "  {user} takes from {used}: {}", names.join(", ")).expect("a string");
        }
    }
    text + "\n"
}

fn below(root: &Path, file: &Path) -> String {
    file.strip_prefix(root).unwrap_or(file).display().to_string()
}
