//! A named pipe: a file that holds nothing, through which one process writes to another.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use nix::fcntl::OFlag;
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;

/// The reading side.
pub(crate) struct NamedPipe {
    path: PathBuf,
    is_ours: bool,
}

impl NamedPipe {
    /// The pipe at `path`; made there if there is nothing, and then removed when this value is dropped.
    pub(crate) fn at(path: &Path) -> anyhow::Result<Self> {
        let is_ours = match mkfifo(path, Mode::S_IRUSR | Mode::S_IWUSR) {
            Ok(()) => true,
            Err(nix::Error::EEXIST) => false,
            Err(error) => return Err(error).with_context(|| format!("cannot make {}", path.display())),
        };
        let path = path.to_owned();
        let there = fs::metadata(&path).with_context(|| format!("cannot look at {}", path.display()))?;
        ensure!(
            there.file_type().is_fifo(),
            "{} exists, and is not a named pipe",
            path.display()
        );
        Ok(Self { path, is_ours })
    }

    /// Opens it for reading, without waiting for somebody who writes.
    pub(crate) fn open(&self) -> anyhow::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).custom_flags(OFlag::O_NONBLOCK.bits());
        let opened = options.open(&self.path);
        opened.with_context(|| format!("cannot open {}", self.path.display()))
    }
}

impl Drop for NamedPipe {
    fn drop(&mut self) {
        if self.is_ours {
            // Somebody else may have removed it already.
            let _ = fs::remove_file(&self.path);
        }
    }
}
