//! A connection of which this program has both ends, and what the other side does.

use std::io::{self, Write};
use std::net::{TcpListener, TcpStream};

/// Both ends of a new connection.
pub(crate) fn connection() -> io::Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let there = TcpStream::connect(listener.local_addr()?)?;
    let (here, _) = listener.accept()?;
    Ok((here, there))
}

/// What the other side does, sooner or later.
pub(crate) fn send(mut there: &TcpStream) -> io::Result<()> {
    println!("  the other side sends");
    there.write_all(b"hello")
}
