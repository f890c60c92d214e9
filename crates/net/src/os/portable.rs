//! Fallbacks for systems that do not have the calls of Linux or POSIX.
#![cfg_attr(
    unix,
    expect(dead_code, reason = "a unix that is not Linux needs only part of these")
)]
#![expect(
    unsafe_code,
    reason = "a received byte is uninitialized for socket2 until somebody says otherwise"
)]

use std::io::{self, IoSlice, Read, Write};
use std::mem::MaybeUninit;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use socket2::{MaybeUninitSlice, SockRef};

use super::Received;

/// Not known here.
pub(crate) fn map_limit() -> Option<u64> {
    None
}

/// Not known here.
pub(crate) fn memory_left() -> Option<u64> {
    None
}

/// There is nothing to save here.
pub fn save_address_space() {}

/// A blocked accept is ended by giving it a connection.
pub(crate) const UNBLOCKS_BY_CONNECTING: bool = true;

/// Ends a blocked accept by giving it something to accept.
pub(crate) fn unblock_accept(listener: &TcpListener) {
    if let Ok(address) = listener.local_addr() {
        let _ = TcpStream::connect_timeout(&from_here(address), Duration::from_secs(1));
    }
}

/// Ends a blocked receive by giving it something to receive. Where that is thrown away, since too much waits
/// already, nobody is blocked.
pub(crate) fn unblock_receive(socket: &UdpSocket) {
    if let Ok(address) = socket.local_addr() {
        let _ = socket.send_to(&[], from_here(address));
    }
}

/// How this machine reaches a socket of its own.
fn from_here(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}

/// Nothing to ask for: the system chooses the address that a reply comes from.
pub(crate) fn tell_destination(_socket: &UdpSocket) -> io::Result<()> {
    Ok(())
}

/// One receive, which waits for a datagram.
pub(crate) fn receive(socket: &UdpSocket, buffer: &mut [u8]) -> io::Result<Received> {
    // Not `recv_from` of std, for which a datagram that is too long is an error without a sender on Windows.
    let mut bytes = vec![MaybeUninit::uninit(); buffer.len()];
    let pieces = &mut [MaybeUninitSlice::new(&mut bytes)];
    let (count, flags, from) = SockRef::from(socket).recv_from_vectored(pieces)?;
    for (to, from) in buffer.iter_mut().zip(&bytes[..count]) {
        // SAFETY: the system has written the first `count` bytes.
        *to = unsafe { from.assume_init() };
    }
    Ok(Received {
        count,
        cut: flags.is_truncated(),
        from: from.as_socket(),
        to: None,
    })
}

/// One send. The system chooses the address that it comes from.
pub(crate) fn send(socket: &UdpSocket, bytes: &[u8], to: SocketAddr, _from: IpAddr) -> io::Result<usize> {
    socket.send_to(bytes, to)
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

/// The same for bytes in several places.
pub(crate) fn send_now_vectored(mut stream: &TcpStream, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
    stream.set_nonblocking(true)?;
    let sent = stream.write_vectored(pieces);
    stream.set_nonblocking(false)?;
    sent
}

/// One receive that never waits. The socket is non-blocking only for this call, as in [`send_now`].
pub(crate) fn read_now(mut stream: &TcpStream, buffer: &mut [u8]) -> io::Result<usize> {
    stream.set_nonblocking(true)?;
    let read = stream.read(buffer);
    stream.set_nonblocking(false)?;
    read
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

/// The system has no sockets of this family at all: WSAEAFNOSUPPORT, since Windows is what is neither Linux nor macOS.
pub(crate) fn is_family_missing(error: &io::Error) -> bool {
    error.raw_os_error() == Some(10_047)
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

/// No signals to ignore here.
pub(crate) struct IgnoredSignals(());

impl IgnoredSignals {
    /// Nothing to remember.
    pub(crate) fn remember() -> Self {
        Self(())
    }

    /// Does nothing.
    pub(crate) fn restore(self) {}
}

/// No process is special here.
#[cfg(not(unix))]
pub fn end_as_first_process() {}
