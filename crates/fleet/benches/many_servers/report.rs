//! What was measured, as tables for people, and as one object for programs.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

use figures::Spread;
use serde::Serialize;

use crate::chat::Chat;
use crate::commands::Commands;
use crate::goals::{Bound, Goal};
use crate::takeover::Takeover;
use crate::whispers::Whispers;

/// All that was measured.
#[derive(Default, Serialize)]
pub(crate) struct Report {
    pub(crate) logins: Option<Spread>,
    pub(crate) whispers: Option<Whispers>,
    pub(crate) chat: Option<Chat>,
    pub(crate) takeover: Option<Takeover>,
    pub(crate) commands: Vec<Commands>,
    pub(crate) with_servers: Vec<WithServers>,
    pub(crate) goals: Vec<Goal>,
}

/// What so many servers reach.
#[derive(Serialize)]
pub(crate) struct WithServers {
    pub(crate) servers: usize,
    pub(crate) logins: Spread,
    pub(crate) whispers: Whispers,
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(logins) = self.logins {
            writeln!(f, "logins a second: {}", range(logins, 0))?;
        }
        if let Some(whispers) = self.whispers {
            writeln!(f, "whispers to another server: {whispers}")?;
        }
        if let Some(chat) = self.chat {
            writeln!(
                f,
                "chat, deliveries a second without a directory: {}",
                range(chat.alone, 0)
            )?;
            writeln!(
                f,
                "chat, deliveries a second with one: {}",
                range(chat.in_directory, 0)
            )?;
            writeln!(f, "chat, ratio: {}", range(chat.ratio, 3))?;
        }
        if let Some(Takeover { lease, after }) = self.takeover {
            writeln!(
                f,
                "rooms of a dead server are back after {} s, with a lease of {lease} s",
                range(after, 2)
            )?;
        }
        if !self.commands.is_empty() {
            writeln!(f, "\n| of Redis, for | commands |\n|---|---|")?;
        }
        for Commands { of, commands } in &self.commands {
            writeln!(f, "| {of} | {} |", list(commands))?;
        }
        if !self.with_servers.is_empty() {
            writeln!(f, "\n| servers | logins a second | whispers |\n|---|---|---|")?;
        }
        for WithServers {
            servers,
            logins,
            whispers,
        } in &self.with_servers
        {
            writeln!(f, "| {servers} | {} | {whispers} |", range(*logins, 0))?;
        }
        if !self.goals.is_empty() {
            writeln!(f)?;
        }
        self.goals.iter().try_for_each(|goal| writeln!(f, "{goal}"))
    }
}

impl Display for Whispers {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self {
            a_second,
            p50,
            p99,
            max,
        } = self;
        write!(
            f,
            "{a_second:.0} a second, p50 {p50:.2} ms, p99 {p99:.2} ms, max {max:.2} ms"
        )
    }
}

impl Display for Goal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (words, bound) = match self.bound {
            Bound::AtLeast(bound) => ("at least", bound),
            Bound::AtMost(bound) => ("at most", bound),
        };
        let missed = if self.is_missed() { ": missed" } else { "" };
        write!(f, "{} {:.2}, {words} {bound}{missed}", self.what, self.value)
    }
}

/// The median, and in brackets the least and the greatest.
fn range(spread: Spread, digits: usize) -> String {
    let Spread { median, min, max } = spread;
    format!("{median:.digits$} ({min:.digits$} to {max:.digits$})")
}

fn list(commands: &BTreeMap<String, f64>) -> String {
    if commands.is_empty() {
        return "nothing".to_owned();
    }
    let commands = commands.iter().map(|(name, count)| {
        let count = format!("{count:.2}");
        format!("{} {name}", count.trim_end_matches('0').trim_end_matches('.'))
    });
    commands.collect::<Vec<_>>().join(", ")
}
