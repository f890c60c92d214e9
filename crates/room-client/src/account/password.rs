//! Where a password comes from: a file, an environment variable, or a person at a terminal. It is no value of a flag,
//! which every user of the machine can see in the list of processes.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::Path;
use std::{env, str};

use anyhow::{Context, bail, ensure};
use terminal::{Guard, ask_unseen};

use super::secret::Secret;

/// More bytes than the first line of a file with a password has: an API server takes 128 characters.
const LONGEST_LINE: u64 = 1_024;

/// The password of a user, as somebody has left it for us or types it now. `guard` is set where a terminal was asked: it
/// has one guard for the whole program.
pub(crate) fn password(
    program: &str,
    user: &str,
    file: Option<&Path>,
    is_new: bool,
    guard: &mut Option<Guard>,
) -> anyhow::Result<Secret> {
    if let Some(path) = file {
        return from_file(path).with_context(|| format!("cannot take the password from {}", path.display()));
    }
    let variable = variable(program);
    match env::var(&variable) {
        Ok(password) if !password.is_empty() => return Ok(Secret::new(password)),
        Err(env::VarError::NotUnicode(_)) => bail!("the variable {variable} is not UTF-8"),
        // An empty variable says nothing, as that of every flag.
        _ => {}
    }
    ensure!(
        io::stdin().is_terminal(),
        "a password is needed, and nobody is at a terminal who could type it: --password-file FILE, or the variable \
         {variable}"
    );
    let guard = match guard.take() {
        Some(started) => guard.insert(started),
        None => guard.insert(Guard::start().context("cannot watch for signals")?),
    };
    ask(guard, user, is_new)
}

/// `CHAT_CLIENT_PASSWORD`, named as the variables of the flags are.
fn variable(program: &str) -> String {
    format!("{}_PASSWORD", program.to_uppercase().replace('-', "_"))
}

/// The first line. The rest of the file is for others.
fn from_file(path: &Path) -> anyhow::Result<Secret> {
    let file = File::open(path)?;
    warn_of_readers(path, &file);
    let mut bytes = Vec::new();
    file.take(LONGEST_LINE).read_to_end(&mut bytes)?;
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line = str::from_utf8(line).map_err(|_| anyhow::anyhow!("its first line is not UTF-8"))?;
    // Windows puts that in front of a text.
    let line = line.strip_prefix('\u{feff}').unwrap_or(line);
    ensure!(!line.is_empty(), "its first line is empty");
    ensure!(
        bytes.len() < LONGEST_LINE as usize || line.len() < bytes.len(),
        "its first line is longer than any password"
    );
    Ok(Secret::new(line))
}

/// As ssh(1) does with its keys; but it is the user's own business.
#[cfg(unix)]
fn warn_of_readers(path: &Path, file: &File) {
    use std::os::unix::fs::PermissionsExt;
    const OTHERS_READ: u32 = 0o044;
    let others_read = file
        .metadata()
        .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & OTHERS_READ != 0);
    if others_read {
        let path = path.display();
        tracing::warn!("others can read the password in {path}: chmod 600 {path}");
    }
}

#[cfg(not(unix))]
fn warn_of_readers(_: &Path, _: &File) {}

/// Twice where it is a new one: nobody sees a mistake.
fn ask(guard: &Guard, user: &str, is_new: bool) -> anyhow::Result<Secret> {
    let kind = if is_new { "new password" } else { "password" };
    let password = ask_once(guard, &format!("{kind} of {user}: "))?;
    if is_new {
        let again = ask_once(guard, "once more: ")?;
        ensure!(
            password == again,
            "the second password is not the first: nothing is registered"
        );
    }
    Ok(password)
}

fn ask_once(guard: &Guard, question: &str) -> anyhow::Result<Secret> {
    let line = ask_unseen(guard, question).context("cannot read the password")?;
    line.map(Secret::new).context("no password was typed")
}
