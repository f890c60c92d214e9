//! Accepts clients with one operation for all of them, or pauses after an accept that failed.
#![allow(
    unsafe_code,
    reason = "an entry is pushed, and the number that accept gives becomes a socket"
)]

use std::io;
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsRawFd, FromRawFd, RawFd};
use std::time::Duration;

use io_uring::opcode;
use io_uring::types::Fd;
use nix::libc::SOCK_CLOEXEC;
use tracing::debug;

use super::ring::{Completion, Ring};
use crate::pauses::Pauses;

/// Keys of completions; those of the clients count from 0.
const ACCEPT: u64 = u64::MAX;
const PAUSE: u64 = u64::MAX - 1;

// ANCHOR: acceptor
pub(super) struct Acceptor<'a> {
    listener: &'a TcpListener,
    pauses: Pauses,
}

impl<'a> Acceptor<'a> {
    pub(super) fn start(ring: &mut Ring, listener: &'a TcpListener) -> Self {
        let acceptor = Self {
            listener,
            pauses: Pauses::new(),
        };
        acceptor.accept(ring);
        acceptor
    }

    /// True where this completion is no client's.
    pub(super) fn owns(completion: &Completion) -> bool {
        [ACCEPT, PAUSE].contains(&completion.key())
    }

    /// The client that has come, if one has.
    pub(super) fn completed(&mut self, ring: &mut Ring, completion: Completion) -> Option<TcpStream> {
        if completion.key() == PAUSE {
            self.accept(ring);
            return None;
        }
        let goes_on = completion.has_more();
        // SAFETY: it has the key of an accept.
        let (client, pause) = match unsafe { accepted(completion) } {
            Ok(client) => {
                self.pauses.reset();
                (Some(client), Duration::ZERO)
            }
            Err(error) => (None, self.pauses.after(&error)),
        };
        if goes_on {
            // The same accept will give the next client.
        } else if pause.is_zero() {
            self.accept(ring);
        } else {
            ring.pause(pause, PAUSE);
        }
        client
    }

    /// One entry, and a completion for each client that comes (*multishot*), until one of them says that it was the
    /// last. Such an accept keeps the limit of open files that there was at its start.
    fn accept(&self, ring: &mut Ring) {
        let accept = opcode::AcceptMulti::new(Fd(self.listener.as_raw_fd())).flags(SOCK_CLOEXEC);
        let entry = accept.build().user_data(ACCEPT);
        // SAFETY: it points to nothing: nobody asks for the address of the client.
        unsafe { ring.push(entry) };
    }
}

/// The socket that an accept has given.
///
/// # Safety
/// The completion is that of an accept.
pub(super) unsafe fn accepted(completion: Completion) -> io::Result<TcpStream> {
    let descriptor = completion.result()?;
    // SAFETY: accept has made this descriptor, and there is one completion for each, so nobody else has it.
    let client = unsafe { TcpStream::from_raw_fd(descriptor as RawFd) };
    if let Err(error) = client.set_nodelay(true) {
        // The client has gone already; its first receive will say so.
        debug!("no TCP_NODELAY: {error}");
    }
    Ok(client)
}
// ANCHOR_END: acceptor
