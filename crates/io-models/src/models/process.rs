//! Process: a process for each client.
//!
//! fork(2) copies the process: the child serves the one client, with the code of `iterative`, and ends; the parent
//! goes back to accept. No child can touch what another has in memory, and one that dies takes one client with it.
//! The price is a process each, and three duties of the parent:
//!
//! - close its own copy of the connection. Otherwise the client never gets the end, and descriptors run out.
//! - *reap* its children. Who has ended stays in the table of processes, as a zombie, until its parent has asked how
//!   it ended (wait(2)).
//! - end its children when it ends itself, since they live longer than their parent.
#![expect(
    unsafe_code,
    reason = "fork, the handlers of signals and _exit have no safe wrappers"
)]

use std::collections::HashMap;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::sync::Arc;
use std::thread;

use net::Shutdown;
use nix::errno::Errno;
use nix::libc;
use nix::sys::signal::{SigHandler, SigSet, SigmaskHow, Signal, kill, signal};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{ForkResult, Pid, close, fork};
use parking_lot::Mutex;
use signal_hook::iterator::Signals;
use tracing::{debug, warn};

use super::iterative::echo;
use crate::Ready;
use crate::pauses::Pauses;

// ANCHOR: children
/// Who is served by which process.
///
/// A number is in here from the fork until its process is reaped. Both happen under this lock, so a number in
/// here is never that of a stranger to whom the system has given it again.
#[derive(Default)]
struct Children {
    clients: Mutex<HashMap<Pid, SocketAddr>>,
}
// ANCHOR_END: children

// ANCHOR: run
pub(crate) fn run(listener: &TcpListener, shutdown: &Shutdown, ready: Ready<'_>) -> io::Result<()> {
    let children = Arc::new(Children::default());
    reap_in_background(Arc::clone(&children))?;
    let at_the_end = Arc::clone(&children);
    shutdown.on_request(move || at_the_end.end_all());
    ready();
    let mut pauses = Pauses::new();
    loop {
        match listener.accept() {
            Ok((client, peer)) => {
                pauses.reset();
                if let Err(error) = children.start(listener, client, peer, shutdown) {
                    warn!(%peer, "no process for this client: {error}");
                }
            }
            Err(error) => pauses.wait_after(&error),
        }
    }
}
// ANCHOR_END: run

/// Reaps whenever a child has ended.
fn reap_in_background(children: Arc<Children>) -> io::Result<()> {
    let mut signals = Signals::new([libc::SIGCHLD])?;
    thread::Builder::new()
        .name("reaper".to_owned())
        .spawn(move || signals.forever().for_each(|_| children.reap()))?;
    Ok(())
}

impl Children {
    // ANCHOR: start
    /// Starts a process for a client. `client` is closed here in any case; the child has its own copy.
    fn start(
        &self,
        listener: &TcpListener,
        client: TcpStream,
        peer: SocketAddr,
        shutdown: &Shutdown,
    ) -> io::Result<()> {
        let mut clients = self.clients.lock();
        if shutdown.requested() {
            return Ok(());
        }
        // No signal may come to the child before it has handlers of its own.
        let mask = SigSet::all().thread_swap_mask(SigmaskHow::SIG_SETMASK)?;
        // SAFETY: the child calls nothing but `serve`, which keeps to what is allowed after a fork.
        let forked = unsafe { fork() };
        if let Ok(ForkResult::Child) = forked {
            serve(listener, client, &mask);
        }
        if let Ok(ForkResult::Parent { child }) = forked {
            clients.insert(child, peer);
        }
        mask.thread_set_mask()?;
        forked.map(drop).map_err(io::Error::from)
    }
    // ANCHOR_END: start

    // ANCHOR: reap
    /// Reaps all who have ended. Signals of a kind do not queue: a hundred children that end together may be one
    /// SIGCHLD, so this goes on until nobody is left.
    fn reap(&self) {
        loop {
            let mut clients = self.clients.lock();
            match waitpid(None, Some(WaitPidFlag::WNOHANG)) {
                Err(Errno::EINTR) => {}
                // There are no children, or all of them are alive.
                Err(_) | Ok(WaitStatus::StillAlive) => return,
                Ok(ended) => {
                    let peer = ended.pid().and_then(|child| clients.remove(&child));
                    drop(clients);
                    log(peer, ended);
                }
            }
        }
    }
    // ANCHOR_END: reap

    // ANCHOR: end_all
    /// Ends all children, and waits until they are gone. Nobody starts another one: `start` waits for the lock,
    /// and then finds that the end was requested.
    fn end_all(&self) {
        let mut clients = self.clients.lock();
        for child in clients.keys() {
            // It may have ended by itself, and still is a child.
            let _ = kill(*child, Signal::SIGKILL);
        }
        for (child, _) in clients.drain() {
            while waitpid(child, None) == Err(Errno::EINTR) {}
        }
    }
    // ANCHOR_END: end_all
}

// ANCHOR: log
/// The log is the parent's; a child can only say it with its exit status.
fn log(peer: Option<SocketAddr>, ended: WaitStatus) {
    let peer = peer.map(tracing::field::display);
    match ended {
        WaitStatus::Exited(_, 0) => debug!(peer, "closed"),
        WaitStatus::Exited(_, code) => debug!(peer, "broke off: {}", io::Error::from_raw_os_error(code)),
        WaitStatus::Signaled(_, signal, _) => debug!(peer, "its process was ended by {signal}"),
        _ => {}
    }
}
// ANCHOR_END: log

// ANCHOR: serve
/// The child: serves its client, and ends with 0 or the number of the client's error.
///
/// The parent has other threads, and the child has none of them: what they held at the fork, such as a lock of the
/// allocator or of the log, is held for ever. So only what is safe in a handler of a signal is safe here
/// (fork(2)): system calls, and memory that is there already. `_exit` and not `exit`, which would run what the
/// parent has arranged for *its* end.
fn serve(listener: &TcpListener, client: TcpStream, mask: &SigSet) -> ! {
    let served = become_a_child(listener, mask).and_then(|()| echo(client));
    let code = served.map_or_else(|error| error.raw_os_error().unwrap_or(libc::EIO), |()| 0);
    // SAFETY: it does not return, and runs nothing of this process.
    unsafe { libc::_exit(code) }
}

/// Gives up what is the parent's.
fn become_a_child(listener: &TcpListener, mask: &SigSet) -> io::Result<()> {
    // Otherwise the address stays taken as long as one child lives.
    close(listener.as_raw_fd())?;
    // The handlers of the parent wake a thread that is not here, so this process could not be ended with SIGTERM.
    for number in [Signal::SIGCHLD, Signal::SIGHUP, Signal::SIGINT, Signal::SIGTERM] {
        // SAFETY: neither the default action nor to ignore a signal runs code of ours.
        unsafe {
            if let SigHandler::SigIgn = signal(number, SigHandler::SigDfl)? {
                signal(number, SigHandler::SigIgn)?;
            }
        }
    }
    mask.thread_set_mask()?;
    Ok(())
}
// ANCHOR_END: serve
