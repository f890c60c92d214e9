//! The transcripts of a page: what is typed, and what is to be seen.

use crate::page::{Fence, Page};

/// One thing that happens at a terminal.
#[derive(Debug, PartialEq, Eq)]
pub struct Event {
    /// The line of the page.
    pub line: usize,
    /// What happens.
    pub action: Action,
    /// What is to be seen then, line by line.
    pub expected: Vec<String>,
}

/// What can happen.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// A command is typed.
    Command(String),
    /// Nothing: the server goes on printing.
    Wait,
    /// Ctrl-C is pressed in the server's terminal.
    Interrupt,
    /// The prompt comes back in the server's terminal.
    ServerEnds,
}

/// All that happens on a page.
#[must_use]
pub fn events(page: &Page) -> Vec<Event> {
    let fences = page.fences().into_iter().filter(|fence| fence.kind == "console");
    fences.flat_map(|fence| events_of(&fence)).collect()
}

fn events_of(fence: &Fence<'_>) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    for (offset, text) in fence.lines.iter().enumerate() {
        let line = fence.line + offset;
        let new = |action| Event {
            line,
            action,
            expected: Vec::new(),
        };
        match (*text, text.strip_prefix("$ ")) {
            (_, Some(command)) => {
                // A command can be typed only where the prompt is back.
                if events.last().is_some_and(Event::is_about_the_server) {
                    events.push(new(Action::ServerEnds));
                }
                events.push(new(Action::Command(command.to_owned())));
            }
            ("$", _) => events.push(new(Action::ServerEnds)),
            ("^C", _) => events.push(new(Action::Interrupt)),
            (output, _) => {
                if events.is_empty() {
                    events.push(new(Action::Wait));
                }
                let last = events.len() - 1;
                events[last].expected.push(output.to_owned());
            }
        }
    }
    events
}

/// Service and address of a line `NAME listening on ADDRESS`. A server with one service only has no name for it.
#[must_use]
pub fn listening(line: &str) -> Option<(&str, &str)> {
    let (before, address) = line.split_once("listening on ")?;
    match before.strip_suffix(' ') {
        None => before.is_empty().then_some(("", address)),
        Some(service) => (!service.contains(' ')).then_some((service, address)),
    }
}

impl Event {
    /// True for a command that goes on running in the background.
    #[must_use]
    pub fn starts_server(&self) -> bool {
        matches!(self.action, Action::Command(_)) && self.listening().next().is_some()
    }

    /// Where the server listens, as the page has it: services and addresses.
    pub fn listening(&self) -> impl Iterator<Item = (&str, &str)> {
        self.expected.iter().filter_map(|line| listening(line))
    }

    fn is_about_the_server(&self) -> bool {
        matches!(self.action, Action::Wait | Action::Interrupt) || self.starts_server()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_becomes_events() {
        let page = Page {
            path: "a.md".into(),
            text: "```console\n$ serve\nlistening on 1:2\n```\n```console\none\n^C\ntwo\n$ echo $?\n0\n```\n"
                .into(),
        };
        let events = events(&page);
        let seen: Vec<_> = events.iter().map(|event| (event.line, &event.action)).collect();
        let (serve, status) = (Action::Command("serve".into()), Action::Command("echo $?".into()));
        let expected = [
            (2, &serve),
            (6, &Action::Wait),
            (7, &Action::Interrupt),
            (9, &Action::ServerEnds),
            (9, &status),
        ];
        assert_eq!(seen, expected);
        assert!(events[0].starts_server());
        assert_eq!(events[2].expected, ["two"]);
    }

    #[test]
    fn a_server_may_name_its_services() {
        for (line, expected) in [
            ("listening on 1:2", Some(("", "1:2"))),
            ("udp listening on 1:2", Some(("udp", "1:2"))),
            ("it was listening on 1:2", None),
            ("cannot listen on 1:2", None),
        ] {
            assert_eq!(listening(line), expected);
        }
    }
}
