//! A browser's way through TLS: the page by https, packets by wss, at a chat server and at a whole fleet.

use std::net::SocketAddr;

use crate::secure::{End, Secure};
use crate::support::messages::{log_in, logged_in};
use crate::support::wire::{SERVER_FULL, SERVER_SHUTTING_DOWN, error_packet};
use crate::support::{Client, Process, Program, Signal, address_of};
use crate::{Certificate, FLEET};

/// Bytes of RFC 6455: the last piece of binary data, a close, and the bit of a client's mask, here of zeros.
const BINARY: u8 = 0x82;
const CLOSE: u8 = 0x88;
const MASKED: u8 = 0x80;
const NO_MASK: [u8; 4] = [0; 4];
const GOING_AWAY: u16 = 1001;
const POLICY: u16 = 1008;

const UPGRADE: &str = "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    Sec-WebSocket-Protocol: codelab.v1\r\n\r\n";
/// The answer to that key, as RFC 6455 has it.
const ACCEPTED: &str = "\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";

/// What a server sends in one frame.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).expect("a short payload");
    [&[first, length], payload].concat()
}

/// What a client sends in one frame.
fn masked(payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).expect("a short payload");
    [&[BINARY, MASKED | length][..], &NO_MASK, payload].concat()
}

/// What curl gets, and its status.
fn curl(certificate: &Certificate, url: &str) -> String {
    Program::new("curl")
        .args(&["--silent", "--show-error", "--max-time", "60"])
        .args(&["--cacert", &certificate.authority()])
        .args(&["--write-out", "\n%{http_code}", url])
        .run()
        .expect_success()
        .text()
}

/// A user whose packets go in frames, in records.
#[track_caller]
fn log_in_by_the_web(certificate: &Certificate, web: SocketAddr) -> Secure {
    let browser = Secure::connect_to(web, certificate);
    browser.send(UPGRADE.as_bytes());
    let head = browser.head();
    assert!(
        head.starts_with("HTTP/1.1 101 ") && head.contains(ACCEPTED),
        "{head}"
    );
    browser.exchange(&masked(&log_in("web")), &frame(BINARY, &logged_in(1)));
    browser
}

#[track_caller]
fn hears_the_end(browser: &Secure) {
    let last_word = frame(BINARY, &error_packet(SERVER_SHUTTING_DOWN));
    let close = frame(CLOSE, &GOING_AWAY.to_be_bytes());
    assert_eq!(browser.receive_rest(), ([last_word, close].concat(), End::Said));
}

#[test]
fn browsers_come_through_tls() {
    let certificate = Certificate::new("web");
    let server = certificate.serve("chat-server", &["--web", "127.0.0.1:0"]);
    let web = address_of(&server.process, "web");
    let port = web.port();
    let page = curl(&certificate, &format!("https://localhost:{port}/"));
    assert!(
        page.starts_with("<!doctype html>") && page.ends_with("\n200"),
        "{page}"
    );
    let config = curl(&certificate, &format!("https://localhost:{port}/config.json"));
    assert!(
        config.starts_with(r#"{"game":"chat""#) && config.ends_with("\n200"),
        "{config}"
    );
    let plain = curl(&certificate, &format!("http://localhost:{port}/"));
    assert_eq!(plain, "this port speaks TLS: write https:// for it\n\n400");
    let browser = log_in_by_the_web(&certificate, web);
    server.signal(Signal::TERM);
    hears_the_end(&browser);
    server.process.finish().expect_success();
}

/// Both games have a port for browsers, and the page hears that the API speaks TLS too.
#[test]
fn a_fleet_speaks_tls_with_browsers_at_every_game() {
    let certificate = Certificate::new("web-fleet");
    let process: Process = Program::new(FLEET)
        .args(&["--tls-certificate", &certificate.file("server.pem")])
        .args(&["--tls-key", &certificate.file("server.key")])
        .args(&["--bind", "127.0.0.1:0", "--web"])
        .start();
    let api = address_of(&process, "api");
    for (service, game) in [("web-0", "chat"), ("web-1", "chat"), ("web-2", "baccarat")] {
        let port = address_of(&process, service).port();
        let config = curl(&certificate, &format!("https://localhost:{port}/config.json"));
        assert!(config.starts_with(&format!(r#"{{"game":"{game}""#)), "{config}");
        assert!(config.contains(&format!(r#""api":"https://{api}""#)), "{config}");
    }
}

/// Who has agreed on keys and asks for nothing, like who has not agreed on any.
#[test]
fn the_silent_go_when_the_time_of_a_login_is_over() {
    let certificate = Certificate::new("web-silent");
    let server = certificate.serve("chat-server", &["--web", "127.0.0.1:0", "--login-timeout", "1s"]);
    let web = address_of(&server.process, "web");
    let stranger = Client::connect(web);
    let silent = Secure::connect_to(web, &certificate);
    assert_eq!(silent.receive_rest(), (Vec::new(), End::Said));
    let log = server.log();
    log.wait_for_line("closed: login timeout: no login within 1s");
    log.wait_for_line("closed: handshake timeout: no handshake within 1s");
    drop(stranger);
}

/// What a browser shows: not that there is no server, but that there is no place.
#[test]
fn the_surplus_hears_that_the_server_is_full() {
    let certificate = Certificate::new("web-full");
    let server = certificate.serve("chat-server", &["--web", "127.0.0.1:0", "--max-connections", "1"]);
    let web = address_of(&server.process, "web");
    let _alice = log_in_by_the_web(&certificate, web);
    let surplus = Secure::connect_to(web, &certificate);
    surplus.send(UPGRADE.as_bytes());
    let head = surplus.head();
    assert!(
        head.starts_with("HTTP/1.1 101 ") && head.contains(ACCEPTED),
        "{head}"
    );
    let last_word = frame(BINARY, &error_packet(SERVER_FULL));
    let close = frame(CLOSE, &POLICY.to_be_bytes());
    assert_eq!(surplus.receive_rest(), ([last_word, close].concat(), End::Said));
    let port = web.port();
    let page = curl(&certificate, &format!("https://localhost:{port}/"));
    assert!(page.contains("server_full") && page.ends_with("\n503"), "{page}");
    let plain = curl(&certificate, &format!("http://localhost:{port}/"));
    assert!(
        plain.ends_with("\n400") && plain.contains("speaks TLS"),
        "{plain}"
    );
}
