//! The program `http-head`, and web servers of all kinds.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use socket2::SockRef;

use crate::HTTP_HEAD;
use crate::support::{Finished, Program, has_ipv6, unused_address};

/// A server that does this with its only client.
fn server_that(serves: impl FnOnce(TcpStream) + Send + 'static) -> SocketAddr {
    server_at("127.0.0.1:0", serves)
}

fn server_at(address: &str, serves: impl FnOnce(TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind(address).expect("a free port");
    let address = listener.local_addr().expect("its address");
    thread::spawn(move || serves(listener.accept().expect("a client").0));
    address
}

/// A server that reads a request and gives this answer.
fn server_that_answers(answer: &'static [u8]) -> SocketAddr {
    server_that(move |mut client| {
        read_request(&client);
        client.write_all(answer).expect("the client is there");
    })
}

/// All up to the empty line.
pub(crate) fn read_request(mut client: &TcpStream) -> String {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") {
        client.read_exact(&mut byte).expect("a request");
        request.extend(byte);
    }
    String::from_utf8(request).expect("text")
}

fn ask(address: SocketAddr, arguments: &[&str]) -> Finished {
    let address = address.to_string();
    Program::new(HTTP_HEAD).args(&[&address]).args(arguments).run()
}

/// The line on standard error, without the program's name.
#[track_caller]
fn problem(finished: &Finished) -> &str {
    assert!(finished.stdout.is_empty(), "{}", finished.text());
    finished.expect_failure(1).trim_start_matches("http-head: ")
}

const ANSWER: &[u8] = b"HTTP/1.0 200 OK\r\nServer: test\r\nContent-Length: 5\r\n\r\n";
const PRINTED: &str = "HTTP/1.0 200 OK\nServer: test\nContent-Length: 5\n";

#[test]
fn status_and_headers_are_printed_and_the_rest_is_not() {
    let address = server_that_answers(b"HTTP/1.0 200 OK\r\nServer: test\r\nContent-Length: 5\r\n\r\nhello");
    let finished = ask(address, &[]).expect_success();
    assert_eq!(finished.text(), PRINTED);
    assert_eq!(finished.stderr, "");
}

#[test]
fn any_answer_is_exit_code_0() {
    for status in ["404 Not Found", "500 Internal Server Error", "301 Moved"] {
        let answer = format!("HTTP/1.1 {status}\r\n\r\n").leak();
        let finished = ask(server_that_answers(answer.as_bytes()), &[]).expect_success();
        assert_eq!(finished.text(), format!("HTTP/1.1 {status}\n"));
    }
}

#[test]
fn the_request_is_what_the_standards_say() {
    for (arguments, request) in [
        (&[][..], "HEAD / HTTP/1.0\r\n\r\n"),
        (&["/a?b"], "HEAD /a?b HTTP/1.0\r\n\r\n"),
        (&["/a?b#c"], "HEAD /a?b HTTP/1.0\r\n\r\n"),
        (
            &["--http1.1"],
            "HEAD / HTTP/1.1\r\nHost: ADDRESS\r\nConnection: close\r\n\r\n",
        ),
    ] {
        let (tell, told) = channel();
        let address = server_that(move |mut client| {
            tell.send(read_request(&client)).expect("the test waits");
            client.write_all(ANSWER).expect("the client is there");
        });
        assert_eq!(ask(address, arguments).expect_success().text(), PRINTED);
        let expected = request.replace("ADDRESS", &address.to_string());
        assert_eq!(told.recv().expect("a request"), expected);
    }
}

#[test]
fn ipv6_is_an_address_as_any_other() {
    if !has_ipv6() {
        return;
    }
    let address = server_at("[::1]:0", |mut client| {
        assert!(read_request(&client).contains("\r\nHost: [::1]:"));
        client.write_all(ANSWER).expect("the client is there");
    });
    assert_eq!(ask(address, &["--http1.1"]).expect_success().text(), PRINTED);
}

#[test]
fn an_answer_in_pieces_is_an_answer() {
    let address = server_that(|mut client| {
        client.set_nodelay(true).expect("a live socket");
        read_request(&client);
        for byte in ANSWER {
            client.write_all(&[*byte]).expect("the client is there");
        }
    });
    assert_eq!(ask(address, &[]).expect_success().text(), PRINTED);
}

