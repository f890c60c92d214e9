//! The end of the server: what was read is answered, and nobody waits.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};

use http::{Request, Response};
use net::Limits;

use crate::support::{HANG, Server};

/// No timeout helps.
fn patient() -> Limits {
    Limits {
        idle_timeout: None,
        frame_timeout: None,
        drain: None,
        ..Limits::default()
    }
}

#[test]
fn silent_connections_end_at_once_and_without_a_word() {
    let mut server = Server::with_limits(patient());
    let mut asked = server.connect();
    asked.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_eq!(asked.response().text(), "hello");
    let mut silent = server.connect();
    assert_eq!(server.stop().map(|summary| summary.served), Some(2));
    assert_eq!((asked.rest(), silent.rest()), (String::new(), String::new()));
}

#[test]
fn half_a_request_is_told_that_the_server_ends() {
    let mut server = Server::with_limits(patient());
    let mut client = server.connect();
    client.send("POST /hello HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    assert_eq!(client.head().status(), 100);
    let _ = server.stop();
    let reply = client.response();
    assert_eq!((reply.status(), reply.field("retry-after")), (503, Some("1")));
    assert_eq!(client.rest(), "");
}

/// A server whose service says that it was asked, and answers when it is told to.
fn slow_server() -> (Server, Receiver<()>, Sender<()>) {
    let (tell, asked) = channel();
    let (go, wait) = channel::<()>();
    let wait = Mutex::new(wait);
    let service = move |request: &Request| {
        if request.path() == "/slow" {
            tell.send(()).expect("the test waits for it");
            let _ = wait.lock().expect("one client").recv_timeout(HANG);
        }
        Response::text(200, request.path())
    };
    (Server::with_service(service, patient()), asked, go)
}

#[test]
fn all_that_was_read_is_answered_and_the_last_answer_says_that_it_is_the_last() {
    let (server, asked, go) = slow_server();
    let mut client = server.connect();
    let requests = ["/slow", "/2", "/3"].map(|path| format!("GET {path} HTTP/1.1\r\nHost: h\r\n\r\n"));
    client.send(requests.concat() + "GET /half");
    asked.recv_timeout(HANG).expect("it is asked");
    server.shutdown.request();
    go.send(()).expect("the service waits");
    for (path, connection) in [("/slow", None), ("/2", None), ("/3", Some("close"))] {
        let reply = client.response();
        assert_eq!((reply.text(), reply.field("connection")), (path, connection));
    }
    assert_eq!(client.rest(), "");
}
