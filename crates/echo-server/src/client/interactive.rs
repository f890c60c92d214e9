//! A person at a terminal: a prompt, a line, its reply, and again.

use std::io::{self, BufRead, BufReader, Write};

use anyhow::{Context, bail};
use command_line::{stdin, stdout};
use net::Connection;

use crate::framing::{Framing, Replies};

pub(crate) fn talk(connection: &Connection, framing: Framing) -> anyhow::Result<()> {
    let mut replies = Replies::new(framing);
    let mut keyboard = BufReader::new(stdin());
    let mut line = Vec::new();
    let mut wire = Vec::new();
    loop {
        print(b"> ").context("cannot print")?;
        line.clear();
        if keyboard.read_until(b'\n', &mut line)? == 0 {
            return command_line::print_line("");
        }
        wire.clear();
        framing.encode(line.strip_suffix(b"\n").unwrap_or(&line), &mut wire)?;
        connection.write_all(&wire)?;
        print_one(connection, &mut replies)?;
    }
}

fn print(text: &[u8]) -> io::Result<()> {
    let mut stdout = stdout();
    stdout.write_all(text)?;
    stdout.flush()
}

/// Reads until one reply is complete.
fn print_one(connection: &Connection, replies: &mut Replies) -> anyhow::Result<()> {
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
