//! Clients that are slow: to ask, to finish asking, to read.

use std::sync::Mutex;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use http::{Http, Request, Response};
use net::Limits;

use crate::support::{HANG, Mirror, Server};

/// A time that is over soon.
const SHORT: Duration = Duration::from_millis(50);

/// Silence in which a client of these tests has been able to send, also on a machine that is busy.
const SILENCE: Duration = Duration::from_millis(700);

fn limits(idle: Duration, frame: Duration) -> Limits {
    Limits {
        idle_timeout: Some(idle),
        frame_timeout: Some(frame),
        ..Limits::default()
    }
}

#[test]
fn a_silent_connection_is_closed_without_a_word() {
    let server = Server::with_limits(limits(SILENCE, HANG));
    let mut silent = server.connect();
    let mut client = server.connect();
    client.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n\r\n");
    assert_eq!(client.response().text(), "hello");
    assert_eq!(client.rest(), "", "the line behind the request begins no other");
    assert_eq!(silent.rest(), "");
}

#[test]
fn a_request_that_does_not_come_whole_in_time_is_told_so() {
    let parts = [
        "G",
        "GET / HTTP/1.1\r\nHost: h\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nab",
    ];
    for limits in [limits(HANG, SHORT), limits(SILENCE, HANG)] {
        let server = Server::with_limits(limits);
        let clients = parts.map(|part| {
            let mut client = server.connect();
            client.send(part);
            client
        });
        for mut client in clients {
            let reply = client.response();
            assert_eq!((reply.status(), reply.field("connection")), (408, Some("close")));
            assert_eq!(client.rest(), "");
        }
    }
}

#[test]
fn the_first_request_has_its_own_time_and_the_second_any() {
    let limits = limits(HANG, HANG);
    let handler = Http::new(Mirror, &limits).first_request_within(SILENCE);
    let server = Server::with_handler(handler, limits);
    let mut client = server.connect();
    client.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_eq!(client.response().text(), "hello");
    let (mut silent, mut slow) = (server.connect(), server.connect());
    slow.send("GET / HTTP/1.1\r\nHost:");
    assert_eq!(silent.rest(), "");
    assert_eq!(slow.response().status(), 408);
    // Its time was over before theirs.
    client.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_eq!(client.response().text(), "hello");
}

/// A timeout for each read would let it live for ever.
#[test]
fn a_byte_now_and_then_does_not_help() {
    let server = Server::with_limits(limits(HANG, 10 * SHORT));
    let mut client = server.connect();
    let mut sender = client.clone_to_send();
    client.send("GET / HTTP/1.1\r\nHost: h\r\nX: ");
    let (stop, stopped) = channel::<()>();
    let dripping = thread::spawn(move || {
        while stopped
            .recv_timeout(SHORT / 5)
            .is_err_and(|error| error == RecvTimeoutError::Timeout)
        {
            sender.try_send(b"x");
        }
    });
    assert_eq!(client.response().status(), 408);
    drop(stop);
    dripping.join().expect("it does not panic");
}

#[test]
fn each_request_has_its_own_time() {
    let server = Server::with_limits(limits(HANG, SILENCE));
    let mut client = server.connect();
    client.send("GET /hello HTTP/1.1\r\n");
    for _ in 0..3 {
        // Three of these are longer than one request may take, and one is not. The time itself is what is tested.
        thread::sleep(SILENCE * 2 / 5);
        client.send("Host: h\r\n\r\nGET /hello HTTP/1.1\r\n");
        assert_eq!(client.response().text(), "hello");
    }
}

#[test]
fn the_time_of_the_service_is_not_the_clients() {
    let (go, wait) = channel::<()>();
    let wait = Mutex::new(wait);
    let service = move |request: &Request| {
        if request.path() == "/slow" {
            let _ = wait.lock().expect("one client").recv_timeout(HANG);
        }
        Response::text(200, "done")
    };
    let server = Server::with_service(service, limits(SILENCE, SHORT));
    let mut client = server.connect();
    client.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n");
    // Longer than both times: nothing is waited for here, the time itself is what is tested.
    thread::sleep(SILENCE + SHORT);
    go.send(()).expect("the service waits");
    assert_eq!(client.response().text(), "done");
    assert_eq!(client.response().text(), "done");
}

#[test]
fn a_client_that_does_not_read_is_closed() {
    let server = Server::with_limits(Limits {
        write_timeout: Some(SHORT),
        send_buffer: Some(16 * 1024),
        ..Limits::default()
    });
    let mut client = server.connect();
    let requests = b"GET /hello HTTP/1.1\r\nHost: h\r\n\r\n".repeat(1_000);
    // It ends: answers are not collected, so the server stops to read, and then it closes.
    while client.try_send(&requests) {}
}
