//! Servers of a few lines, each with something of its own, right or wrong.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

/// A server with a thread for each client: `serve` gets the client's number, counted from 0. It lives as long
/// as the test.
pub(crate) fn server<S>(serve: S) -> SocketAddr
where
    S: Fn(usize, TcpStream) -> io::Result<()> + Send + Sync + 'static,
{
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let address = listener.local_addr().expect("its address");
    let serve = Arc::new(serve);
    thread::spawn(move || {
        for (number, stream) in listener.incoming().flatten().enumerate() {
            let serve = Arc::clone(&serve);
            // Where the client has gone, so may its thread.
            thread::spawn(move || serve(number, stream));
        }
    });
    address
}

/// An echo server that lets `change` look at each piece before it goes back, behind so many bytes.
pub(crate) fn echo<C>(change: C) -> SocketAddr
where
    C: Fn(&mut Vec<u8>, usize) -> io::Result<()> + Send + Sync + 'static,
{
    server(move |_, mut stream| {
        stream.set_nodelay(true)?;
        let (mut buffer, mut before) = (vec![0; 64 * 1024], 0);
        loop {
            let count = stream.read(&mut buffer)?;
            if count == 0 {
                return Ok(());
            }
            let mut piece = buffer[..count].to_vec();
            change(&mut piece, before)?;
            stream.write_all(&piece)?;
            before += count;
        }
    })
}

/// A packet on its way to a client.
pub(crate) struct Passing {
    /// The client's number, counted from 0.
    pub(crate) client: usize,
    pub(crate) id: u16,
    /// How many of that id came to this client before.
    pub(crate) before: usize,
    /// Header and body; what stands here in the end is what arrives.
    pub(crate) bytes: Vec<u8>,
}

/// Stands between clients and a chat server, and lets `change` look at each packet that goes to a client.
pub(crate) fn between<C>(server_address: SocketAddr, change: C) -> SocketAddr
where
    C: Fn(&mut Passing) + Send + Sync + 'static,
{
    server(move |number, client| {
        let server = TcpStream::connect(server_address)?;
        let (mut from_client, mut to_server) = (client.try_clone()?, server.try_clone()?);
        thread::spawn(move || {
            let copied = io::copy(&mut from_client, &mut to_server);
            // The server must notice that its client has gone.
            to_server.shutdown(Shutdown::Write).and(copied)
        });
        let mut counts = std::collections::HashMap::new();
        loop {
            let (id, bytes) = read_packet(&server)?;
            let before = counts.entry(id).or_insert(0);
            let mut packet = Passing {
                client: number,
                id,
                before: *before,
                bytes,
            };
            change(&mut packet);
            (&client).write_all(&packet.bytes)?;
            *before += 1;
        }
    })
}

fn read_packet(mut stream: &TcpStream) -> io::Result<(u16, Vec<u8>)> {
    let mut header = [0; 5];
    stream.read_exact(&mut header)?;
    let [size_low, size_high, id_low, id_high, _] = header;
    let mut packet = header.to_vec();
    packet.resize(usize::from(u16::from_le_bytes([size_low, size_high])), 0);
    stream.read_exact(&mut packet[header.len()..])?;
    Ok((u16::from_le_bytes([id_low, id_high]), packet))
}
