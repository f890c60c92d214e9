//! Completion, step 3: buffers only for clients that have sent something.
//!
//! A thousand clients of whom ten are talking need ten buffers. So a receive names none: when bytes have come, the
//! kernel takes one that is free, and the completion says which. An idle client costs its socket and a receive in
//! flight. A Windows completion port gets there with a receive of zero bytes, which says "something has come" and
//! needs no buffer, at the price of a second receive.
//!
//! The buffers are few, so nobody may keep one. The send is first *tried*: it completes at once, with all, with a
//! part, or with "not now". Only for a client that reads too slowly, what is left is copied to memory of its own.
#![allow(unsafe_code, reason = "an entry with the address of a buffer is pushed")]

use std::io;
use std::mem::{ManuallyDrop, take};
use std::net::{TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::ptr::null_mut;
use std::rc::Rc;

use io_uring::opcode;
use io_uring::squeue::{Entry, Flags};
use io_uring::types::Fd;
use nix::libc::{ENOBUFS, MSG_DONTWAIT};
use tracing::debug;

use super::acceptor::Acceptor;
use super::one;
use super::ring::{Completion, Ring};
use super::shared_buffers::{GROUP, Lent, SharedBuffers};
use crate::slots::Slots;
use crate::threads::on_threads;
use crate::{BUFFER_SIZE, Ready};

// ANCHOR: run
pub(crate) fn run(listener: TcpListener, threads: usize, ready: Ready<'_>) -> io::Result<()> {
    on_threads(listener, threads, ready, serve)
}

fn serve(listener: &TcpListener, ready: Ready<'_>) -> io::Result<()> {
    let mut ring = Ring::new()?;
    let mut acceptor = Acceptor::start(&mut ring, listener);
    let mut worker = Worker::new(ring)?;
    ready();
    loop {
        worker.ring.wait()?;
        while let Some(completion) = worker.ring.completed() {
            let next = match Acceptor::owns(&completion) {
                true => acceptor
                    .completed(&mut worker.ring, completion)
                    .map(Context::Receive),
                false => worker.next(&completion),
            };
            if let Some(context) = next {
                worker.start(context);
            }
        }
        worker.start_starved();
    }
}
// ANCHOR_END: run

// ANCHOR: context
enum Context {
    /// Holds no buffer.
    Receive(TcpStream),
    /// Sends what has just come, without waiting.
    Try(TcpStream, Lent),
    /// Sends what could not be sent at once, and waits.
    Send(TcpStream, Vec<u8>),
}

impl Context {
    fn entry(&self) -> Entry {
        match self {
            Self::Receive(client) => receive(client),
            Self::Try(client, lent) => try_send(client, lent),
            Self::Send(client, unsent) => one::send(client, unsent),
        }
    }
}

fn receive(client: &TcpStream) -> Entry {
    opcode::Recv::new(Fd(client.as_raw_fd()), null_mut(), BUFFER_SIZE as u32)
        .buf_group(GROUP)
        .build()
        .flags(Flags::BUFFER_SELECT)
}

fn try_send(client: &TcpStream, bytes: &[u8]) -> Entry {
    opcode::Send::new(Fd(client.as_raw_fd()), bytes.as_ptr(), bytes.len() as u32)
        .flags(MSG_DONTWAIT)
        .build()
}
// ANCHOR_END: context

// ANCHOR: worker
struct Worker {
    ring: Ring,
    buffers: Rc<SharedBuffers>,
    /// Never freed, as in step 2.
    contexts: ManuallyDrop<Slots<Context>>,
    /// Clients whose bytes came when all buffers were lent.
    starved: Vec<TcpStream>,
}

impl Worker {
    fn new(mut ring: Ring) -> io::Result<Self> {
        Ok(Self {
            buffers: SharedBuffers::new(&mut ring)?,
            ring,
            contexts: ManuallyDrop::new(Slots::new()),
            starved: Vec::new(),
        })
    }

    fn start(&mut self, context: Context) {
        let (key, context) = self.contexts.insert(context);
        let entry = context.entry().user_data(key);
        // SAFETY: it points to nothing, or to bytes that the context owns or has been lent, and keeps until its
        // completion has come.
        unsafe { self.ring.push(entry) };
    }

    /// The operation after this one; none where the client is at its end.
    fn next(&mut self, completion: &Completion) -> Option<Context> {
        // SAFETY: it comes from the ring of these buffers, and is asked here only.
        let lent = unsafe { self.buffers.take(completion) };
        match (self.contexts.remove(completion.key())?, completion.result()) {
            (Context::Receive(_), Ok(0)) => None,
            (Context::Receive(client), Ok(_)) => Some(Context::Try(client, lent?)),
            (Context::Try(client, lent), Ok(count)) => Some(left(client, &lent[count..])),
            (Context::Send(client, unsent), Ok(count)) => Some(left(client, &unsent[count..])),
            (context, Err(error)) => self.failed(context, &error),
        }
    }

    fn failed(&mut self, context: Context, error: &io::Error) -> Option<Context> {
        match (context, error.kind()) {
            (Context::Receive(client), _) if error.raw_os_error() == Some(ENOBUFS) => {
                self.starved.push(client);
                None
            }
            (Context::Try(client, lent), io::ErrorKind::WouldBlock) => Some(left(client, &lent)),
            (context, io::ErrorKind::Interrupted) => Some(context),
            _ => {
                debug!("broke off: {error}");
                None
            }
        }
    }

    /// A buffer comes back when a send has been tried, which does not wait: so there is one soon, and those who
    /// have none get it then, and do not ask again and again before.
    fn start_starved(&mut self) {
        if self.buffers.any_free() {
            for client in take(&mut self.starved) {
                self.start(Context::Receive(client));
            }
        }
    }
}

/// Goes on with what could not be sent. Nothing is received before that is done, so a client that does not read
/// costs one buffer of its own, and no more.
fn left(client: TcpStream, unsent: &[u8]) -> Context {
    match unsent.is_empty() {
        true => Context::Receive(client),
        false => Context::Send(client, unsent.to_vec()),
    }
}
// ANCHOR_END: worker
