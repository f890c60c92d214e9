//! Calls of POSIX, for Linux and macOS alike.
#![expect(
    unsafe_code,
    reason = "recv, poll, getrlimit and pthread_kill have no safe wrapper in std or socket2"
)]

#[cfg(not(target_vendor = "apple"))]
use std::io::IoSlice;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::os::unix::thread::JoinHandleExt;
use std::thread::JoinHandle;
use std::time::Duration;

#[cfg(not(target_vendor = "apple"))]
use socket2::SockRef;

/// One send that never waits (send(2), MSG_DONTWAIT).
///
/// A peer that is gone is an error, not the signal SIGPIPE: the Rust runtime ignores it.
#[cfg(not(target_vendor = "apple"))]
pub(crate) fn send_now(stream: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
    SockRef::from(stream).send_with_flags(bytes, libc::MSG_DONTWAIT)
}

/// The same for bytes in several places (sendmsg(2)).
#[cfg(not(target_vendor = "apple"))]
pub(crate) fn send_now_vectored(stream: &TcpStream, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
    SockRef::from(stream).send_vectored_with_flags(pieces, libc::MSG_DONTWAIT)
}

/// One receive that never waits (recv(2), MSG_DONTWAIT).
pub(crate) fn read_now(stream: &TcpStream, buffer: &mut [u8]) -> io::Result<usize> {
    let (start, length) = (buffer.as_mut_ptr().cast(), buffer.len());
    // SAFETY: the pointer is to as many bytes that may be written as the length says.
    let count = unsafe { libc::recv(stream.as_raw_fd(), start, length, libc::MSG_DONTWAIT) };
    usize::try_from(count).map_err(|_| io::Error::last_os_error())
}

/// Waits until a send would take bytes, or the time is over, or a signal comes.
pub(crate) fn wait_writable(stream: &TcpStream, timeout: Option<Duration>) -> io::Result<()> {
    poll(&mut [entry(stream, libc::POLLOUT)], timeout)
}

/// The same for many, and for a wake-up: which of them have something to be tried on?
pub(crate) fn wait_any_writable<'a>(
    wake_up: &WakeUp,
    streams: impl Iterator<Item = &'a TcpStream>,
    timeout: Option<Duration>,
) -> io::Result<Vec<bool>> {
    let mut entries = vec![entry(&wake_up.hear, libc::POLLIN)];
    entries.extend(streams.map(|stream| entry(stream, libc::POLLOUT)));
    poll(&mut entries, timeout)?;
    if entries[0].revents != 0 {
        wake_up.quiet();
    }
    Ok(entries[1..].iter().map(|entry| entry.revents != 0).collect())
}

fn entry(socket: &impl AsRawFd, events: libc::c_short) -> libc::pollfd {
    libc::pollfd {
        fd: socket.as_raw_fd(),
        events,
        revents: 0,
    }
}

/// poll(2). A signal ends the wait like the time does.
fn poll(entries: &mut [libc::pollfd], timeout: Option<Duration>) -> io::Result<()> {
    // Rounded up, so that the time is over when poll says so.
    let milliseconds = timeout.map_or(-1, |time| {
        i32::try_from(time.as_micros().div_ceil(1_000)).unwrap_or(i32::MAX)
    });
    let count = libc::nfds_t::try_from(entries.len()).map_err(io::Error::other)?;
    // SAFETY: the pointer is to as many live `pollfd` as the count says.
    match unsafe { libc::poll(entries.as_mut_ptr(), count, milliseconds) } {
        -1 => match io::Error::last_os_error() {
            error if error.kind() == io::ErrorKind::Interrupted => Ok(()),
            error => Err(error),
        },
        _ => Ok(()),
    }
}

/// A bell that poll can hear.
#[derive(Debug)]
pub(crate) struct WakeUp {
    hear: UnixStream,
    ring: UnixStream,
}

