//! The four ways to read: blocking or not, synchronous or not. Each reads the five bytes that somebody sends.

use std::io;
use std::net::TcpStream;
use std::process::ExitCode;

#[cfg(target_os = "linux")]
mod asynchronous;
mod other_side;
mod synchronous;

use other_side::connection;

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
