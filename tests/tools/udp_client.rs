//! The program `udp-client`, and what may come back, or not.

use std::net::{SocketAddr, UdpSocket};
use std::thread::{self, JoinHandle};

use crate::UDP_CLIENT;
use crate::support::{Finished, PATIENCE, Program, has_ipv6};

/// A socket that fails the test where nothing comes.
fn socket(address: &str) -> UdpSocket {
    let socket = UdpSocket::bind(address).expect("a free port");
    socket.set_read_timeout(Some(PATIENCE)).expect("a live socket");
    socket
}

/// One datagram, and who has sent it.
#[track_caller]
fn receive(socket: &UdpSocket) -> (Vec<u8>, SocketAddr) {
    let mut datagram = vec![0; 65_536];
    let (count, from) = socket.recv_from(&mut datagram).expect("a datagram");
    datagram.truncate(count);
    (datagram, from)
}

/// A server that does this with its socket.
fn server_that<T: Send + 'static>(
    serves: impl FnOnce(UdpSocket) -> T + Send + 'static,
) -> (SocketAddr, JoinHandle<T>) {
    let socket = socket("127.0.0.1:0");
    let address = socket.local_addr().expect("its address");
    (address, thread::spawn(move || serves(socket)))
}

/// A server that answers one request, whatever it is.
fn server_that_answers(reply: &'static [u8]) -> SocketAddr {
    let (address, _) = server_that(move |socket| {
        let (_, from) = receive(&socket);
        socket.send_to(reply, from).expect("the client is there");
    });
    address
}

fn ask(address: SocketAddr, arguments: &[&str]) -> Finished {
    let address = address.to_string();
    Program::new(UDP_CLIENT).args(&[&address]).args(arguments).run()
}

/// Nobody waits for that: an answer is said at once, or the test fails.
const LONG: [&str; 2] = ["--timeout", "3600"];

#[test]
fn the_reply_is_printed_and_how_long_it_took() {
    let families = 1 + usize::from(has_ipv6());
    for address in &["127.0.0.1:0", "[::1]:0"][..families] {
        let socket = socket(address);
        let address = socket.local_addr().expect("its address");
        let server = thread::spawn(move || {
            let (request, from) = receive(&socket);
            socket.send_to(&request, from).expect("the client is there");
            request
        });
        let finished = ask(address, &["안녕", LONG[0], LONG[1]]).expect_success();
        assert_eq!(finished.text(), "안녕\n");
        let note = format!("udp-client: 6 bytes from {address} after ");
        assert!(finished.stderr.starts_with(&note), "{}", finished.stderr);
        assert!(finished.stderr.ends_with(", try 1\n"), "{}", finished.stderr);
        assert_eq!(
            server.join().expect("a request"),
            "안녕".as_bytes(),
            "and no line break"
        );
    }
}

#[test]
fn an_empty_datagram_is_a_request_and_a_reply() {
    let address = server_that_answers(b"");
    let finished = ask(address, &["", LONG[0], LONG[1]]).expect_success();
    assert_eq!(finished.text(), "\n");
    assert!(
        finished.stderr.starts_with("udp-client: 0 bytes from "),
        "{}",
        finished.stderr
    );
}

#[test]
fn control_characters_are_shown_not_obeyed() {
    let finished = ask(server_that_answers(b"\x1b[31mred\n"), &["x", LONG[0], LONG[1]]);
    assert_eq!(finished.expect_success().text(), "\\u{1b}[31mred\\u{a}\n");
}

#[test]
fn a_reply_can_be_shown_in_hexadecimal() {
    let finished = ask(
        server_that_answers(b"\x00\xffA"),
        &["x", "--hex", LONG[0], LONG[1]],
    );
    assert_eq!(finished.expect_success().text(), "00 ff 41\n");
}

