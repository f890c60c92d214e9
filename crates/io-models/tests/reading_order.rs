//! Holds the order of reading in `src/lib.rs` against the files: how long they are, and what they need.
#![forbid(unsafe_code)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A table says "about 170 lines".
const LINES_OFF: usize = 10;

/// The rows of the tables: the cells without the marks of code.
fn rows() -> Vec<Vec<String>> {
    let text = fs::read_to_string(source("lib.rs")).expect("lib.rs");
    let rows = text.lines().filter_map(|line| line.strip_prefix("//! | `"));
    rows.map(|row| {
        row.split('|')
            .map(|cell| cell.replace('`', "").trim().to_owned())
            .collect()
    })
    .collect()
}

fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(name)
}

/// In `models`, or beside it.
fn file(name: &str) -> PathBuf {
    let model = source(&format!("models/{name}.rs"));
    match model.exists() {
        true => model,
        false => source(&format!("{name}.rs")),
    }
}

/// The files of this crate that this one takes something from.
fn needs(text: &str) -> BTreeSet<&str> {
    text.lines()
        .filter_map(|line| {
            line.strip_prefix("use crate::")
                .or_else(|| line.strip_prefix("use super::"))
        })
        .filter_map(|path| path.split([':', ';']).next())
        .filter(|name| name.starts_with(char::is_lowercase))
        .collect()
}

#[test]
fn the_files_are_as_long_as_the_tables_say() {
    for row in rows() {
        let lines = fs::read_to_string(file(&row[0])).expect(&row[0]).lines().count();
        let said: usize = row[1].parse().expect("a number of lines");
        assert!(
            lines.abs_diff(said) <= LINES_OFF,
            "{} has {lines} lines, not {said}",
            row[0]
        );
    }
}

#[test]
fn the_models_need_what_the_table_says_and_it_is_read_before() {
    let rows = rows();
    let models: Vec<_> = rows.iter().filter(|row| row.len() == 5).collect();
    for (place, row) in models.iter().enumerate() {
        let text = fs::read_to_string(file(&row[0])).expect(&row[0]);
        let said: BTreeSet<_> = row[2].split(", ").collect();
        assert_eq!(needs(&text), said, "{}", row[0]);
        for later in &models[place..] {
            let name = later[0].rsplit('/').next().expect("a name");
            assert!(
                !said.contains(name),
                "{} needs {name}, which is read later",
                row[0]
            );
        }
    }
}

#[test]
fn the_tables_have_all_files() {
    let said: BTreeSet<_> = rows().iter().map(|row| file(&row[0])).collect();
    let lists = [
        "lib.rs",
        "main.rs",
        "model.rs",
        "models.rs",
        "queue.rs",
        "models/completion.rs",
    ]
    .map(source);
    for folder in ["", "models", "models/completion"] {
        for entry in fs::read_dir(source(folder)).expect("a folder") {
            let path = entry.expect("a file").path();
            let is_code = path.extension().is_some_and(|extension| extension == "rs");
            assert!(
                !is_code || lists.contains(&path) || said.contains(&path),
                "{} is in no table",
                path.display()
            );
        }
    }
}