impl WakeUp {
    pub(crate) fn new() -> io::Result<Self> {
        let (hear, ring) = UnixStream::pair()?;
        hear.set_nonblocking(true)?;
        ring.set_nonblocking(true)?;
        Ok(Self { hear, ring })
    }

    pub(crate) fn ring(&self) {
        // A full pipe is a bell that rings already.
        let _ = (&self.ring).write(&[0]);
    }

    fn quiet(&self) {
        let mut rings = [0; 64];
        while (&self.hear)
            .read(&mut rings)
            .is_ok_and(|count| count == rings.len())
        {}
    }
}

/// The system has no sockets of this family at all, as a kernel without IPv6 (socket(2)).
pub(crate) fn is_family_missing(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::EAFNOSUPPORT)
}

/// The soft limit of open files (getrlimit(2), RLIMIT_NOFILE).
pub(crate) fn descriptor_limit() -> Option<u64> {
    Some(count(read_limit().ok()?.rlim_cur))
}

/// The type differs from system to system.
#[allow(clippy::useless_conversion, reason = "on 32 bits it is one")]
fn count(limit: libc::rlim_t) -> u64 {
    limit.into()
}

/// What may be asked for at most: macOS refuses more than OPEN_MAX, whatever the hard limit says
/// (setrlimit(2) there, COMPATIBILITY).
fn most_descriptors(hard_limit: libc::rlim_t) -> libc::rlim_t {
    if cfg!(target_vendor = "apple") {
        hard_limit.min(10_240)
    } else {
        hard_limit
    }
}

/// Raises the soft limit of open files to the hard one, and says what holds now.
///
/// A soft limit of 1,024 is kept low for programs that use `select`; this one does not.
///
/// # Errors
/// What `getrlimit` or `setrlimit` answer.
pub fn raise_descriptor_limit() -> io::Result<Option<u64>> {
    let mut limit = read_limit()?;
    limit.rlim_cur = limit.rlim_cur.max(most_descriptors(limit.rlim_max));
    // SAFETY: the pointer is to a live `rlimit`, which the call only reads.
    match unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit) } {
        0 => Ok(Some(count(limit.rlim_cur))),
        _ => Err(io::Error::last_os_error()),
    }
}

/// The soft limit of address space; none where it is unlimited.
#[cfg(target_os = "linux")]
pub(super) fn address_space_limit() -> Option<u64> {
    let mut limit = NO_LIMIT;
    // SAFETY: the pointer is to a live `rlimit`, which the call fills in.
    let answer = unsafe { libc::getrlimit(libc::RLIMIT_AS, &raw mut limit) };
    (answer == 0 && limit.rlim_cur != libc::RLIM_INFINITY).then(|| count(limit.rlim_cur))
}

fn read_limit() -> io::Result<libc::rlimit> {
    let mut limit = NO_LIMIT;
    // SAFETY: the pointer is to a live `rlimit`, which the call fills in.
    match unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) } {
        0 => Ok(limit),
        _ => Err(io::Error::last_os_error()),
    }
}

/// To be filled in.
const NO_LIMIT: libc::rlimit = libc::rlimit {
    rlim_cur: 0,
    rlim_max: 0,
};

/// Ends blocked reads of other threads: a signal makes the call return EINTR, and the thread looks at the
/// shutdown flag.
///
/// The other way, `shutdown(SHUT_RD)`, would cost replies: once both directions of a socket are shut, Linux
/// answers data that still arrives with a reset, which destroys what the client has not read yet.
///
/// SIGURG is used because a process that does not ask for it ignores it, so it harms nobody.
pub(crate) struct Interrupter(());

impl Interrupter {
    // ANCHOR: install
    /// Installs a handler that does nothing. Without `SA_RESTART`, or a read would just go on.
    pub(crate) fn install() -> io::Result<Self> {
        extern "C" fn only_wake_up(_signal: libc::c_int) {}
        // SAFETY: all-zero bytes are a valid `sigaction`: no flags, an empty mask, the default handler.
        let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
        action.sa_sigaction = only_wake_up as extern "C" fn(libc::c_int) as libc::sighandler_t;
        // SAFETY: the pointer is to a live `sigaction`; its handler does nothing, so it is safe to run at
        // any point of any thread.
        match unsafe { libc::sigaction(libc::SIGURG, &raw const action, std::ptr::null_mut()) } {
            0 => Ok(Self(())),
            _ => Err(io::Error::last_os_error()),
        }
    }
    // ANCHOR_END: install

