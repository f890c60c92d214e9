//! Standard input that is no terminal: a line in, a line out, no prompt.

use std::io::{self, BufRead, BufReader};
use std::thread;

use anyhow::bail;
use crossbeam_channel::{Sender, bounded};

use crate::conversation::{Conversation, Pace, Screen};
use crate::line::Line;

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

fn read_all(lines: &Sender<io::Result<String>>) {
    for line in BufReader::new(command_line::stdin()).lines() {
        let is_last = line.is_err();
        if lines.send(line).is_err() || is_last {
            return;
        }
    }
}
