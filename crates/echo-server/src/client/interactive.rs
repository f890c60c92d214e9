//! The echo client at a terminal: a prompt with line editing, a line, its reply, and again.

use std::io::{self, Write};

use anyhow::{Context, bail};
use command_line::stdout;
use terminal::Prompt;
use tls::Stream;

use crate::framing::{Framing, Replies};

pub(crate) fn talk(connection: &Stream, framing: Framing) -> anyhow::Result<()> {
    let mut prompt = Prompt::open()?;
    let mut replies = Replies::new(framing);
    let mut wire = Vec::new();
    while let Some(line) = prompt.read("> ")? {
        wire.clear();
        framing.encode(line.as_bytes(), &mut wire)?;
        connection.write_all(&wire)?;
        print_one(connection, &mut replies)?;
    }
    Ok(())
}

fn print(text: &[u8]) -> io::Result<()> {
    let mut stdout = stdout();
    stdout.write_all(text)?;
    stdout.flush()
}

/// Reads until one reply is complete.
fn print_one(connection: &Stream, replies: &mut Replies) -> anyhow::Result<()> {
    let mut buffer = [0; 4096];
    let mut text = Vec::new();
    let mut shown = 0;
    while shown == 0 {
        match connection.read(&mut buffer).context("no reply")? {
            0 => bail!("the server closed the connection"),
            count => shown = replies.show(&buffer[..count], &mut text)?,
        }
    }
    print(&text).context("cannot print")
}
