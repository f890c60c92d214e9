//! A server with TLS, and whoever comes to it: its own clients, other ones, and those who do not speak TLS.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use net::{Ending, Limits};
use rustls::pki_types::ServerName;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, ClientConnection, HandshakeKind, StreamOwned, SupportedProtocolVersion};
use tls::{Speaks, authorities};

use crate::support::{Certificates, Echo, TIMEOUT, read_to_end};

/// A client of rustls, as others are written.
fn config(certificates: &Certificates, version: &'static SupportedProtocolVersion) -> Arc<ClientConfig> {
    let roots = authorities(&certificates.made.authority).unwrap();
    let config = ClientConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    Arc::new(config)
}

fn connect(echo: &Echo, config: &Arc<ClientConfig>) -> StreamOwned<ClientConnection, TcpStream> {
    let socket = TcpStream::connect(echo.address).unwrap();
    socket.set_read_timeout(Some(TIMEOUT)).unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    StreamOwned::new(ClientConnection::new(Arc::clone(config), name).unwrap(), socket)
}

fn exchange(stream: &mut StreamOwned<ClientConnection, TcpStream>, text: &[u8]) {
    stream.write_all(text).unwrap();
    let mut reply = vec![0; text.len()];
    stream.read_exact(&mut reply).unwrap();
    assert_eq!(reply, text);
}

#[test]
fn both_versions_are_spoken_and_a_session_is_taken_up_again() {
    let certificates = Certificates::new("versions");
    let echo = Echo::start(&certificates.server(), Speaks::Packets, Limits::default());
    for version in [&TLS12, &TLS13] {
        let config = config(&certificates, version);
        for kind in [HandshakeKind::Full, HandshakeKind::Resumed] {
            let mut stream = connect(&echo, &config);
            exchange(&mut stream, b"hello");
            assert_eq!(stream.conn.handshake_kind(), Some(kind), "{version:?}");
            assert_eq!(stream.conn.alpn_protocol(), None);
        }
    }
    assert_eq!(echo.end().cut_off, 0);
}

#[test]
fn a_client_that_says_something_with_the_handshake_is_answered() {
    let certificates = Certificates::new("at-once");
    let echo = Echo::start(&certificates.server(), Speaks::Packets, Limits::default());
    let mut stream = connect(&echo, &config(&certificates, &TLS13));
    // Kept until there are keys, and then it goes out in one write with the last message of the handshake.
    stream.conn.writer().write_all(b"at once").unwrap();
    let mut reply = [0; 7];
    stream.read_exact(&mut reply).unwrap();
    assert_eq!(&reply, b"at once");
}

#[test]
fn a_port_of_http_agrees_on_http_1_1_alone() {
    let certificates = Certificates::new("alpn");
    let echo = Echo::start(&certificates.server(), Speaks::Http, Limits::default());
    let asking_for = |protocols: &[&str]| {
        let mut config = ClientConfig::clone(&config(&certificates, &TLS13));
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        Arc::new(config)
    };
    let mut stream = connect(&echo, &asking_for(&["h2", "http/1.1"]));
    exchange(&mut stream, b"GET");
    assert_eq!(stream.conn.alpn_protocol(), Some(&b"http/1.1"[..]));
    let mut stream = connect(&echo, &asking_for(&[]));
    exchange(&mut stream, b"GET");
    let mut stream = connect(&echo, &asking_for(&["h2"]));
    let error = stream.write_all(b"GET").unwrap_err();
    assert!(error.to_string().contains("NoApplicationProtocol"), "{error}");
}

#[test]
fn new_clients_get_a_new_certificate_and_a_broken_one_changes_nothing() {
    let certificates = Certificates::new("reload");
    let tls = certificates.server();
    let echo = Echo::start(&tls, Speaks::Packets, Limits::default());
    let first = config(&certificates, &TLS13);
    let mut old = connect(&echo, &first);
    exchange(&mut old, b"before");
    std::fs::write(&certificates.made.certificate, "no certificate").unwrap();
    tls.reload();
    exchange(&mut connect(&echo, &first), b"the old one stays");
    certificates.renew();
    tls.reload();
    exchange(&mut old, b"goes on");
    exchange(
        &mut connect(&echo, &config(&certificates, &TLS13)),
        b"the new one",
    );
    let error = connect(&echo, &first)
        .write_all(b"an old ticket opens nothing")
        .unwrap_err();
    assert!(error.to_string().contains("invalid peer certificate"), "{error}");
}

#[test]
fn http_and_packets_without_tls_are_told_so() {
    let certificates = Certificates::new("plain");
    let echo = Echo::start(&certificates.server(), Speaks::Packets, Limits::default());
    let http = echo.connect();
    http.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    let answer = String::from_utf8(read_to_end(&http)).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{answer}");
    assert!(answer.ends_with(tls::SPEAKS_TLS), "{answer}");
    let packet = echo.connect();
    packet.write_all(&[25, 0, 0xBD, 2, 0]).unwrap();
    assert!(tls::is_alert(&read_to_end(&packet)));
    assert_eq!(echo.end().cut_off, 2);
}

#[test]
fn silent_slow_and_half_handshakes_end_at_their_time() {
    let certificates = Certificates::new("slow");
    let limits = Limits {
        handshake_timeout: Some(Duration::from_millis(300)),
        ..Limits::default()
    };
    let echo = Echo::start(&certificates.server(), Speaks::Packets, limits);
    let (silent, half, slow) = (echo.connect(), echo.connect(), echo.connect());
    let mut hello = Vec::new();
    let mut client = connect(&echo, &config(&certificates, &TLS13)).conn;
    client.write_tls(&mut hello).unwrap();
    half.write_all(&hello[..hello.len() / 2]).unwrap();
    // Each byte comes long before the time is over, and there are more of them than that time has room for.
    slow.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    for byte in &hello {
        if slow.write_all(&[*byte]).is_err() || slow.read(&mut [0; 64]).is_ok() {
            break;
        }
    }
    assert_eq!(read_to_end(&silent), b"");
    assert_eq!(read_to_end(&half), b"");
    let activity = echo.activity.clone();
    echo.end();
    // The fourth is the one whose hello was taken.
    assert_eq!(activity.ended(Ending::Handshake), 4);
}

#[test]
fn a_client_over_the_limit_gets_an_alert_and_no_packets() {
    let certificates = Certificates::new("full");
    let limits = Limits {
        max_connections: Some(1),
        ..Limits::default()
    };
    let echo = Echo::start(&certificates.server(), Speaks::Packets, limits);
    let mut first = connect(&echo, &config(&certificates, &TLS13));
    exchange(&mut first, b"in");
    assert!(tls::is_alert(&read_to_end(&echo.connect())));
}
