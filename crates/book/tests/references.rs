//! Checks what the pages refer to: listings, chapters, links. mdBook prints an empty listing, or a dead link,
//! and exits with 0.
#![forbid(unsafe_code)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use book::markdown::{anchored, fragments, include, links};
use book::page::{self, Fence, Page, root};

const SUMMARY: &str = "docs/src/SUMMARY.md";

fn pages() -> Vec<Page> {
    page::all().expect("pages")
}

/// A path that a page names, from the root of the workspace.
fn target(page: &Page, path: &str) -> PathBuf {
    let folder = page.path.parent().unwrap_or(Path::new(""));
    let mut clean = PathBuf::new();
    for part in folder.join(path).components() {
        match part.as_os_str().to_str() {
            Some("..") => assert!(
                clean.pop(),
                "{}: {path} leaves the workspace",
                page.path.display()
            ),
            _ => clean.push(part),
        }
    }
    clean
}

#[test]
fn every_listing_exists() {
    let mut listings = 0;
    for page in pages() {
        for (index, line) in page.text.lines().enumerate() {
            let at = page.at(index + 1);
            assert!(
                !line.contains("{{#") || include(line).is_some(),
                "{at}: not an include: {line}"
            );
            let Some(include) = include(line) else { continue };
            let file = target(&page, include.path);
            let source = fs::read_to_string(root().join(&file)).unwrap_or_else(|e| panic!("{at}: {e}"));
            let lines = anchored(&source, include.anchor);
            let lines = lines.unwrap_or_else(|| panic!("{at}: no anchor {} in {file:?}", include.anchor));
            assert!(
                lines.iter().any(|line| !line.trim().is_empty()),
                "{at}: an empty listing"
            );
            listings += 1;
        }
    }
    assert!(listings > 0);
}

/// A page that is read where nothing fills in a listing.
const README: &str = "README.md";

#[test]
fn code_is_shown_by_anchors_only() {
    for page in pages().into_iter().filter(|page| page.path != Path::new(README)) {
        let is_code =
            |fence: &&Fence<'_>| fence.kind.starts_with("rust") || ["python", "js"].contains(&fence.kind);
        for fence in page.fences().iter().filter(is_code) {
            let by_anchor = |line: &&str| {
                line.is_empty() || include(line).is_some_and(|include| !include.anchor.is_empty())
            };
            let at = page.at(fence.line);
            assert!(
                fence.lines.iter().all(by_anchor),
                "{at}: a listing must be an ANCHOR of a real file"
            );
        }
    }
}

/// A comment above its listing names the file and the anchor whose lines they are.
#[test]
fn the_listing_of_the_readme_is_what_the_file_has() {
    let readme = Page::read(README).expect("the README");
    let fences = readme.fences();
    let mut listings = fences.iter().filter(|fence| fence.kind == "rust").peekable();
    assert!(listings.peek().is_some());
    for fence in listings {
        let at = readme.at(fence.line);
        let above = readme.text.lines().nth(fence.line - 3).unwrap_or_default();
        let named = above
            .strip_prefix("<!-- listing: ")
            .and_then(|rest| rest.strip_suffix(" -->"));
        let (file, anchor) = named.and_then(|named| named.split_once(':')).expect(&at);
        let source = fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{at}: {error}"));
        let lines = anchored(&source, anchor).unwrap_or_else(|| panic!("{at}: no anchor {anchor}"));
        let indent = lines[0].len() - lines[0].trim_start().len();
        let lines: Vec<_> = lines
            .iter()
            .map(|line| line.get(indent..).unwrap_or_default())
            .collect();
        assert_eq!(fence.lines, lines, "{at}");
    }
}

#[test]
fn the_summary_lists_every_chapter() {
    let summary = Page::read(SUMMARY).expect("the summary");
    let listed: BTreeSet<_> = summary
        .prose()
        .flat_map(|(_, line)| links(line))
        .map(|path| target(&summary, path))
        .collect();
    let not_chapters = [README, SUMMARY].map(PathBuf::from);
    let paths = pages().into_iter().map(|page| page.path);
    let chapters: BTreeSet<_> = paths.filter(|path| !not_chapters.contains(path)).collect();
    assert_eq!(listed, chapters);
}

#[test]
fn every_link_leads_somewhere() {
    let pages = pages();
    for page in &pages {
        for (line, text) in page.prose() {
            for link in links(text).filter(|link| !link.contains("://")) {
                check_link(&pages, page, link).unwrap_or_else(|problem| {
                    panic!("{}: {link}: {problem}", page.at(line));
                });
            }
        }
    }
}

fn check_link(pages: &[Page], page: &Page, link: &str) -> Result<(), &'static str> {
    let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
    let file = if path.is_empty() {
        page.path.clone()
    } else {
        target(page, path)
    };
    if !root().join(&file).exists() {
        return Err("no such file");
    }
    let known = pages.iter().find(|page| page.path == file).map(fragments);
    match known {
        _ if fragment.is_empty() => Ok(()),
        Some(fragments) if fragments.contains(fragment) => Ok(()),
        _ => Err("no such heading"),
    }
}