    /// Interrupts what the thread waits for. A call that begins just afterwards is not interrupted, so
    /// this is repeated until the thread has reacted.
    pub(crate) fn interrupt<T>(&self, thread: &JoinHandle<T>) {
        // SAFETY: the thread was not joined or detached, since its handle is here, so its id is valid.
        unsafe { libc::pthread_kill(thread.as_pthread_t(), libc::SIGURG) };
    }
}

/// Which of the signals that end a program this process was started to ignore: SIGHUP, the end of its terminal, by
/// nohup(1); SIGINT, Ctrl-C at its terminal, by a shell without job control that runs it in the background (POSIX, "Shell
/// Command Language", 2.11).
pub(crate) struct IgnoredSignals {
    ignored: [bool; 2],
}

impl IgnoredSignals {
    const SIGNALS: [libc::c_int; 2] = [libc::SIGHUP, libc::SIGINT];

    pub(crate) fn remember() -> Self {
        Self {
            ignored: Self::SIGNALS.map(|signal| handler_of(signal) == Some(libc::SIG_IGN)),
        }
    }

    /// Undoes what others have made of it since, where they were ignored.
    pub(crate) fn restore(self) {
        for (signal, ignored) in Self::SIGNALS.into_iter().zip(self.ignored) {
            if ignored {
                // SAFETY: ignoring a signal runs no code of ours.
                unsafe { libc::signal(signal, libc::SIG_IGN) };
            }
        }
    }
}

/// Gives SIGHUP back to the system, from the [`Shutdown`](crate::Shutdown) that ends a server at it: for a server that
/// will do something else then. Until it does, the signal ends the process.
pub fn release_hangup() {
    // SAFETY: what the system does at a signal runs no code of ours.
    unsafe { libc::signal(libc::SIGHUP, libc::SIG_DFL) };
}

/// What happens at a signal.
fn handler_of(signal: libc::c_int) -> Option<libc::sighandler_t> {
    // SAFETY: all-zero bytes are a valid `sigaction`, which the call fills in.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    // SAFETY: the pointer is to a live `sigaction`; a null pointer for the new one changes nothing.
    let answer = unsafe { libc::sigaction(signal, std::ptr::null(), &raw mut action) };
    (answer == 0).then_some(action.sa_sigaction)
}

// ANCHOR: first_process
/// Gives the first process of a container the ends that every other process has: exit code 128 + n at SIGINT, SIGTERM
/// and SIGHUP.
///
/// The kernel keeps signals without a handler from process 1 of a process namespace (pid_namespaces(7)): otherwise a
/// program in a container ignores Ctrl-C and `docker stop`, and is killed ten seconds later. A program with a better
/// end puts its own handler in place of this one, also one that calls those before it. Elsewhere, and where a signal is
/// ignored, nothing happens.
pub fn end_as_first_process() {
    extern "C" fn end(signal: libc::c_int) {
        if handler_of(signal) == Some(end as extern "C" fn(libc::c_int) as libc::sighandler_t) {
            // SAFETY: _exit is allowed in a signal handler (signal-safety(7)), as sigaction is, and does not return.
            unsafe { libc::_exit(128 + signal) }
        }
    }
    if std::process::id() != 1 {
        return;
    }
    for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
        if handler_of(signal) == Some(libc::SIG_DFL) {
            // SAFETY: the handler does nothing but end the process, at any point of any thread.
            unsafe { libc::signal(signal, end as extern "C" fn(libc::c_int) as libc::sighandler_t) };
        }
    }
}
// ANCHOR_END: first_process
