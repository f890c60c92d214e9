//! Calls of the operating system that the standard library and `socket2` do not offer.
//!
//! This is the only folder of the crate with `unsafe` in it. Linux and macOS are served by `unix`, with
//! what only Linux has in `linux`; every call has a fallback in `portable`, so that the crate has no reason
//! not to compile elsewhere.

#[cfg(any(target_os = "linux", target_vendor = "apple"))]
mod datagram;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(all(unix, target_os = "linux")))]
mod portable;
#[cfg(unix)]
mod stop;
#[cfg(unix)]
mod unix;

#[cfg(unix)]
pub use stop::stop;

use std::net::{IpAddr, SocketAddr};

#[cfg(any(target_os = "linux", target_vendor = "apple"))]
pub(crate) use datagram::{receive, send, tell_destination};
#[cfg(target_os = "linux")]
pub(crate) use linux::{UNBLOCKS_BY_CONNECTING, map_limit, memory_left, unblock_accept, unblock_receive};
#[cfg(target_os = "linux")]
pub use linux::{save_address_space, set_batch_scheduling};
#[cfg(not(unix))]
pub(crate) use portable::{
    IgnoredSignals, Interrupter, WakeUp, descriptor_limit, is_family_missing, read_now, send_now,
    send_now_vectored, wait_any_writable, wait_writable,
};
// MSG_DONTWAIT alone does not keep a send from waiting on macOS (sosendcheck in XNU's uipc_socket.c).
#[cfg(not(target_os = "linux"))]
pub(crate) use portable::{UNBLOCKS_BY_CONNECTING, map_limit, memory_left, unblock_accept, unblock_receive};
#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
pub(crate) use portable::{receive, send, tell_destination};
#[cfg(not(target_os = "linux"))]
pub use portable::{save_address_space, set_batch_scheduling};
#[cfg(all(unix, target_vendor = "apple"))]
pub(crate) use portable::{send_now, send_now_vectored};
#[cfg(unix)]
pub(crate) use unix::{
    IgnoredSignals, Interrupter, WakeUp, descriptor_limit, is_family_missing, read_now, wait_any_writable,
    wait_writable,
};

#[cfg(all(unix, not(target_vendor = "apple")))]
pub(crate) use unix::{send_now, send_now_vectored};

#[cfg(not(unix))]
pub use portable::{end_as_first_process, raise_descriptor_limit};
#[cfg(unix)]
pub use unix::{end_as_first_process, raise_descriptor_limit, release_hangup};

/// What one receive on a UDP socket has brought.
pub(crate) struct Received {
    /// Bytes in the buffer.
    pub(crate) count: usize,
    /// The datagram was longer than the buffer.
    pub(crate) cut: bool,
    /// Who sent it; nobody where the wait was ended.
    pub(crate) from: Option<SocketAddr>,
    /// Which of this machine's addresses it was sent to, where the system was asked and tells.
    pub(crate) to: Option<IpAddr>,
}
