//! The page over HTTP, and what a browser is told of it.

use crate::WebServer;
use crate::socket::Socket;

/// The head and the body of the answer, by its length.
#[track_caller]
fn ask(socket: &mut Socket, request: &str, fields: &str) -> (String, Vec<u8>) {
    socket.send_bytes(format!("{request} HTTP/1.1\r\nHost: h\r\n{fields}\r\n").as_bytes());
    let head = socket.head();
    let length = field(&head, "Content-Length").map_or(0, |length| length.parse().expect("a number"));
    let length = if request.starts_with("HEAD") { 0 } else { length };
    (head, socket.bytes(length))
}

fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    lines.find(|(one, _)| *one == name).map(|(_, value)| value)
}

#[test]
fn the_page_and_its_files_come_with_their_rules() {
    let server = WebServer::start(&[]);
    let mut socket = Socket::connect(server.web);
    let (head, page) = ask(&mut socket, "GET /", "");
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    assert_eq!(field(&head, "Content-Type"), Some("text/html; charset=utf-8"));
    assert_eq!(field(&head, "X-Content-Type-Options"), Some("nosniff"));
    assert_eq!(field(&head, "Referrer-Policy"), Some("no-referrer"));
    assert_eq!(field(&head, "Cache-Control"), Some("no-cache"));
    let policy = field(&head, "Content-Security-Policy").expect("a policy");
    assert!(
        policy.contains("default-src 'none'; script-src 'self';"),
        "{policy}"
    );
    assert!(
        policy.contains("connect-src 'self';") && !policy.contains("unsafe"),
        "{policy}"
    );
    let page = String::from_utf8(page).expect("text");
    assert!(page.contains("<!doctype html>"), "{page}");
    let (head_of_head, nothing) = ask(&mut socket, "HEAD /", "");
    assert_eq!(
        field(&head_of_head, "Content-Length"),
        field(&head, "Content-Length")
    );
    assert_eq!(nothing, b"");
    let etag = field(&head, "ETag").expect("a version");
    let (head, body) = ask(&mut socket, "GET /", &format!("If-None-Match: {etag}\r\n"));
    assert!(
        head.starts_with("HTTP/1.1 304 Not Modified\r\n") && body.is_empty(),
        "{head}"
    );
    let (head, _) = ask(&mut socket, "GET /packets.js", "");
    assert_eq!(
        field(&head, "Content-Type"),
        Some("text/javascript; charset=utf-8")
    );
    let (head, _) = ask(&mut socket, "GET /nothing.js", "");
    assert!(head.starts_with("HTTP/1.1 404 "), "{head}");
    let (head, _) = ask(&mut socket, "DELETE /", "");
    assert_eq!(field(&head, "Allow"), Some("GET, HEAD"));
}

#[test]
fn the_page_is_told_about_its_server() {
    let server = WebServer::start(&["--rooms", "7", "--room-size", "5", "--max-packet", "2048"]);
    let (head, config) = ask(&mut Socket::connect(server.web), "GET /config.json", "");
    assert_eq!(field(&head, "Cache-Control"), Some("no-store"));
    let expected = r#"{"game":"chat","rooms":7,"api":null,"max_packet":2048,"room_size":5}"#;
    assert_eq!(String::from_utf8(config).expect("text"), expected);
}

#[test]
fn where_users_log_in_the_page_may_connect() {
    let server = WebServer::start(&["--web-api", "http://127.0.0.1:8080"]);
    let mut socket = Socket::connect(server.web);
    let (head, config) = ask(&mut socket, "GET /config.json", "");
    let config = String::from_utf8(config).expect("text");
    assert!(config.contains(r#""api":"http://127.0.0.1:8080""#), "{config}");
    let policy = field(&head, "Content-Security-Policy").expect("a policy");
    assert!(
        policy.contains("connect-src 'self' http://127.0.0.1:8080 ws: wss:;"),
        "{policy}"
    );
}
