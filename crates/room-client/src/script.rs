//! Runs a client of rooms without a terminal: a line in, a line out, no prompt.

use std::io::{self, ErrorKind, Read};
use std::thread;

use anyhow::bail;
use crossbeam_channel::{Sender, bounded};

use crate::conversation::Conversation;
use crate::line::Line;
use crate::screen::{Input, Pace, Screen};

/// Bytes that one read of standard input takes at most.
const BUFFER: usize = 8 * 1024;

/// Standard output. A script has nobody who reads a problem and does better: it ends.
pub(crate) struct Lines;

impl Screen for Lines {
    fn show(&mut self, line: &Line) -> anyhow::Result<()> {
        if let Line::Problem(problem) = line {
            bail!("{}", command_line::printable(problem.as_bytes()));
        }
        command_line::print_line(&line.to_string())
    }
}

/// Sends all lines, each when the one before is answered.
pub(crate) fn talk(mut conversation: Conversation) -> anyhow::Result<()> {
    let (lines, typed) = bounded(1);
    // Where it is over before the input is, this thread ends with the process.
    let input = thread::Builder::new().name("input".to_owned());
    input.spawn(move || read_all(&lines))?;
    conversation.run(typed, Pace::Script, &mut Lines)
}

fn read_all(lines: &Sender<io::Result<Input>>) {
    let mut input = command_line::Lines::new(command_line::stdin(), BUFFER);
    while let Some(line) = next(&mut input).transpose() {
        let is_last = line.is_err();
        if lines.send(line.map(|line| Input::Lines(vec![line]))).is_err() || is_last {
            return;
        }
    }
}

/// The next line, whatever system has written it.
fn next(input: &mut command_line::Lines<impl Read>) -> io::Result<Option<String>> {
    let line = input.next_text()?;
    let line = line.map(|line| line.strip_suffix(b"\r").unwrap_or(line).to_vec());
    let no_text = |_| io::Error::new(ErrorKind::InvalidData, "this is not UTF-8");
    line.map(String::from_utf8).transpose().map_err(no_text)
}
