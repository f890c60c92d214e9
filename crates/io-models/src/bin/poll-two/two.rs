//! Waits with poll for two inputs, of which either may have something first.

use std::fs::File;
use std::io::{self, ErrorKind, PipeReader, Read};
use std::os::fd::AsFd;
use std::path::Path;

use anyhow::Context;
use command_line::print_line;
use net::Shutdown;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::named_pipe::NamedPipe;

/// What a read found.
#[derive(PartialEq, Eq)]
enum Found {
    Bytes,
    Nothing,
    End,
}

/// What is waited for, and its place in the array for poll.
const CTRL_C: usize = 0;
const PIPE: usize = 1;
/// Last, since it is left out after its end.
const KEYBOARD: usize = 2;

pub(crate) fn run(path: &Path) -> anyhow::Result<()> {
    let named_pipe = NamedPipe::at(path)?;
    // Closing the other end wakes poll: a signal alone could come just before it, and would be missed.
    let (ctrl_c, other_end) = io::pipe()?;
    Shutdown::on_signals()?.on_request(move || drop(other_end));
    // Not std's Stdin: it reads ahead into a buffer, of which poll knows nothing.
    let keyboard = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    print_line(&format!("waiting for the keyboard and {}", path.display()))?;
    echo_both(keyboard, &named_pipe, &ctrl_c)
}

// ANCHOR: both
fn echo_both(keyboard: File, named_pipe: &NamedPipe, ctrl_c: &PipeReader) -> anyhow::Result<()> {
    let mut keyboard = Some(keyboard);
    let mut pipe = named_pipe.open()?;
    loop {
        let ready = wait(ctrl_c, &pipe, keyboard.as_ref())?;
        if ready.contains(&CTRL_C) {
            return Ok(());
        }
        print_line(&format!("{} ready", ready.len()))?;
        // Two questions, not `else if`: both may be ready, and both get their turn.
        if ready.contains(&KEYBOARD) && show("keyboard", keyboard.as_ref())? == Found::End {
            keyboard = None;
        }
        // Without a keyboard it ends as soon as nobody has the pipe open, and only a read can tell.
        let is_last = keyboard.is_none();
        if (ready.contains(&PIPE) || is_last) && show("pipe", Some(&pipe))? == Found::End {
            if is_last {
                return Ok(());
            }
            // Whoever wrote has gone, and poll would say so for ever. For the next one it is opened again;
            // before it is closed, so that nothing is lost in between.
            pipe = named_pipe.open()?;
        }
    }
}
// ANCHOR_END: both

// ANCHOR: wait
/// The places of those that are ready: bytes, the end (`POLLHUP`) or an error. Reading tells which.
fn wait(ctrl_c: &PipeReader, pipe: &File, keyboard: Option<&File>) -> io::Result<Vec<usize>> {
    let mut places = vec![place(ctrl_c), place(pipe)];
    places.extend(keyboard.map(place));
    while let Err(error) = poll(&mut places, PollTimeout::NONE) {
        if error != Errno::EINTR {
            return Err(error.into());
        }
    }
    let is_ready = |index: &usize| places[*index].any() != Some(false);
    Ok((0..places.len()).filter(is_ready).collect())
}

fn place(input: &impl AsFd) -> PollFd<'_> {
    PollFd::new(input.as_fd(), PollFlags::POLLIN)
}
// ANCHOR_END: wait

/// One read, printed with line breaks and control characters as Rust writes them.
fn show(name: &str, input: Option<&File>) -> anyhow::Result<Found> {
    let mut buffer = [0; 4096];
    let Some(mut input) = input else {
        return Ok(Found::End);
    };
    match input.read(&mut buffer) {
        Ok(0) => {
            print_line(&format!("  {name}: end"))?;
            Ok(Found::End)
        }
        Ok(count) => {
            let text = String::from_utf8_lossy(&buffer[..count]);
            print_line(&format!("  {name}: {text:?}"))?;
            Ok(Found::Bytes)
        }
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {
            Ok(Found::Nothing)
        }
        Err(error) => Err(error).with_context(|| format!("cannot read from the {name}")),
    }
}
