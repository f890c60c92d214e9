//! The four ways to read: blocking or not, synchronous or not. Each reads the five bytes that somebody sends.

use std::io::{self, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;

#[cfg(target_os = "linux")]
mod asynchronous;
mod synchronous;

type Way = fn(TcpStream, TcpStream) -> io::Result<()>;

const WAYS: &[(&str, Way)] = &[
    ("synchronous, blocking", synchronous::blocking),
    ("synchronous, non-blocking", synchronous::non_blocking),
    #[cfg(target_os = "linux")]
    ("asynchronous, blocking", asynchronous::blocking),
    #[cfg(target_os = "linux")]
    ("asynchronous, non-blocking", asynchronous::non_blocking),
];

fn main() -> ExitCode {
    for (name, way) in WAYS {
        println!("{name}");
        if let Err(error) = connection().and_then(|(here, there)| way(here, there)) {
            eprintln!("quadrants: {name}: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// Both ends of a new connection.
fn connection() -> io::Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let there = TcpStream::connect(listener.local_addr()?)?;
    let (here, _) = listener.accept()?;
    Ok((here, there))
}

/// What the other side does, sooner or later.
fn send(mut there: &TcpStream) -> io::Result<()> {
    println!("  the other side sends");
    there.write_all(b"hello")
}