#[test]
fn control_characters_are_shown_not_obeyed() {
    let address = server_that_answers(b"HTTP/1.0 200 \x1b[31mOK\r\nX: \x07\r\n\r\n");
    let printed = ask(address, &[]).expect_success().text();
    assert_eq!(printed, "HTTP/1.0 200 \\u{1b}[31mOK\nX: \\u{7}\n");
}

#[test]
fn nobody_there_is_said() {
    let (_unused, address) = unused_address();
    assert_eq!(
        problem(&ask(address, &[])),
        format!("cannot connect to {address}: connection refused: is the server running?")
    );
}

#[test]
fn a_server_that_closes_is_said() {
    let address = server_that(|client| drop(read_request(&client)));
    let finished = ask(address, &[]);
    assert_eq!(
        problem(&finished),
        "the server closed the connection without an answer"
    );

    let address = server_that_answers(b"HTTP/1.0 200 OK\r\nServer: te");
    let finished = ask(address, &[]);
    assert_eq!(
        problem(&finished),
        "the server closed the connection in the middle of its headers, after 27 bytes"
    );
}

#[test]
fn a_server_that_breaks_the_connection_is_said() {
    let address = server_that(|client| {
        read_request(&client);
        let at_once = Some(Duration::ZERO);
        SockRef::from(&client).set_linger(at_once).expect("a live socket");
    });
    let finished = ask(address, &[]);
    assert_eq!(
        problem(&finished),
        "no answer: cannot read: connection reset by the other side"
    );
}

#[test]
fn what_is_no_web_server_is_shown() {
    for (greeting, shown) in [
        (
            &b"220 mail \x1b]0;x\x07\r\n"[..],
            "220 mail \\u{1b}]0;x\\u{7}\\u{d}\\u{a}",
        ),
        (b"SSH-2.0-test\r\n", "SSH-2.0-test\\u{d}\\u{a}"),
        (b"HTTP/2.0\r\n", "HTTP/2.0"),
    ] {
        let finished = ask(server_that_answers(greeting), &[]);
        assert_eq!(
            problem(&finished),
            format!("this is not HTTP: it begins with `{shown}`")
        );
    }
}

#[test]
fn a_silent_server_is_given_up() {
    let (keep, kept) = channel();
    let address = server_that(move |client| {
        read_request(&client);
        keep.send(client).expect("the test waits");
    });
    let finished = ask(address, &["--timeout", "300ms"]);
    drop(kept);
    assert_eq!(problem(&finished), "no answer: read timed out");
}

/// No single read waits long: only the time of the whole ends it.
#[test]
fn one_byte_at_a_time_is_given_up() {
    let (stop, stopped) = channel::<()>();
    let address = server_that(move |mut client| {
        read_request(&client);
        let pause = Duration::from_millis(20);
        let mut answer = b"HTTP/1.0 200 OK\r\nX: ".iter().chain(std::iter::repeat(&b'x'));
        while stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
            let byte = answer.next().expect("it has no end");
            if client.write_all(&[*byte]).is_err() {
                return;
            }
        }
    });
    let finished = ask(address, &["--timeout", "1s"]);
    drop(stop);
    let line = problem(&finished);
    assert!(
        line.starts_with("the answer is not complete after ") && line.ends_with(" bytes: read timed out"),
        "{line}"
    );
}

#[test]
fn many_headers_are_headers() {
    let headers: String = (0..150).map(|number| format!("X-{number}: y\n")).collect();
    let answer = format!("HTTP/1.0 200 OK\n{headers}\n").leak();
    let printed = ask(server_that_answers(answer.as_bytes()), &[])
        .expect_success()
        .text();
    assert_eq!(printed, format!("HTTP/1.0 200 OK\n{headers}"));
}

#[test]
fn headers_without_end_are_given_up() {
    for piece in [&b"x"[..], b"a: b\r\n"] {
        let address = server_that(move |mut client| {
            read_request(&client);
            client
                .write_all(b"HTTP/1.0 200 OK\r\nX: ")
                .expect("the client is there");
            let many = piece.repeat(4096);
            while client.write_all(&many).is_ok() {}
        });
        let finished = ask(address, &[]);
        assert_eq!(
            problem(&finished),
            "the headers are too long: more than 65536 bytes, and their end has not come"
        );
    }
}
