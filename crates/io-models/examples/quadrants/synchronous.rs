//! Synchronous reads: the call itself takes the bytes, and they are there when it returns.

use std::io::{self, ErrorKind, Read};
use std::net::TcpStream;
use std::thread;

use crate::other_side::send;

// ANCHOR: blocking
/// The call returns when there are bytes.
pub(crate) fn blocking(mut here: TcpStream, there: TcpStream) -> io::Result<()> {
    let mut buffer = [0; 16];
    println!("  read is called");
    thread::spawn(move || send(&there));
    let count = here.read(&mut buffer)?;
    println!("  read returns {count} bytes");
    Ok(())
}
// ANCHOR_END: blocking

// ANCHOR: non_blocking
/// The call returns at once, with what is there, or the answer that nothing is. So somebody must ask again.
pub(crate) fn non_blocking(mut here: TcpStream, there: TcpStream) -> io::Result<()> {
    let mut buffer = [0; 16];
    here.set_nonblocking(true)?;
    println!("  read is called");
    if let Err(error) = here.read(&mut buffer) {
        println!("  read returns: {}", error.kind());
    }
    send(&there)?;
    println!("  read is called again");
    let count = loop {
        match here.read(&mut buffer) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => thread::yield_now(),
            answer => break answer?,
        }
    };
    println!("  read returns {count} bytes");
    Ok(())
}
// ANCHOR_END: non_blocking
