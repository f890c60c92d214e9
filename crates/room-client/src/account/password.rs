//! Where a password comes from: a file, an environment variable, or a person at a terminal. It is no value of a flag,
//! which every user of the machine can see in the list of processes.

use std::env;
use std::io::{self, IsTerminal};
use std::path::Path;

use anyhow::{Context, bail, ensure};
use command_line::secret_from_file;
use terminal::{Guard, ask_unseen};

use super::secret::Secret;

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
        return secret_from_file("password", path).map(Secret::new);
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
