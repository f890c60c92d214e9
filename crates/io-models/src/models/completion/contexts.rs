//! Completion, step 2: many operations at a time, each with its context; on one thread or on several.
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
use std::mem::ManuallyDrop;
use std::net::{TcpListener, TcpStream};
use std::ops::Range;

use io_uring::squeue::Entry;
use tracing::debug;

use super::acceptor::Acceptor;
use super::one;
use super::ring::Ring;
use crate::slots::Slots;
use crate::threads::on_threads;
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
/// The contexts of the operations that are in flight. The table is never freed, since the kernel may still write to
/// what is in it: closing a ring cancels its operations, but nobody is told when that is done.
type Contexts = ManuallyDrop<Slots<Context>>;

pub(crate) fn run(listener: &TcpListener, ready: Ready<'_>) -> io::Result<()> {
    let mut ring = Ring::new()?;
    ready();
    let mut contexts = Contexts::new(Slots::new());
    let mut acceptor = Acceptor::start(&mut ring, listener);
    loop {
        ring.wait()?;
        while let Some(completion) = ring.completed() {
            let next = match Acceptor::owns(&completion) {
                true => acceptor
                    .completed(&mut ring, completion)
                    .map(|socket| Context::Receive(Client::new(socket))),
                false => contexts
                    .remove(completion.key())
                    .and_then(|context| context.next(completion.result())),
            };
            if let Some(context) = next {
                start(&mut ring, &mut contexts, context);
            }
        }
    }
}

fn start(ring: &mut Ring, contexts: &mut Contexts, context: Context) {
    let (key, context) = contexts.insert(context);
    let entry = context.entry().user_data(key);
    // SAFETY: it points into the buffer of the context, which stays in the table until its completion has come
    // (and for ever, where the table is dropped before), and which nobody touches there.
    unsafe { ring.push(entry) };
}
// ANCHOR_END: run

// ANCHOR: threads
/// Each thread has a ring and a listener of its own, and a client stays where it came in: threads share nothing, and
/// wait for nobody. (A Windows completion port is one queue from which all threads take. What it gains, a thread that
/// is free takes what another has no time for, it pays with a lock.)
pub(crate) fn run_on_threads(listener: TcpListener, threads: usize, ready: Ready<'_>) -> io::Result<()> {
    on_threads(listener, threads, ready, run)
}
// ANCHOR_END: threads