#[test]
fn four_bytes_of_a_time_server_are_a_date() {
    let (address, server) = server_that(|socket| {
        let (request, from) = receive(&socket);
        // The example of RFC 868: 1 May 1983.
        let reply = 2_629_584_000_u32.to_be_bytes();
        socket.send_to(&reply, from).expect("the client is there");
        request
    });
    let finished = ask(address, &["--rfc868", LONG[0], LONG[1]]).expect_success();
    assert_eq!(finished.text(), "1983-05-01T00:00:00Z\n");
    assert!(server.join().expect("a request").is_empty());

    let finished = ask(server_that_answers(b"noon"), &["--rfc868", LONG[0], LONG[1]]);
    assert!(
        finished.status.success(),
        "any four bytes are a time: {finished:#?}"
    );
    let finished = ask(server_that_answers(b"midnight"), &["--rfc868", LONG[0], LONG[1]]);
    assert_eq!(
        finished.expect_failure(1),
        "udp-client: a time of RFC 868 has 4 bytes, this reply has 8"
    );
}

#[test]
fn nothing_comes_and_that_is_said() {
    let (address, server) = server_that(|socket| [receive(&socket), receive(&socket)]);
    let finished = ask(address, &["hello", "--tries", "2", "--timeout", "100ms"]);
    assert_eq!(
        finished.expect_failure(1),
        format!("udp-client: {address}: no reply (tries: 2, 100ms each): UDP does not say why")
    );
    assert!(finished.stdout.is_empty());
    let [first, second] = server.join().expect("two requests");
    assert_eq!(first.0, b"hello");
    assert_eq!(first, second, "the same, from the same socket");
}

#[test]
fn a_second_try_may_be_answered() {
    let (address, _server) = server_that(|socket| {
        // As if it had been lost.
        receive(&socket);
        let (request, from) = receive(&socket);
        socket.send_to(&request, from).expect("the client is there");
        socket
    });
    // A busy machine may need some more.
    let finished = ask(address, &["hello", "--tries", "100", "--timeout", "200ms"]).expect_success();
    assert_eq!(finished.text(), "hello\n");
    let (_, tries) = finished.stderr.trim_end().rsplit_once(", try ").expect("a note");
    assert!(
        tries.parse::<u32>().expect("a number") >= 2,
        "{}",
        finished.stderr
    );
}

#[test]
fn a_datagram_of_somebody_else_is_no_reply() {
    let (address, _) = server_that(|socket| {
        let (_, from) = receive(&socket);
        let stranger = UdpSocket::bind("127.0.0.1:0").expect("a free port");
        stranger.send_to(b"wrong", from).expect("sent");
        socket.send_to(b"right", from).expect("the client is there");
    });
    let finished = ask(address, &["hello", LONG[0], LONG[1]]).expect_success();
    assert_eq!(finished.text(), "right\n");
}

#[test]
fn a_reply_that_is_too_long_is_not_silently_cut() {
    let flags = ["x", "--max-reply", "5", LONG[0], LONG[1]];
    let finished = ask(server_that_answers(b"hello!"), &flags);
    assert_eq!(
        finished.expect_failure(1),
        "udp-client: the reply is longer than 5 bytes, and was cut: see --max-reply"
    );
    assert_eq!(finished.text(), "hello\n");
    let finished = ask(server_that_answers(b"hello"), &flags).expect_success();
    assert_eq!(finished.text(), "hello\n");
}

#[test]
fn an_unreachable_port_is_said_at_once() {
    // It takes datagrams of one peer only: for all others the port is closed, and nobody else can take it.
    let closed = socket("127.0.0.1:0");
    closed.connect("127.0.0.1:9").expect("nothing is sent");
    let address = closed.local_addr().expect("its address");
    let finished = ask(address, &["hello", LONG[0], LONG[1]]);
    assert_eq!(
        finished.expect_failure(1),
        format!(
            "udp-client: {address}: port unreachable: the machine is there, and no program receives on this port"
        )
    );
}

#[test]
fn a_request_that_is_no_datagram_is_said() {
    let address = socket("127.0.0.1:0").local_addr().expect("its address");
    let finished = ask(address, &[&"x".repeat(66_000), LONG[0], LONG[1]]);
    let line = finished.expect_failure(1);
    assert!(
        line.starts_with(&format!(
            "udp-client: {address}: cannot send 66000 bytes as one datagram: "
        )),
        "{line}"
    );
}
