//! Completion, step 1: io_uring, one operation at a time.
//!
//! An operation is started, and then it completes: these are two moments, and in between this program may do
//! something else. Here it has nothing else to do, so it waits, and serves one client after another as
//! `iterative` does, with the same number of system calls: one for each operation. So far nothing is won. But in
//! `iterative` the thread is *in* recv while it waits; here recv is with the kernel, and the thread is free.
#![allow(
    unsafe_code,
    reason = "an entry is pushed, and the number that accept gives becomes a socket"
)]

use std::io;
use std::net::{TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::ptr::null_mut;

use io_uring::opcode;
use io_uring::squeue::Entry;
use io_uring::types::Fd;
use nix::libc::{MSG_WAITALL, SOCK_CLOEXEC};
use tracing::debug;

use super::acceptor::accepted;
use super::ring::{Completion, Ring};
use crate::pauses::Pauses;
use crate::{BUFFER_SIZE, Ready};

// ANCHOR: run
pub(crate) fn run(listener: &TcpListener, ready: Ready<'_>) -> io::Result<()> {
    let mut ring = Ring::new()?;
    // For ever, since it is lent to the kernel: after a failed wait nobody could say when it comes back.
    let buffer = Box::leak(vec![0; BUFFER_SIZE].into_boxed_slice());
    let mut pauses = Pauses::new();
    ready();
    loop {
        let completion = complete(&mut ring, accept(Fd(listener.as_raw_fd())))?;
        // SAFETY: it is that of an accept.
        match unsafe { accepted(completion) } {
            Ok(client) => {
                pauses.reset();
                echo(&mut ring, &client, buffer)?;
            }
            Err(error) => pauses.wait_after(&error),
        }
    }
}

/// Sends back what comes, until the end of this client. Fails where the ring does.
fn echo(ring: &mut Ring, client: &TcpStream, buffer: &mut [u8]) -> io::Result<()> {
    let mut unsent = 0..0;
    loop {
        let is_sending = !unsent.is_empty();
        let entry = match is_sending {
            true => send(client, &buffer[unsent.clone()]),
            false => receive(client, buffer),
        };
        match complete(ring, entry)?.result() {
            Ok(count) if is_sending => unsent.start += count,
            Ok(0) => return Ok(()),
            Ok(count) => unsent = 0..count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                debug!("broke off: {error}");
                return Ok(());
            }
        }
    }
}
// ANCHOR_END: run

// ANCHOR: complete
/// Starts an operation, and waits until it has completed.
fn complete(ring: &mut Ring, entry: Entry) -> io::Result<Completion> {
    // SAFETY: the entries of this file point to nothing, or into the one buffer, which is never freed; nobody
    // else uses it while the operation is in flight, since until then this function does not return. If the ring
    // fails, nobody uses it any more.
    unsafe { ring.push(entry) };
    loop {
        ring.wait()?;
        if let Some(completion) = ring.completed() {
            return Ok(completion);
        }
    }
}
// ANCHOR_END: complete

// ANCHOR: entries
/// The next client; its address goes nowhere.
fn accept(listener: Fd) -> Entry {
    opcode::Accept::new(listener, null_mut(), null_mut())
        .flags(SOCK_CLOEXEC)
        .build()
}

/// What has come by then, at least one byte; 0 is the end.
pub(super) fn receive(client: &TcpStream, buffer: &mut [u8]) -> Entry {
    opcode::Recv::new(Fd(client.as_raw_fd()), buffer.as_mut_ptr(), length(buffer)).build()
}

/// All of it, where nothing goes wrong: with `MSG_WAITALL` the kernel goes on by itself when a part was sent.
/// To a client that has gone it is an error and no signal, as with `MSG_NOSIGNAL`, which io_uring always adds.
pub(super) fn send(client: &TcpStream, bytes: &[u8]) -> Entry {
    opcode::Send::new(Fd(client.as_raw_fd()), bytes.as_ptr(), length(bytes))
        .flags(MSG_WAITALL)
        .build()
}
// ANCHOR_END: entries

fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).expect("a buffer is small")
}
