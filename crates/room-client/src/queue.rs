//! The queue of typed lines that wait to be sent, at the pace that the server allows.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, after, never};
use text::composed;

use crate::parts::{is_too_long, parts};
use crate::request::Request;

/// Requests of a paste that may be without an answer: where the server drops some, it may take a later one of many.
/// What is typed line by line waits for nothing, since there are servers that do not answer all.
const MOST_UNANSWERED: usize = 8;

/// How long to say nothing when the server has dropped requests. It tells that once a second: after this pause it
/// tells the next time too.
const BREATH: Duration = Duration::from_millis(1_100);

/// What is to be sent, or obeyed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outgoing {
    /// As it was typed.
    Line(String),
    /// A piece of a line that was too long for one message.
    Part(String),
    /// The server has dropped it.
    Again(Request),
}

impl Outgoing {
    /// What it would say in the room, if it is a message.
    fn take_message(&mut self) -> Option<String> {
        match self {
            Self::Line(line) if line.starts_with('/') => None,
            Self::Line(message) | Self::Part(message) | Self::Again(Request::Say { message }) => {
                Some(std::mem::take(message))
            }
            Self::Again(_) => None,
        }
    }
}

/// What waits, and why.
#[derive(Debug)]
pub(crate) struct Queue {
    /// With each, whether it is one of many that were entered at once.
    waiting: VecDeque<(Outgoing, bool)>,
    /// Fires when the pause is over.
    pause: Receiver<Instant>,
    paused: bool,
    /// One at a time, since the server has dropped some.
    careful: bool,
    last: Instant,
}

impl Queue {
    pub(crate) fn new() -> Self {
        Self {
            waiting: VecDeque::new(),
            pause: never(),
            paused: false,
            careful: false,
            last: Instant::now(),
        }
    }

    /// Takes what was entered at once; a line that is too long for a message becomes several.
    pub(crate) fn push(&mut self, lines: Vec<String>) {
        let items: Vec<_> = lines.into_iter().flat_map(messages).collect();
        let is_many = items.len() > 1;
        self.waiting.extend(items.into_iter().map(|item| (item, is_many)));
    }

    /// What comes next, where something may be sent. `unanswered` requests wait for the server, and one that has
    /// not answered for `patience` may never do. While the user `is_entering` a room, nobody knows yet on which server
    /// what comes next is to be said.
    pub(crate) fn next(
        &mut self,
        unanswered: usize,
        is_entering: bool,
        patience: Duration,
    ) -> Option<Outgoing> {
        let most = match self.waiting.front() {
            _ if self.careful => 1,
            Some((_, is_many)) if *is_many => MOST_UNANSWERED,
            _ => usize::MAX,
        };
        let has_to_wait = is_entering || unanswered >= most;
        if self.paused || (has_to_wait && self.last.elapsed() < patience) {
            return None;
        }
        let next = self.waiting.pop_front().map(|(item, _)| item);
        match &next {
            Some(_) => self.last = Instant::now(),
            None => self.careful &= unanswered > 0,
        }
        next
    }

