//! Calls that only Linux has.
#![expect(
    unsafe_code,
    reason = "sched_setscheduler, sysconf and mallopt have no safe wrapper in std or socket2"
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

/// Memory that this process may still ask for: its limit of address space (getrlimit(2), `RLIMIT_AS`) less what it has
/// (proc_pid_statm(5)). None where there is no limit.
pub(crate) fn memory_left() -> Option<u64> {
    let limit = super::unix::address_space_limit()?;
    let sizes = fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = sizes.split_whitespace().next()?.parse().ok()?;
    Some(limit.saturating_sub(pages.saturating_mul(page_size()?)))
}

fn page_size() -> Option<u64> {
    // SAFETY: it only asks.
    u64::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).ok()
}

/// Where address space is limited, all threads share one heap. Otherwise the GNU library reserves 64 MiB for the heap
/// of each, up to eight for each processor (mallopt(3), `M_ARENA_MAX`), and nothing is left for clients. Call it before
/// there is a second thread.
pub fn save_address_space() {
    #[cfg(target_env = "gnu")]
    if super::unix::address_space_limit().is_some() {
        // SAFETY: it changes a number that is looked at when a thread asks for memory for the first time.
        unsafe { libc::mallopt(libc::M_ARENA_MAX, 1) };
    }
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
