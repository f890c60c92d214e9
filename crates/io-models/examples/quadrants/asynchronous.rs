//! Asynchronous reads with io_uring: the call only says where the bytes must go. The kernel puts them there later, and
//! says when.
#![allow(unsafe_code, reason = "the kernel writes into the buffer after the call")]

use std::io;
use std::net::TcpStream;
use std::os::fd::AsRawFd;
use std::thread;

use io_uring::{IoUring, opcode, types};

use crate::other_side::send;

// ANCHOR: hand_in
/// Puts a read into the submission queue; the kernel sees it with the next `submit`.
fn hand_in(ring: &mut IoUring, here: &TcpStream) -> io::Result<()> {
    // Never freed: the kernel may write into it as long as the read is under way.
    let buffer = Box::leak(Box::new([0; 16]));
    let read = opcode::Recv::new(types::Fd(here.as_raw_fd()), buffer.as_mut_ptr(), 16);
    // SAFETY: the buffer lives for ever, and nobody else uses it.
    unsafe { ring.submission().push(&read.build()) }.map_err(io::Error::other)
}
// ANCHOR_END: hand_in

/// What has become of the read: bytes, or the negative number of an error.
fn completed(ring: &mut IoUring) -> io::Result<usize> {
    let answer = ring
        .completion()
        .next()
        .map_or(0, |completion| completion.result());
    usize::try_from(answer).map_err(|_| io::Error::from_raw_os_error(-answer))
}

// ANCHOR: blocking
/// The call hands the read in, and returns when it is completed.
pub(crate) fn blocking(here: TcpStream, there: TcpStream) -> io::Result<()> {
    let mut ring = IoUring::new(1)?;
    hand_in(&mut ring, &here)?;
    println!("  submit_and_wait is called");
    thread::spawn(move || send(&there));
    ring.submit_and_wait(1)?;
    println!("  it returns: {} bytes are in the buffer", completed(&mut ring)?);
    Ok(())
}
// ANCHOR_END: blocking

// ANCHOR: non_blocking
/// The call hands the read in and returns at once. This thread has time for something else.
pub(crate) fn non_blocking(here: TcpStream, there: TcpStream) -> io::Result<()> {
    let mut ring = IoUring::new(1)?;
    hand_in(&mut ring, &here)?;
    println!("  submit is called");
    ring.submit()?;
    println!("  it returns: {} reads are completed", ring.completion().len());
    send(&there)?;
    while ring.completion().is_empty() {
        thread::yield_now();
    }
    println!(
        "  a completion: {} bytes are in the buffer",
        completed(&mut ring)?
    );
    Ok(())
}
// ANCHOR_END: non_blocking