    pub(crate) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Takes out what would be said in a room; commands stay.
    pub(crate) fn take_messages(&mut self) -> Vec<String> {
        let mut messages = Vec::new();
        self.waiting.retain_mut(|(item, _)| {
            let message = item.take_message();
            let is_command = message.is_none();
            messages.extend(message);
            is_command
        });
        messages
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// The server drops requests. True for the first time in a while.
    pub(crate) fn pause(&mut self) -> bool {
        let is_first = !self.careful;
        (self.pause, self.paused, self.careful) = (after(BREATH), true, true);
        is_first
    }

    pub(crate) fn is_paused(&self) -> bool {
        self.paused
    }

    /// Fires when it is time for [`go_on`](Self::go_on).
    pub(crate) fn pause_is_over(&self) -> &Receiver<Instant> {
        &self.pause
    }

    /// What the server has dropped comes first, in the order in which it was asked.
    pub(crate) fn go_on(&mut self, dropped: Vec<Request>) {
        (self.pause, self.paused) = (never(), false);
        self.say_first(dropped);
    }

    /// These come before all that waits, in this order.
    pub(crate) fn say_first(&mut self, requests: Vec<Request>) {
        for request in requests.into_iter().rev() {
            self.waiting.push_front((Outgoing::Again(request), true));
        }
    }
}

fn messages(line: String) -> Vec<Outgoing> {
    // As it is sent.
    let text = composed(&line);
    if is_too_long(&text) {
        let parts = parts(&text).into_iter();
        return parts.map(|part| Outgoing::Part(part.to_owned())).collect();
    }
    vec![Outgoing::Line(line)]
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(60);

    fn line(text: &str) -> Option<Outgoing> {
        Some(Outgoing::Line(text.to_owned()))
    }

    #[test]
    fn lines_wait_for_answers_when_there_are_many() {
        let mut queue = Queue::new();
        queue.push((0..20).map(|number| number.to_string()).collect());
        for number in 0..MOST_UNANSWERED {
            assert_eq!(queue.next(number, false, PATIENCE), line(&number.to_string()));
        }
        assert_eq!(queue.next(MOST_UNANSWERED, false, PATIENCE), None);
        assert_eq!(queue.next(MOST_UNANSWERED, false, Duration::ZERO), line("8"));
        assert_eq!(queue.next(MOST_UNANSWERED - 1, false, PATIENCE), line("9"));
    }

    #[test]
    fn what_is_typed_waits_for_nothing() {
        let mut queue = Queue::new();
        for _ in 0..20 {
            queue.push(vec!["hi".to_owned()]);
        }
        for number in 0..20 {
            assert_eq!(queue.next(number, false, PATIENCE), line("hi"));
        }
    }

    #[test]
    fn what_is_typed_behind_an_entry_waits_for_it() {
        let mut queue = Queue::new();
        queue.push(vec!["/enter 7".to_owned()]);
        queue.push(vec!["hi".to_owned()]);
        assert_eq!(queue.next(0, false, PATIENCE), line("/enter 7"));
        assert_eq!(queue.next(1, true, PATIENCE), None);
        assert_eq!(queue.next(0, false, PATIENCE), line("hi"));
        // A server that does not answer is not waited for without end.
        queue.push(vec!["hello".to_owned()]);
        assert_eq!(queue.next(1, true, Duration::ZERO), line("hello"));
    }

    #[test]
    fn what_was_dropped_goes_first_and_one_by_one() {
        let mut queue = Queue::new();
        queue.push(vec!["three".to_owned()]);
        assert!(queue.pause());
        assert_eq!(queue.next(0, false, PATIENCE), None);
        let dropped = ["one", "two"].map(|message| Request::Say {
            message: message.to_owned(),
        });
        queue.go_on(dropped.clone().into());
        let [one, two] = dropped.map(|request| Some(Outgoing::Again(request)));
        assert_eq!(queue.next(0, false, PATIENCE), one);
        assert_eq!(queue.next(1, false, PATIENCE), None);
        assert!(!queue.pause());
        queue.go_on(Vec::new());
        assert_eq!(queue.next(0, false, PATIENCE), two);
        assert_eq!(queue.next(0, false, PATIENCE), line("three"));
        assert_eq!(queue.next(1, false, PATIENCE), None);
        assert_eq!(queue.next(0, false, PATIENCE), None);
        assert!(queue.pause());
    }

    #[test]
    fn messages_are_taken_out_and_commands_stay() {
        let mut queue = Queue::new();
        queue.push(["one", "/users", " /two"].map(ToOwned::to_owned).into());
        queue.push(vec!["x".repeat(127)]);
        let message = "three".to_owned();
        queue.go_on(vec![Request::Say { message }, Request::Leave]);
        let messages = ["three", "one", " /two", &"x".repeat(126), "x"];
        assert_eq!(queue.take_messages(), messages);
        assert_eq!(queue.len(), 2);
        assert_eq!(
            queue.next(0, false, PATIENCE),
            Some(Outgoing::Again(Request::Leave))
        );
        assert_eq!(queue.next(0, false, PATIENCE), line("/users"));
    }

    #[test]
    fn a_long_line_is_many_messages_and_a_command_is_not() {
        let mut queue = Queue::new();
        let command = format!("/whisper bob {}", "x".repeat(200));
        queue.push(vec!["한".repeat(43), command.clone()]);
        for part in ["한".repeat(42), "한".to_owned()] {
            assert_eq!(queue.next(0, false, PATIENCE), Some(Outgoing::Part(part)));
        }
        assert_eq!(queue.next(0, false, PATIENCE), line(&command));
        assert!(queue.is_empty());
    }
}
