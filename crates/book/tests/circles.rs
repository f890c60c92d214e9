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

use book::page::root;
use serde_json::Value;

use crate_files::{Crate, Uses};

#[test]
fn no_files_use_one_another() {
    let root = root().canonicalize().expect("the workspace");
    let of_crate = |file: &PathBuf| circles(&Crate::read(file).uses(), &root);
    let circles: String = first_files().iter().flat_map(of_crate).collect();
    assert!(circles.is_empty(), "files use one another:\n{circles}");
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
        circle,
        "  middle.rs takes from top.rs: top, work\n  top.rs takes from middle.rs: Middle, middle\n\n"
    );
}

/// The first file of each library, program and example of the workspace.
fn first_files() -> Vec<PathBuf> {
    let packages = workspace::packages();
    let targets = packages
        .iter()
        .flat_map(|package| workspace::targets(package, &["lib", "bin", "example"]));
    let path = |target: &Value| PathBuf::from(target["src_path"].as_str().expect("a path"));
    targets.map(path).collect()
}

/// Files that use one another, each time with what they take from each other.
fn circles(uses: &Uses, root: &Path) -> Vec<String> {
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
            found.push(words(&circle, uses, root));
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
