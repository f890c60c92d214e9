//! The pages: the README and the chapters of the book.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// One page.
#[derive(Debug)]
pub struct Page {
    /// Where it is, from the root of the workspace.
    pub path: PathBuf,
    /// What is in it.
    pub text: String,
}

/// A block between two lines of three backticks.
#[derive(Debug, PartialEq, Eq)]
pub struct Fence<'a> {
    /// The number of its first line inside, counted from 1.
    pub line: usize,
    /// What stands behind the backticks: `rust`, `console`, `text`.
    pub kind: &'a str,
    /// The lines inside.
    pub lines: Vec<&'a str>,
}

/// The root of the workspace.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The README and all chapters, in alphabetical order.
///
/// # Errors
/// When one cannot be read.
pub fn all() -> Result<Vec<Page>> {
    let mut paths = vec![PathBuf::from("README.md")];
    collect(Path::new("docs/src"), &mut paths)?;
    paths.sort();
    paths.into_iter().map(Page::read).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<()> {
    let entries = fs::read_dir(root().join(folder)).with_context(|| folder.display().to_string())?;
    for entry in entries {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            collect(&path, paths)?;
        } else if path.extension().is_some_and(|extension| extension == "md") {
            paths.push(path);
        }
    }
    Ok(())
}

impl Page {
    /// Reads the page at `path`, from the root of the workspace.
    ///
    /// # Errors
    /// When there is none.
    pub fn read(path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        let text = fs::read_to_string(root().join(&path)).with_context(|| path.display().to_string())?;
        Ok(Self { path, text })
    }

    /// What an editor opens: `docs/src/net.md:12`.
    #[must_use]
    pub fn at(&self, line: usize) -> String {
        format!("{}:{line}", self.path.display())
    }

    /// All fences. One that is not closed reaches to the end.
    #[must_use]
    pub fn fences(&self) -> Vec<Fence<'_>> {
        let mut fences = Vec::new();
        let mut open: Option<Fence<'_>> = None;
        for (index, line) in self.text.lines().enumerate() {
            match (open.take(), line.trim_start().strip_prefix("```")) {
                (None, Some(kind)) => {
                    open = Some(Fence {
                        line: index + 2,
                        kind: kind.trim(),
                        lines: Vec::new(),
                    });
                }
                (None, None) => {}
                (Some(fence), Some(_)) => fences.push(fence),
                (Some(mut fence), None) => {
                    fence.lines.push(line);
                    open = Some(fence);
                }
            }
        }
        fences.extend(open);
        fences
    }

    /// The lines outside of all fences, with their numbers.
    pub fn prose(&self) -> impl Iterator<Item = (usize, &str)> {
        let mut inside = false;
        self.text.lines().enumerate().filter_map(move |(index, line)| {
            let border = line.trim_start().starts_with("```");
            inside ^= border;
            (!inside && !border).then_some((index + 1, line))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fences_and_prose_are_told_apart() {
        let page = Page {
            path: "a.md".into(),
            text: "one\n```rust\ntwo\n```\nthree\n".to_owned(),
        };
        let fences = page.fences();
        assert_eq!((fences[0].line, fences[0].kind), (3, "rust"));
        assert_eq!(fences[0].lines, ["two"]);
        assert_eq!(page.prose().collect::<Vec<_>>(), [(1, "one"), (5, "three")]);
    }
}
