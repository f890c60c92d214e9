//! Asks for a line that nobody sees, as a password: the terminal shows nothing of it, and is as before then.

#[cfg(unix)]
mod line;

use std::io;

use crate::guard::Guard;

/// Asks, and reads a line of which nothing is shown; `None` when the person has ended it, with Ctrl-C or Ctrl-D.
/// Standard input must be a terminal, any will do. What was typed before the question is thrown away.
///
/// # Errors
/// When the terminal cannot be read, or what was typed is not UTF-8; on systems other than Unix.
#[cfg(unix)]
pub fn ask_unseen(guard: &Guard, question: &str) -> io::Result<Option<String>> {
    guard.read_keys(|| {
        let modes = unix::hide()?;
        guard.drawn();
        unix::print(question)?;
        let line = unix::read(guard, question);
        // What is typed ahead for the next reader stays.
        let shown = unix::show(&modes);
        unix::print("\n")?;
        shown.and(line)
    })
}

/// The same where there are no such terminals.
#[cfg(not(unix))]
pub fn ask_unseen(_: &Guard, _: &str) -> io::Result<Option<String>> {
    let reason = "nothing can be typed unseen on this system";
    Err(io::Error::new(io::ErrorKind::Unsupported, reason))
}

#[cfg(unix)]
mod unix {
    use std::io::{self, IsTerminal, Write, stderr, stdin, stdout};

    use rustix::io::Errno;
    use rustix::termios::{
        InputModes, LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
    };

    use super::line::{Outcome, UnseenLine};
    use crate::guard::Guard;

    /// Lets this program see each key, Ctrl-C too, and the screen none. Gives the modes of before.
    pub(super) fn hide() -> io::Result<Termios> {
        let before = tcgetattr(stdin())?;
        let mut modes = before.clone();
        modes.local_modes -= LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG;
        // Enter is one byte, whatever the terminal makes of it.
        modes.input_modes -= InputModes::INLCR | InputModes::IGNCR;
        modes.special_codes[SpecialCodeIndex::VMIN] = 1;
        modes.special_codes[SpecialCodeIndex::VTIME] = 0;
        // It was seen, so it is no secret.
        tcsetattr(stdin(), OptionalActions::Flush, &modes)?;
        Ok(before)
    }

    pub(super) fn show(before: &Termios) -> io::Result<()> {
        Ok(tcsetattr(stdin(), OptionalActions::Now, before)?)
    }

    /// Where the person sees it: standard output may be a file.
    pub(super) fn print(text: &str) -> io::Result<()> {
        match stdout().is_terminal() {
            true => stdout()
                .write_all(text.as_bytes())
                .and_then(|()| stdout().flush()),
            false => stderr().write_all(text.as_bytes()),
        }
    }

    pub(super) fn read(guard: &Guard, question: &str) -> io::Result<Option<String>> {
        let mut line = UnseenLine::default();
        loop {
            match line.take(next_byte()?) {
                Outcome::More => {}
                Outcome::Line(line) => return Ok(Some(line)),
                Outcome::NoText => {
                    return Err(io::Error::new(io::ErrorKind::InvalidData, "this is not UTF-8"));
                }
                Outcome::End => return Ok(None),
                Outcome::Stop if guard.stop() => print(&format!("\n{question}"))?,
                Outcome::Stop => {}
            }
        }
    }

    /// One by one: what follows the line is for the next reader. `None` at the end of the terminal.
    fn next_byte() -> io::Result<Option<u8>> {
        let mut byte = [0];
        loop {
            return match rustix::io::read(stdin(), &mut byte) {
                Ok(0) => Ok(None),
                Ok(_) => Ok(Some(byte[0])),
                Err(Errno::INTR) => continue,
                Err(error) => Err(error.into()),
            };
        }
    }
}
