//! Completion, step 2: many operations at a time, each with its context.
//!
//! The completion queue says "number 17 has received 64 bytes". Who is number 17? Each operation gets a number
//! of our choice, its key, and under this key lies its *context*: all that is needed to go on when it has
//! completed. With that one thread serves many clients, and one system call starts and ends operations of many:
//! that is where completion is cheaper than readiness.
//!
//! What it costs: a client has a buffer all the time, also when it says nothing for hours, since a receive that
//! is in flight needs somewhere to put the bytes. And for this time the buffer is the *kernel's*. Freed too
//! early, or moved, it is memory of somebody else into which the kernel writes, and no compiler sees it: the
//! address in an entry is a number without a lifetime. So the context *owns* the buffer, and the socket too, and
//! comes out of the table only with the completion. There is no other way to drop a client.
#![allow(unsafe_code, reason = "an entry with the address of a buffer is pushed")]

use std::io;
use std::net::{TcpListener, TcpStream};
use std::ops::Range;

use io_uring::squeue::Entry;
use io_uring::types::Fd;
use tracing::debug;

use super::acceptor::Acceptor;
use super::one;
use super::ring::Ring;
use crate::{BUFFER_SIZE, Ready};

// ANCHOR: context
/// What an operation uses, and what follows from its completion.
enum Context {
    Receive(Client),
    Send(Client),
}

struct Client {
    socket: TcpStream,
    buffer: Vec<u8>,
    /// Where in the buffer.
    unsent: Range<usize>,
}

impl Context {
    fn entry(&mut self) -> Entry {
        match self {
            Self::Receive(client) => one::receive(&client.socket, &mut client.buffer),
            Self::Send(client) => one::send(&client.socket, &client.buffer[client.unsent.clone()]),
        }
    }

    /// The operation after this one; none where the client is at its end. Nothing is received as long as
    /// something is unsent, so a client that does not read fills its own buffer and no more.
    fn next(self, result: io::Result<usize>) -> Option<Self> {
        match (self, result) {
            (Self::Receive(_), Ok(0)) => None,
            (Self::Receive(client), Ok(count)) => Some(Self::Send(Client {
                unsent: 0..count,
                ..client
            })),
            (Self::Send(client), Ok(count)) => Some(client.sent(count)),
            (context, Err(error)) if error.kind() == io::ErrorKind::Interrupted => Some(context),
            (_, Err(error)) => {
                debug!("broke off: {error}");
                None
            }
        }
    }
}

impl Client {
    fn new(socket: TcpStream) -> Self {
        Self {
            socket,
            buffer: vec![0; BUFFER_SIZE],
            unsent: 0..0,
        }
    }

    fn sent(mut self, count: usize) -> Context {
        self.unsent.start += count;
        match self.unsent.is_empty() {
            true => Context::Receive(self),
            false => Context::Send(self),
        }
    }
}
// ANCHOR_END: context

// ANCHOR: run
pub(crate) fn run(listener: &TcpListener, ready: Ready<'_>) -> io::Result<()> {
    serve(listener, one::accept, ready)
}

pub(super) fn serve(listener: &TcpListener, accept: fn(Fd) -> Entry, ready: Ready<'_>) -> io::Result<()> {
    let mut ring = Ring::new()?;
    ready();
    let mut contexts = Contexts::<Context>::new();
    let mut acceptor = Acceptor::start(&mut ring, listener, accept);
    loop {
        ring.wait()?;
        while let Some(completion) = ring.completed() {
            let next = match Acceptor::owns(&completion) {
                true => acceptor
                    .completed(&mut ring, completion)
                    .map(|socket| Context::Receive(Client::new(socket))),
                false => contexts.remove(completion.key()).next(completion.result()),
            };
            if let Some(context) = next {
                start(&mut ring, &mut contexts, context);
            }
        }
    }
}

fn start(ring: &mut Ring, contexts: &mut Contexts<Context>, context: Context) {
    let (key, context) = contexts.insert(context);
    let entry = context.entry().user_data(key);
    // SAFETY: it points into the buffer of the context, which stays in the table until its completion has come
    // (and for ever, where the table is dropped before), and which nobody touches there.
    unsafe { ring.push(entry) };
}
// ANCHOR_END: run

// ANCHOR: contexts
/// The contexts of the operations that are in flight, by key.
pub(super) struct Contexts<C> {
    places: Vec<Option<C>>,
    /// Keys of empty places.
    free: Vec<usize>,
}

impl<C> Contexts<C> {
    pub(super) fn new() -> Self {
        Self {
            places: Vec::new(),
            free: Vec::new(),
        }
    }

    /// Its key, and the context where it will stay; a table that grows moves it, but not what it has on the heap.
    pub(super) fn insert(&mut self, context: C) -> (u64, &mut C) {
        let key = self.free.pop().unwrap_or_else(|| {
            self.places.push(None);
            self.places.len() - 1
        });
        (key as u64, self.places[key].insert(context))
    }

    /// The context of an operation that has completed.
    ///
    /// # Panics
    /// When it has completed before: that would be an error of this program.
    pub(super) fn remove(&mut self, key: u64) -> C {
        let key = key as usize;
        self.free.push(key);
        self.places[key].take().expect("an operation completes once")
    }
}

impl<C> Drop for Contexts<C> {
    /// Never frees what the kernel may still write to. Closing a ring cancels its operations, but nobody is told
    /// when that is done.
    fn drop(&mut self) {
        std::mem::forget(std::mem::take(&mut self.places));
    }
}
// ANCHOR_END: contexts
