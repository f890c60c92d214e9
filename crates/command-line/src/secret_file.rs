//! A secret in a file: a password, a token. It is no value of a flag, which every user of the machine can see in the list
//! of processes.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::str;

use anyhow::{Context, anyhow, ensure};

/// More bytes than the first line of a file with a secret has.
const LONGEST_LINE: u64 = 1_024;

/// The first line of a file; the rest is for others. `what` is what it is called, as `password`. Where others can read the
/// file, that is said in the log.
///
/// # Errors
/// When it cannot be read; when its first line is empty, too long, or not UTF-8.
pub fn secret_from_file(what: &str, path: &Path) -> anyhow::Result<String> {
    first_line(what, path).with_context(|| format!("cannot take the {what} from {}", path.display()))
}

fn first_line(what: &str, path: &Path) -> anyhow::Result<String> {
    let file = File::open(path)?;
    warn_of_readers(what, path, &file);
    let mut bytes = Vec::new();
    file.take(LONGEST_LINE).read_to_end(&mut bytes)?;
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line = str::from_utf8(line).map_err(|_| anyhow!("its first line is not UTF-8"))?;
    // Windows puts that in front of a text.
    let line = line.strip_prefix('\u{feff}').unwrap_or(line);
    ensure!(!line.is_empty(), "its first line is empty");
    ensure!(
        bytes.len() < LONGEST_LINE as usize || line.len() < bytes.len(),
        "its first line is longer than any {what}"
    );
    Ok(line.to_owned())
}

/// As ssh(1) does with its keys; but it is the user's own business.
#[cfg(unix)]
fn warn_of_readers(what: &str, path: &Path, file: &File) {
    use std::os::unix::fs::PermissionsExt;
    const OTHERS_READ: u32 = 0o044;
    let others_read = file
        .metadata()
        .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & OTHERS_READ != 0);
    if others_read {
        let path = path.display();
        tracing::warn!("others can read the {what} in {path}: chmod 600 {path}");
    }
}

#[cfg(not(unix))]
fn warn_of_readers(_: &str, _: &Path, _: &File) {}
