//! HTTP by hand: requests are read with `readn` of the calculator alone, and one of their two lengths is believed.
//!
//! `cargo run -p http --example by_hand` (an address may follow). It is for the chapter on HTTP, and for nothing else:
//! what it does wrong is shown there.

use std::env;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

/// The longest head, and the longest body.
const LONGEST: usize = 8 * 1024;

fn main() -> io::Result<()> {
    let address = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let listener = TcpListener::bind(address)?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let (client, _) = listener.accept()?;
        if let Err(error) = serve(&client) {
            eprintln!("broke off: {error}");
        }
    }
}

// ANCHOR: serve
/// Answers requests until the client closes.
fn serve(mut client: &TcpStream) -> io::Result<()> {
    while let Some(head) = read_head(client)? {
        let length = content_length(&head)?;
        let mut body = vec![0; length];
        if !readn(client, &mut body)? {
            return Err(io::Error::other("closed in front of a body"));
        }
        let asked = head.lines().next().unwrap_or_default();
        let answer = format!("{asked}: {length} bytes of body\n");
        let length = answer.len();
        write!(
            client,
            "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{answer}"
        )?;
    }
    Ok(())
}

/// The head with the empty line at its end; `None` when the client has closed before it.
fn read_head(client: &TcpStream) -> io::Result<Option<String>> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() == LONGEST {
            return Err(io::Error::other("a head that is too long"));
        }
        // One byte: of a head nobody knows how much there is, and a byte too many belongs to the body.
        match readn(client, &mut byte)? {
            true => head.push(byte[0]),
            false if head.is_empty() => return Ok(None),
            false => return Err(io::Error::other("closed in the middle of a head")),
        }
    }
    Ok(Some(String::from_utf8_lossy(&head).into_owned()))
}
// ANCHOR_END: serve

fn content_length(head: &str) -> io::Result<usize> {
    let mut fields = head.lines().filter_map(|line| line.split_once(": "));
    let length = fields.find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    match length.map_or(Ok(0), |(_, value)| value.parse()) {
        Ok(length) if length <= LONGEST => Ok(length),
        _ => Err(io::Error::other("a length that is none, or too large")),
    }
}

/// Reads until the buffer is full; false when the client closed before the first byte.
fn readn(mut client: &TcpStream, buffer: &mut [u8]) -> io::Result<bool> {
    let mut got = 0;
    while got < buffer.len() {
        match client.read(&mut buffer[got..])? {
            0 if got == 0 => return Ok(false),
            0 => return Err(io::Error::other("closed in the middle of a request")),
            count => got += count,
        }
    }
    Ok(true)
}
