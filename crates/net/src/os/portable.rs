//! What every system can do: fallbacks for where Linux or POSIX calls are not to be had.
#![cfg_attr(
    unix,
    expect(dead_code, reason = "a unix that is not Linux needs only part of these")
)]

use std::io::{self, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

/// Not known here.
pub(crate) fn map_limit() -> Option<u64> {
    None
}

/// Ends a blocked accept by giving it something to accept.
pub(crate) fn unblock_accept(listener: &TcpListener) {
    if let Ok(mut address) = listener.local_addr() {
        if address.ip().is_unspecified() {
            address.set_ip(match address {
                std::net::SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
                std::net::SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
            });
        }
        let _ = TcpStream::connect_timeout(&address, Duration::from_secs(1));
    }
}

/// There is no such class here.
///
/// # Errors
/// Always.
pub fn set_batch_scheduling() -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// One send that never waits. The socket is non-blocking only for this call, so a read that another thread
/// begins meanwhile may return `WouldBlock`.
pub(crate) fn send_now(mut stream: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
    stream.set_nonblocking(true)?;
    let sent = stream.write(bytes);
    stream.set_nonblocking(false)?;
    sent
}

/// Without poll, a short wait stands in for it; the caller tries again.
pub(crate) fn wait_writable(_stream: &TcpStream, timeout: Option<Duration>) -> io::Result<()> {
    const STEP: Duration = Duration::from_millis(10);
    std::thread::sleep(timeout.map_or(STEP, |time| time.min(STEP)));
    Ok(())
}

/// The same for many: all are to be tried.
pub(crate) fn wait_any_writable<'a>(
    wake_up: &WakeUp,
    streams: impl Iterator<Item = &'a TcpStream>,
    timeout: Option<Duration>,
) -> io::Result<Vec<bool>> {
    let all: Vec<_> = streams.map(|_| true).collect();
    // Somebody to be tried for: soon. Nobody: only a wake-up ends it.
    let longest = (!all.is_empty()).then_some(Duration::from_millis(10));
    let timeout = timeout.into_iter().chain(longest).min();
    let mut rung = wake_up.rung.lock();
    match timeout {
        _ if *rung => {}
        Some(time) => drop(wake_up.bell.wait_for(&mut rung, time)),
        None => wake_up.bell.wait(&mut rung),
    }
    *rung = false;
    Ok(all)
}

/// A bell that a thread can wait for.
#[derive(Debug, Default)]
pub(crate) struct WakeUp {
    rung: Mutex<bool>,
    bell: Condvar,
}

impl WakeUp {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self::default())
    }

    pub(crate) fn ring(&self) {
        *self.rung.lock() = true;
        self.bell.notify_one();
    }
}

/// Not known here.
pub(crate) fn descriptor_limit() -> Option<u64> {
    None
}

/// There is no such limit here.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn raise_descriptor_limit() -> io::Result<Option<u64>> {
    Ok(None)
}

/// Cannot end a read here: a handler that waits is ended by the shutdown of its socket after the drain time.
pub(crate) struct Interrupter(());

impl Interrupter {
    /// Nothing to install.
    pub(crate) fn install() -> io::Result<Self> {
        Ok(Self(()))
    }

    /// Does nothing.
    pub(crate) fn interrupt<T>(&self, _thread: &JoinHandle<T>) {}
}

/// There is no such signal here.
pub(crate) struct Hangup(());

impl Hangup {
    /// Nothing to remember.
    pub(crate) fn remember() -> Self {
        Self(())
    }

    /// Does nothing.
    pub(crate) fn restore(self) {}
}
