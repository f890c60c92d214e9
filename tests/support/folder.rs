//! A folder that is there for one test, and gone when it ends.

use std::fs;
use std::path::{Path, PathBuf};

/// Ends with its folder.
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// An empty one. Each test gives it another name.
    pub(crate) fn new(name: &str) -> Self {
        let of_this_run = format!("{name}-{}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(of_this_run);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a folder can be made");
        Self(path)
    }

    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
