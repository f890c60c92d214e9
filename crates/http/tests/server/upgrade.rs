//! A client that goes on in another protocol: what it is told, and who gets the bytes behind its request.

use http::{Method, Request, Response, Service};
use net::{ClientConnection, Limits, NetError};

use crate::support::Server;

/// After the upgrade, a protocol in which the server says what has come with the request, and then echoes.
struct Echo;

impl Service for Echo {
    fn answer(&self, request: &Request) -> Response {
        match (request.method(), request.path()) {
            (Method::Get, "/echo") if request.wants_upgrade("echo") => Response::switching_protocols("echo"),
            (_, "/echo") => {
                Response::error(426, "upgrade_required", "speak echo").with_header("Upgrade", "echo")
            }
            (_, path) => Response::text(200, path),
        }
    }

    fn upgrade(&self, request: Request, client: &mut ClientConnection, rest: &[u8]) -> Result<(), NetError> {
        let came = request.query("name").unwrap_or_default().into_bytes();
        client.write_all(&[b"<", &came[..], b":", rest, b">"].concat())?;
        let mut bytes = [0; 16];
        loop {
            match client.read(&mut bytes)? {
                0 => return Ok(()),
                count => client.write_all(&bytes[..count])?,
            }
        }
    }
}

fn server() -> Server {
    Server::with_service(Echo, Limits::default())
}

const WISH: &str = "Host: h\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n";

#[test]
fn bytes_behind_the_request_are_of_the_new_protocol() {
    let server = server();
    let mut client = server.connect();
    // Neither a request nor its beginning: read as one, it would be answered with 400.
    client.send(format!("GET /echo?name=a HTTP/1.1\r\n{WISH}\x01\n\n two"));
    let reply = client.head();
    assert_eq!(reply.status(), 101);
    assert_eq!(reply.field("connection"), Some("Upgrade"));
    assert_eq!(reply.field("upgrade"), Some("echo"));
    assert_eq!(reply.field("content-length"), None);
    client.send(b" three");
    client.end();
    assert_eq!(client.rest(), "<a:\x01\n\n two> three");
}

#[test]
fn requests_before_it_are_answered_first() {
    let server = server();
    let mut client = server.connect();
    client.send(format!(
        "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /echo HTTP/1.1\r\n{WISH}abc"
    ));
    assert_eq!(client.response().text(), "/1");
    assert_eq!(client.head().status(), 101);
    client.end();
    assert_eq!(client.rest(), "<:abc>");
}

#[test]
fn whoever_may_not_switch_is_answered_in_http_and_the_connection_stays() {
    let server = server();
    for wish in [
        "Host: h\r\n\r\n",
        "Host: h\r\nUpgrade: echo\r\n\r\n",
        "Host: h\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n",
    ] {
        let mut client = server.connect();
        client.send(format!(
            "GET /echo HTTP/1.1\r\n{wish}GET /2 HTTP/1.1\r\nHost: h\r\n\r\n"
        ));
        let reply = client.response();
        assert_eq!(reply.status(), 426, "{wish}");
        assert_eq!(reply.field("connection"), Some("Upgrade"));
        assert_eq!(client.response().text(), "/2");
    }
    for line in ["HEAD /echo HTTP/1.1", "GET /echo HTTP/1.0", "POST /echo HTTP/1.1"] {
        let text = server.answer(format!("{line}\r\n{WISH}").as_bytes());
        assert!(
            text.starts_with("HTTP/1.1 426 Upgrade Required\r\n"),
            "{line}: {text}"
        );
    }
    let closing = "GET /echo HTTP/1.1\r\nHost: h\r\nConnection: close, Upgrade\r\nUpgrade: echo\r\n\r\n";
    let text = server.answer(closing.as_bytes());
    assert!(text.contains("\r\nConnection: close, Upgrade\r\n"), "{text}");
}

#[test]
fn a_head_that_comes_byte_by_byte_is_upgraded_too() {
    let server = server();
    let mut client = server.connect();
    for byte in format!("GET /echo HTTP/1.1\r\n{WISH}").bytes() {
        client.send([byte]);
    }
    assert_eq!(client.head().status(), 101);
    client.send(b"later");
    client.end();
    assert_eq!(client.rest(), "<:>later");
}
