//! What a page refers to: files of the workspace, anchors in them, headings.

use std::collections::HashSet;

use crate::page::Page;

/// `{{#include path:anchor}}`.
#[derive(Debug, PartialEq, Eq)]
pub struct Include<'a> {
    /// The file, from the folder of the page.
    pub path: &'a str,
    /// What part of it.
    pub anchor: &'a str,
}

/// The include that this line is; `None` for any other line.
#[must_use]
pub fn include(line: &str) -> Option<Include<'_>> {
    let inner = line.trim().strip_prefix("{{#include ")?.strip_suffix("}}")?;
    let (path, anchor) = inner.split_once(':').unwrap_or((inner, ""));
    Some(Include { path, anchor })
}

/// The lines of a source file between the comments `ANCHOR: name` and `ANCHOR_END: name`; without a name, all of them, as of
/// what a program has written.
#[must_use]
pub fn anchored<'a>(source: &'a str, anchor: &str) -> Option<Vec<&'a str>> {
    if anchor.is_empty() {
        return Some(source.lines().collect());
    }
    let is_mark = |line: &str, mark: &str| {
        let line = line.trim();
        // Rust's comments, Python's, and Lua's.
        let name = ["//", "#", "--"].iter().find_map(|sign| line.strip_prefix(sign));
        name.and_then(|name| name.trim().strip_prefix(mark)) == Some(anchor)
    };
    let mut lines = source.lines();
    lines.find(|line| is_mark(line, "ANCHOR: "))?;
    let rest: Vec<_> = lines.collect();
    let end = rest.iter().position(|line| is_mark(line, "ANCHOR_END: "))?;
    Some(rest[..end].to_vec())
}

/// The targets of all links `[text](target)` in a line.
pub fn links(line: &str) -> impl Iterator<Item = &str> {
    let pieces = line.split("](").skip(1);
    pieces.filter_map(|piece| piece.split_once(')').map(|(target, _)| target))
}

/// What a link can name behind its `#`: the headings of a page, as mdBook and code hosts write them.
#[must_use]
pub fn fragments(page: &Page) -> HashSet<String> {
    let headings = page.prose().filter_map(|(_, line)| {
        let text = line.trim_start_matches('#');
        (text.len() < line.len()).then(|| text.trim())
    });
    headings.map(fragment).collect()
}

fn fragment(heading: &str) -> String {
    let kept = heading.chars().filter_map(|character| match character {
        ' ' => Some('-'),
        '-' | '_' => Some(character),
        _ => character
            .is_alphanumeric()
            .then(|| character.to_ascii_lowercase()),
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_include_has_a_file_and_an_anchor() {
        let expected = Include {
            path: "../a.rs",
            anchor: "run",
        };
        assert_eq!(include("{{#include ../a.rs:run}}"), Some(expected));
        assert_eq!(include("fn main() {}"), None);
    }

    #[test]
    fn an_anchor_without_its_end_is_none() {
        let source = "a\n    // ANCHOR: x\nb\n    // ANCHOR_END: x\n// ANCHOR: xy\nc\n";
        assert_eq!(anchored(source, "x"), Some(vec!["b"]));
        assert_eq!(anchored(source, "xy"), None);
        assert_eq!(anchored(source, "y"), None);
        assert_eq!(
            anchored("-- ANCHOR: z\nd\n-- ANCHOR_END: z\n", "z"),
            Some(vec!["d"])
        );
        assert_eq!(
            anchored("# ANCHOR: z\nd\n# ANCHOR_END: z\n", "z"),
            Some(vec!["d"])
        );
    }

    #[test]
    fn links_and_headings_are_found() {
        let line = "see [one](a.md#b) and [two](https://example.org)";
        assert_eq!(links(line).collect::<Vec<_>>(), ["a.md#b", "https://example.org"]);
        assert_eq!(
            fragment("Step 1: `echo-1-once`, one client"),
            "step-1-echo-1-once-one-client"
        );
    }
}
