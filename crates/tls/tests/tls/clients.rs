//! The client's side: whom it believes, and what it says where it does not.

use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use net::{Limits, NetAddress, Socket};
use tls::{Speaks, Stream, TlsClient, TlsError};

use crate::support::{Certificates, Echo, TIMEOUT, read_to_end};

fn secure(client: &TlsClient, echo: &Echo, host: &str) -> Result<Stream, TlsError> {
    client.secure(echo.connect(), host, TIMEOUT)
}

fn chain(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {}", chain(cause)),
        None => error.to_string(),
    }
}

#[test]
fn a_stream_reads_and_writes_as_a_connection_does() {
    let certificates = Certificates::new("stream");
    let echo = Echo::start(&certificates.server(), Speaks::Packets, Limits::default());
    let stream = secure(&certificates.client(), &echo, "localhost").unwrap();
    let text = vec![b'x'; 300_000];
    thread::scope(|scope| {
        scope.spawn(|| {
            stream.write_all(&text).unwrap();
            stream.shutdown_write().unwrap();
        });
        let (mut all, mut buffer) = (Vec::new(), [0; 1_000]);
        loop {
            match stream.read(&mut buffer).unwrap() {
                0 => break,
                count => all.extend_from_slice(&buffer[..count]),
            }
        }
        assert!(all == text);
    });
    assert_eq!(stream.read(&mut [0; 1]).unwrap(), 0, "the end stays the end");
    let _by_address = secure(&certificates.client(), &echo, "127.0.0.1").unwrap();
}

#[test]
fn whoever_is_not_believed_is_named_with_the_reason() {
    let (certificates, others) = (Certificates::new("believed"), Certificates::new("not-believed"));
    let echo = Echo::start(&certificates.server(), Speaks::Packets, Limits::default());
    let refusal = |client: &TlsClient, host| chain(&secure(client, &echo, host).unwrap_err());
    assert_eq!(
        refusal(&others.client(), "localhost"),
        "the certificate of localhost is not to be trusted: nobody who is believed here has signed it; --tls-ca FILE \
         names somebody who has"
    );
    assert_eq!(
        refusal(&certificates.client(), "game.example"),
        "the certificate of game.example is not to be trusted: it is for localhost, 127.0.0.1"
    );
    assert!(refusal(&certificates.client(), "not a name").starts_with("`not a name` is no name"));
}

#[test]
fn a_server_without_tls_is_told_from_one_that_is_away() {
    let certificates = Certificates::new("no-tls");
    let echo = Echo::without_tls();
    let refusal = secure(&certificates.client(), &echo, "localhost").unwrap_err();
    // It sends the hello back, which no server of TLS does.
    assert!(
        chain(&refusal).starts_with("the TLS handshake failed"),
        "{}",
        chain(&refusal)
    );
    for (answer, expected) in [
        (&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], "leave --tls out"),
        (b"", "closed"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = NetAddress::from(listener.local_addr().unwrap());
        let server = thread::spawn(move || {
            use std::io::{Read, Write};
            let (mut client, _) = listener.accept().unwrap();
            client.write_all(answer).unwrap();
            client.shutdown(Shutdown::Write).unwrap();
            let _ = client.read_to_end(&mut Vec::new());
        });
        let connection = Socket::connect(&address, TIMEOUT).unwrap();
        let refusal = certificates
            .client()
            .secure(connection, "localhost", TIMEOUT)
            .unwrap_err();
        assert!(refusal.to_string().contains(expected), "{refusal}");
        server.join().unwrap();
    }
}

#[test]
fn an_end_that_nobody_has_said_is_an_error() {
    let certificates = Certificates::new("cut");
    let echo = Echo::start(&certificates.server(), Speaks::Packets, Limits::default());
    let (address, cut) = in_between(echo.address);
    let connection = Socket::connect(&address, TIMEOUT).unwrap();
    let stream = certificates
        .client()
        .secure(connection, "localhost", TIMEOUT)
        .unwrap();
    stream.write_all(b"whole").unwrap();
    let mut reply = [0; 5];
    assert_eq!(stream.read(&mut reply).unwrap(), 5);
    cut.recv().unwrap().shutdown(Shutdown::Write).unwrap();
    let error = stream.read(&mut reply).unwrap_err();
    assert!(
        error.chain().contains("the connection was cut"),
        "{}",
        error.chain()
    );
}

/// Somebody between a client and a server, who lets all pass; and the connection of the client, to be cut.
fn in_between(server: SocketAddr) -> (NetAddress, Receiver<TcpStream>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = NetAddress::from(listener.local_addr().unwrap());
    let (tell, told) = channel();
    thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let mut server = TcpStream::connect(server).unwrap();
        tell.send(client.try_clone().unwrap()).unwrap();
        let (mut from_client, mut to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
        thread::spawn(move || io::copy(&mut from_client, &mut to_server));
        let _ = io::copy(&mut server, &mut client);
    });
    (address, told)
}

#[test]
fn a_handshake_without_an_answer_has_a_time() {
    let certificates = Certificates::new("no-answer");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = NetAddress::from(listener.local_addr().unwrap());
    let connection = Socket::connect(&address, TIMEOUT).unwrap();
    let time = std::time::Duration::from_millis(50);
    let refusal = certificates
        .client()
        .secure(connection, "localhost", time)
        .unwrap_err();
    assert_eq!(chain(&refusal), "no TLS handshake: read timed out");
    drop(listener);
}

#[test]
fn a_port_without_tls_says_nothing_through_it() {
    let echo = Echo::without_tls();
    let stream = Stream::plain(echo.connect());
    stream.write_all(b"plain").unwrap();
    stream.shutdown_write().unwrap();
    assert_eq!(read_to_end(stream.connection()), b"plain");
}
