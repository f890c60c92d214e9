//! Turns the commands of a page into commands that run the programs of this build, against the server of the test.
//!
//! - `cargo run [-q] [--release] --bin NAME [--]` and `target/debug/NAME` become the path of the program that
//!   was built with the test, `cargo run -p CRATE --example NAME` that of the example. Nothing is compiled
//!   inside a test.
//! - A step takes its address as its one argument, so it gets the test's where the page gives none; an example
//!   does too.
//! - Every other program takes its address from a variable: `ECHO_SERVER_BIND`, `ECHO_CLIENT_SERVER`; one with
//!   several services has a variable for each, `TIME_SERVER_UDP`.
//! - The server's port, as the page has it, becomes the real one in the text of every command; a command
//!   that starts the server gets port 0 instead ([`addresses`](crate::addresses)).

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::addresses::Addresses;

/// Tools that are not on every machine. A page that needs one that is missing is skipped.
const OPTIONAL_TOOLS: [&str; 10] = [
    "curl",
    "nc",
    "node",
    "openssl",
    "ps",
    "python3",
    "redis-cli",
    "redis-server",
    "ss",
    "xxd",
];

/// A script of the book that calls one of them.
const CALLS_SS: &str = "docs/until-stuck";

/// The programs of this build.
#[derive(Debug)]
pub struct Programs {
    folder: PathBuf,
}

/// A command as it is run.
#[derive(Debug, PartialEq, Eq)]
pub struct Prepared {
    /// What bash gets.
    pub text: String,
    /// Variables that tell the programs where the server is.
    pub variables: Vec<(String, String)>,
}

/// One mention of a program in a command.
struct Call<'a> {
    before: &'a str,
    name: String,
    after: &'a str,
}

impl Programs {
    /// Those beside the running test: a test is `target/debug/deps/NAME`, a program `target/debug/NAME`.
    ///
    /// # Errors
    /// When the test is in no such folder.
    pub fn of_this_build() -> Result<Self> {
        let test = env::current_exe()?;
        let folder = test.parent().and_then(Path::parent).context("no folder")?;
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    /// The command, with the programs of this build and the server at these addresses.
    ///
    /// # Errors
    /// When a program was not built.
    pub fn prepare(&self, command: &str, addresses: &Addresses) -> Result<Prepared> {
        let address = addresses.first();
        let mut text = String::new();
        let mut variables = Vec::new();
        let mut rest = command;
        while let Some(call) = next_call(rest) {
            text += call.before;
            text += &format!("\"{}\"", self.path(&call.name)?.display());
            if is_step(&call.name) && !starts_with_address(call.after) {
                text += &format!(" {address}");
            }
            let name = call.name.trim_start_matches("examples/");
            let prefix = name.to_uppercase().replace('-', "_");
            // A client that asks an API server is told where the game server is.
            let asks_api = call.after.contains("--api ");
            for suffix in ["BIND", "SERVER"].into_iter().filter(|_| !asks_api) {
                variables.push((format!("{prefix}_{suffix}"), address.to_owned()));
            }
            variables.extend(addresses.variables(&prefix));
            rest = call.after;
        }
        text += rest;
        Ok(Prepared { text, variables })
    }

    /// Where the program of this name is.
    ///
    /// # Errors
    /// When it was not built.
    pub fn path(&self, name: &str) -> Result<PathBuf> {
        let path = self.folder.join(name);
        if !path.is_file() {
            bail!("the program {name} is not built: run `cargo test --workspace`, or `cargo build` first");
        }
        Ok(path)
    }
}

/// The first mention of a program in the command.
fn next_call(command: &str) -> Option<Call<'_>> {
    let starts = ["cargo run ", "target/debug/", "target/release/"];
    let found = starts
        .iter()
        .filter_map(|start| Some((command.find(start)?, start.len())));
    let (position, length) = found.min()?;
    let (before, rest) = (&command[..position], &command[position + length..]);
    let (folder, rest) = match command[position..].starts_with("cargo") {
        true => program_of_cargo(rest),
        false => ("", rest),
    };
    let end = rest.find([' ', '\'', ')', ';']).unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    let name = format!("{folder}{name}");
    let after = after
        .strip_prefix(" --")
        .filter(|rest| !is_flag(rest))
        .unwrap_or(after);
    Some(Call { before, name, after })
}

/// The folder of the program and the rest from its name on, behind `cargo run `.
fn program_of_cargo(arguments: &str) -> (&'static str, &str) {
    let kinds = [("", "--bin "), ("examples/", "--example ")];
    let found = kinds.map(|(folder, flag)| Some((folder, arguments.split_once(flag)?.1)));
    // The first flag is the one before the longest rest.
    let first = found.into_iter().flatten().max_by_key(|(_, rest)| rest.len());
    first.unwrap_or(("", arguments))
}

