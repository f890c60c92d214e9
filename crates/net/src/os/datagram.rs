//! Datagrams with both of their addresses, for Linux and macOS alike: who sent it, and which of this
//! machine's addresses it was sent to, so that the reply comes from there.
#![expect(
    unsafe_code,
    reason = "recvmsg and sendmsg with control messages have no safe wrapper in std or socket2"
)]

use std::io;
use std::mem;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::os::fd::AsRawFd;
use std::ptr;

use socket2::{SockAddr, SockAddrStorage};

use super::Received;

/// Room for one control message of either family; they begin at multiples of 8.
#[repr(C, align(8))]
struct Control([u8; 64]);

/// Asks the system to tell with every datagram which address it was sent to (ip(7), IP_PKTINFO; ipv6(7),
/// IPV6_RECVPKTINFO).
pub(crate) fn tell_destination(socket: &UdpSocket) -> io::Result<()> {
    let (level, option) = match socket.local_addr()? {
        SocketAddr::V4(_) => (libc::IPPROTO_IP, libc::IP_PKTINFO),
        SocketAddr::V6(_) => (libc::IPPROTO_IPV6, libc::IPV6_RECVPKTINFO),
    };
    let on: libc::c_int = 1;
    let size = mem::size_of_val(&on) as libc::socklen_t;
    // SAFETY: the pointer is to a live integer of the size that is given.
    match unsafe { libc::setsockopt(socket.as_raw_fd(), level, option, (&raw const on).cast(), size) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// One recvmsg(2), which waits for a datagram.
pub(crate) fn receive(socket: &UdpSocket, buffer: &mut [u8]) -> io::Result<Received> {
    let mut source = SockAddrStorage::zeroed();
    let mut control = Control([0; 64]);
    let mut piece = libc::iovec {
        iov_base: buffer.as_mut_ptr().cast(),
        iov_len: buffer.len(),
    };
    let mut message = empty_message(&mut piece, &mut control);
    message.msg_name = (&raw mut source).cast();
    message.msg_namelen = source.size_of();
    // SAFETY: all pointers of the message are to live memory of the sizes beside them.
    let count = unsafe { libc::recvmsg(socket.as_raw_fd(), &raw mut message, 0) };
    let count = usize::try_from(count).map_err(|_| io::Error::last_os_error())?;
    // SAFETY: the system has written as many bytes of an address as it says; none where there is no sender.
    let from = unsafe { SockAddr::new(source, message.msg_namelen) };
    Ok(Received {
        count,
        cut: message.msg_flags & libc::MSG_TRUNC != 0,
        from: from.as_socket(),
        to: destination(&message),
    })
}

/// One sendmsg(2), from this of the machine's addresses.
pub(crate) fn send(socket: &UdpSocket, bytes: &[u8], to: SocketAddr, from: IpAddr) -> io::Result<usize> {
    let to = SockAddr::from(to);
    let mut control = Control([0; 64]);
    let mut piece = libc::iovec {
        iov_base: bytes.as_ptr().cast_mut().cast(),
        iov_len: bytes.len(),
    };
    let mut message = empty_message(&mut piece, &mut control);
    message.msg_name = to.as_ptr().cast_mut().cast();
    message.msg_namelen = to.len();
    match from {
        IpAddr::V4(ip) => {
            // SAFETY: all-zero bytes are a valid `in_pktinfo`: any interface.
            let mut info: libc::in_pktinfo = unsafe { mem::zeroed() };
            info.ipi_spec_dst.s_addr = u32::from_ne_bytes(ip.octets());
            append(&mut message, libc::IPPROTO_IP, libc::IP_PKTINFO, info);
        }
        IpAddr::V6(ip) => {
            // SAFETY: all-zero bytes are a valid `in6_pktinfo`: any interface.
            let mut info: libc::in6_pktinfo = unsafe { mem::zeroed() };
            info.ipi6_addr.s6_addr = ip.octets();
            append(&mut message, libc::IPPROTO_IPV6, libc::IPV6_PKTINFO, info);
        }
    }
    // SAFETY: all pointers of the message are to live memory of the sizes beside them, which is only read.
    let count = unsafe { libc::sendmsg(socket.as_raw_fd(), &raw const message, 0) };
    usize::try_from(count).map_err(|_| io::Error::last_os_error())
}

fn empty_message(piece: &mut libc::iovec, control: &mut Control) -> libc::msghdr {
    // SAFETY: all-zero bytes are a valid `msghdr`: no address, no pieces, no control messages.
    let mut message: libc::msghdr = unsafe { mem::zeroed() };
    message.msg_iov = piece;
    message.msg_iovlen = 1;
    message.msg_control = control.0.as_mut_ptr().cast();
    // The type differs from system to system.
    message.msg_controllen = control.0.len() as _;
    message
}

/// Makes this the one control message.
fn append<T>(message: &mut libc::msghdr, level: libc::c_int, kind: libc::c_int, content: T) {
    let size = mem::size_of::<T>() as libc::c_uint;
    // SAFETY: `Control` is aligned for a header and has room for one with either content, as is asserted.
    unsafe {
        assert!(libc::CMSG_SPACE(size) as usize <= mem::size_of::<Control>());
        message.msg_controllen = libc::CMSG_SPACE(size) as _;
        let header = libc::CMSG_FIRSTHDR(message);
        (*header).cmsg_level = level;
        (*header).cmsg_type = kind;
        (*header).cmsg_len = libc::CMSG_LEN(size) as _;
        ptr::write_unaligned(libc::CMSG_DATA(header).cast(), content);
    }
}

/// Which of this machine's addresses the datagram was sent to, where the system tells.
fn destination(message: &libc::msghdr) -> Option<IpAddr> {
    // SAFETY: the system has filled the control messages in, and says in `msg_controllen` how far; the macros
    // of cmsg(3) stay within that.
    unsafe {
        let mut header = libc::CMSG_FIRSTHDR(message);
        while !header.is_null() {
            let data = libc::CMSG_DATA(header);
            match ((*header).cmsg_level, (*header).cmsg_type) {
                (libc::IPPROTO_IP, libc::IP_PKTINFO) => {
                    let info: libc::in_pktinfo = ptr::read_unaligned(data.cast());
                    // Not `ipi_addr`, which is no address of this machine where it is that of a broadcast.
                    return Some(Ipv4Addr::from(info.ipi_spec_dst.s_addr.to_ne_bytes()).into());
                }
                (libc::IPPROTO_IPV6, libc::IPV6_PKTINFO) => {
                    let info: libc::in6_pktinfo = ptr::read_unaligned(data.cast());
                    let ip = Ipv6Addr::from(info.ipi6_addr.s6_addr);
                    return (!ip.is_multicast()).then(|| ip.into());
                }
                _ => header = libc::CMSG_NXTHDR(message, header),
            }
        }
        None
    }
}
