//! Where a program is: beside this one, or where the system keeps programs.

use std::env;
use std::path::{Path, PathBuf};

/// A program beside this one, since those of this workspace are built into one folder, or where programs are. `/usr/sbin`
/// is where some servers are, but it is not in the `PATH` of every user.
#[must_use]
pub fn find_program(program: &Path) -> Option<PathBuf> {
    if program.components().count() > 1 {
        return program.is_file().then(|| program.to_owned());
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let beside = env::current_exe()
        .ok()
        .and_then(|own| Some(own.parent()?.to_owned()));
    beside
        .into_iter()
        .chain(env::split_paths(&path))
        .chain(["/usr/sbin".into()])
        .map(|directory| directory.join(program))
        .find(|file| file.is_file())
}
