//! Calls that only Linux has.
#![expect(
    unsafe_code,
    reason = "sched_setscheduler has no safe wrapper in std or socket2"
)]

use std::fs;
use std::io;
use std::net::{Shutdown, TcpListener, UdpSocket};

use socket2::SockRef;

/// `vm.max_map_count`: memory maps that a process may have (proc_sys_vm(5)).
pub(crate) fn map_limit() -> Option<u64> {
    let text = fs::read_to_string("/proc/sys/vm/max_map_count").ok()?;
    text.trim().parse().ok()
}

/// A blocked accept is not ended by giving it a connection.
pub(crate) const UNBLOCKS_BY_CONNECTING: bool = false;

/// Ends a blocked accept: on Linux, shutting a listening socket down wakes it with EINVAL.
pub(crate) fn unblock_accept(listener: &TcpListener) {
    // It fails only where the socket does not listen any more, which is what is wanted.
    let _ = SockRef::from(listener).shutdown(Shutdown::Both);
}

/// Ends a blocked receive: it returns 0 bytes from nobody. The call itself answers ENOTCONN, since UDP has no
/// connection, but only after it has woken whoever waits (inet_shutdown in Linux's af_inet.c).
pub(crate) fn unblock_receive(socket: &UdpSocket) {
    let _ = SockRef::from(socket).shutdown(Shutdown::Read);
}

/// `SCHED_BATCH` for the calling thread: it is not preferred when it wakes up, so the thread that woke it
/// finishes its own work first (sched(7)). Only a question of speed: where it fails, everything works the
/// same.
///
/// # Errors
/// What the system answers.
pub fn set_batch_scheduling() -> io::Result<()> {
    const THIS_THREAD: libc::pid_t = 0;
    // SAFETY: all-zero bytes are a valid `sched_param`; SCHED_BATCH takes the priority 0 only.
    let parameters: libc::sched_param = unsafe { std::mem::zeroed() };
    // SAFETY: the pointer is to a live `sched_param`, which the call only reads.
    match unsafe { libc::sched_setscheduler(THIS_THREAD, libc::SCHED_BATCH, &raw const parameters) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