/// True where `--` was the start of a flag and not the end of cargo's own.
fn is_flag(rest: &str) -> bool {
    rest.starts_with(|c: char| c.is_alphanumeric())
}

/// An example that is a whole program, and takes its address as other programs do.
const PROGRAM: &str = "examples/guess";

/// A step and examples that listen nowhere, and so take no address.
const WITHOUT_ADDRESS: [&str; 4] = [
    "baccarat-1-score",
    "examples/record",
    "examples/table",
    "examples/wrong_rules",
];

/// `echo-3-iterate` or `examples/keepalive`, but not `echo-server`.
fn is_step(name: &str) -> bool {
    if WITHOUT_ADDRESS.contains(&name) {
        return false;
    }
    let is_example = name.starts_with("examples/") && name != PROGRAM;
    is_example
        || name
            .split('-')
            .nth(1)
            .is_some_and(|part| part.parse::<u32>().is_ok())
}

fn starts_with_address(arguments: &str) -> bool {
    let first = arguments.split_whitespace().next();
    first.is_some_and(|word| word.contains([':', '.']))
}

/// The optional tools that these commands need and this machine does not have.
pub fn missing_tools<'a>(commands: impl Iterator<Item = &'a str>) -> Vec<&'static str> {
    let needed = needed_tools(commands);
    needed.filter(|tool| !is_installed(tool)).collect()
}

fn needed_tools<'a>(commands: impl Iterator<Item = &'a str>) -> impl Iterator<Item = &'static str> {
    let is_border = |c: char| c.is_whitespace() || "()|;".contains(c);
    let words: Vec<_> = commands.flat_map(|command| command.split(is_border)).collect();
    let is_needed = move |tool: &&str| words.contains(tool) || (*tool == "ss" && words.contains(&CALLS_SS));
    OPTIONAL_TOOLS.into_iter().filter(is_needed)
}

fn is_installed(tool: &str) -> bool {
    let folders = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&folders).any(|folder| folder.join(tool).is_file())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn prepared(command: &str) -> String {
        let folder = env::temp_dir().join(format!("book-programs-{}", std::process::id()));
        fs::create_dir_all(folder.join("examples")).unwrap();
        for name in [
            "baccarat-1-score",
            "echo-server",
            "echo-client",
            "echo-3-iterate",
            "examples/guess",
        ] {
            fs::write(folder.join(name), "").unwrap();
        }
        let programs = Programs {
            folder: folder.clone(),
        };
        let addresses = Addresses::of_others("127.0.0.1:7".to_owned());
        let text = programs.prepare(command, &addresses).unwrap().text;
        text.replace(&format!("{}/", folder.display()), "")
    }

    #[test]
    fn programs_are_replaced_and_steps_get_the_address() {
        for (command, expected) in [
            (
                "cargo run -q --bin echo-3-iterate",
                "\"echo-3-iterate\" 127.0.0.1:7",
            ),
            ("cargo run --bin echo-3-iterate 1:2", "\"echo-3-iterate\" 1:2"),
            (
                "cargo run --bin echo-3-iterate -- 127.0.0.1",
                "\"echo-3-iterate\" 127.0.0.1",
            ),
            (
                "seq 3 | cargo run -q --release --bin echo-client -- --packets",
                "seq 3 | \"echo-client\" --packets",
            ),
            (
                "cargo run -q --bin echo-server -- --log off",
                "\"echo-server\" --log off",
            ),
            (
                "bash -c 'ulimit -n 9; exec target/debug/echo-3-iterate'",
                "bash -c 'ulimit -n 9; exec \"echo-3-iterate\" 127.0.0.1:7'",
            ),
            (
                "cargo run -q -p room-server --example guess",
                "\"examples/guess\"",
            ),
            (
                "cargo run -q --bin baccarat-1-score < decks.txt",
                "\"baccarat-1-score\" < decks.txt",
            ),
            ("echo hello", "echo hello"),
        ] {
            assert_eq!(prepared(command), expected);
        }
    }

    #[test]
    fn tools_are_found_wherever_they_stand_in_a_command() {
        let needed = |command| needed_tools([command].into_iter()).collect::<Vec<_>>();
        assert_eq!(needed("(nc -d 127.0.0.1 7 &) | xxd"), ["nc", "xxd"]);
        assert_eq!(needed("bash docs/until-stuck 7"), ["ss"]);
        assert!(needed("echo once").is_empty());
    }

    #[test]
    fn a_program_that_is_not_built_is_an_error_that_says_what_to_do() {
        let programs = Programs {
            folder: PathBuf::from("/nowhere"),
        };
        let error = programs
            .prepare("cargo run --bin echo-server", &Addresses::default())
            .unwrap_err();
        assert!(error.to_string().contains("cargo test --workspace"), "{error}");
    }
}
