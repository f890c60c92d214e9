//! The program `echo-client`: as a filter, at a terminal, and with servers that behave badly.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;

use crate::support::wire::echo;
use crate::support::{Finished, Program, Server, unused_address};
use crate::{CLIENT, is_served, server};

/// Runs the client until it ends.
#[track_caller]
fn talk_to(address: SocketAddr, flags: &[&str], input: &[u8]) -> Finished {
    let address = address.to_string();
    Program::new(CLIENT).args(&[&address]).args(flags).run_with(input)
}

/// What the client prints for this input.
#[track_caller]
fn filtered(server: &Server, flags: &[&str], input: &[u8]) -> Vec<u8> {
    let finished = talk_to(server.address, flags, input).expect_success();
    assert_eq!(finished.stderr, "");
    finished.stdout
}

/// A server that does this with its only client.
pub(crate) fn server_that(serves: impl FnOnce(TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("its address");
    thread::spawn(move || serves(listener.accept().expect("a client").0));
    address
}

pub(crate) fn read_exactly(mut client: &TcpStream, expected: &[u8]) {
    let mut received = vec![0; expected.len()];
    client.read_exact(&mut received).expect("a request");
    assert_eq!(received, expected);
}

fn read_the_end(mut client: &TcpStream) {
    assert_eq!(client.read(&mut [0]).expect("an orderly end"), 0);
}

#[test]
fn what_is_piped_in_comes_out() {
    let server = server(&[]);
    assert_eq!(filtered(&server, &[], b"one\ntwo\n"), b"one\ntwo\n");
    assert_eq!(filtered(&server, &[], b"\n\n"), b"\n\n");
    assert_eq!(filtered(&server, &[], b"\x1b[31m\0\xff\n"), b"\x1b[31m\0\xff\n");
}

#[test]
fn a_last_line_without_line_break_is_sent_too() {
    let server = server(&[]);
    assert_eq!(filtered(&server, &[], b"one\ntwo"), b"one\ntwo\n");
}

#[test]
fn nothing_in_is_nothing_out() {
    let server = server(&[]);
    assert_eq!(filtered(&server, &[], b""), b"");
}

#[test]
fn lines_travel_in_packets() {
    let server = server(&["--packets"]);
    let flags = ["--packets"];
    assert_eq!(filtered(&server, &flags, b"one\n\ntwo"), b"one\n\ntwo\n");
    assert_eq!(filtered(&server, &flags, b""), b"");
}

#[test]
fn a_line_is_the_body_of_an_echo_packet() {
    let address = server_that(|client| {
        let request = [7, 0, 101, 0, 0, b'h', b'i'];
        read_exactly(&client, &request);
        (&client).write_all(&request).expect("the client is there");
        read_the_end(&client);
    });
    assert_eq!(
        talk_to(address, &["--packets"], b"hi\n").expect_success().text(),
        "hi\n"
    );
}

#[test]
fn replies_in_pieces_are_put_together() {
    for (flags, replies) in [
        (&[][..], b"one\ntwo\n".to_vec()),
        (&["--packets"], [echo(b"one"), echo(b"two")].concat()),
    ] {
        let address = server_that(move |client| {
            client.set_nodelay(true).expect("a live socket");
            read_exactly(&client, &replies);
            for byte in replies {
                (&client).write_all(&[byte]).expect("the client is there");
            }
            read_the_end(&client);
        });
        assert_eq!(
            talk_to(address, flags, b"one\ntwo\n").expect_success().text(),
            "one\ntwo\n"
        );
    }
}

#[test]
fn a_hundred_thousand_lines_pass() {
    let lines: String = (0..100_000).map(|number| format!("line {number}\n")).collect();
    let by_bytes = server(&[]);
    assert!(filtered(&by_bytes, &[], lines.as_bytes()) == lines.as_bytes());
    let by_packets = server(&["--packets"]);
    assert!(filtered(&by_packets, &["--packets"], lines.as_bytes()) == lines.as_bytes());
}

#[test]
fn a_line_too_long_for_a_packet_is_an_error_after_the_replies_before_it() {
    let server = server(&["--packets", "--max-packet", "65535"]);
    let longest = [vec![b'x'; 65_530], b"\n".to_vec()].concat();
    assert!(filtered(&server, &["--packets"], &longest) == longest);

    let too_long = [&b"short\n"[..], &[b'x'; 65_531], b"\nnever sent\n"].concat();
    let finished = talk_to(server.address, &["--packets"], &too_long);
    let line = finished.expect_failure(1);
    let problem = "echo-client: a line of 65531 bytes: a packet takes 65530 at most: ";
    assert!(line.starts_with(problem), "{line}");
    assert_eq!(finished.text(), "short\n");
}

#[test]
fn a_line_has_an_end_and_so_has_a_reply() {
    let server = server(&[]);
    let longest = [vec![b'x'; 1024 * 1024], b"\n".to_vec()].concat();
    assert!(filtered(&server, &[], &longest) == longest);

    let endless = [&b"short\n"[..], &vec![b'x'; 64 * 1024 * 1024]].concat();
    let finished = talk_to(server.address, &[], &endless);
    assert_eq!(
        finished.expect_failure(1),
        "echo-client: cannot read standard input: line 2 has more than 1048576 bytes"
    );
    assert_eq!(finished.text(), "short\n");

    let address = server_that(|mut client| {
        read_exactly(&client, b"one\n");
        // Until the client has gone.
        while client.write_all(&[b'x'; 64 * 1024]).is_ok() {}
    });
    let finished = talk_to(address, &[], b"one\n");
    assert_eq!(
        finished.expect_failure(1),
        "echo-client: the server sent a line of more than 1048576 bytes"
    );
}

#[test]
fn a_byte_order_mark_is_echoed_like_all_bytes() {
    let server = server(&[]);
    let marked = "\u{feff}one\n".as_bytes();
    assert_eq!(filtered(&server, &[], marked), marked);
}

#[test]
fn a_server_that_is_not_there_is_said_in_one_line() {
    let (_unused, address) = unused_address();
    let finished = talk_to(address, &[], b"hello\n");
    let expected =
        format!("echo-client: cannot connect to {address}: connection refused: is the server running?");
    assert_eq!(finished.expect_failure(1), expected);
    assert!(finished.stdout.is_empty(), "{}", finished.text());
}

#[test]
fn a_server_that_never_replies_is_given_up_at_the_timeout() {
    let (keep, kept_open) = mpsc::channel();
    let address = server_that(move |client| {
        read_exactly(&client, b"hello\n");
        keep.send(client).expect("the test waits");
    });
    let finished = talk_to(address, &["--timeout", "300ms"], b"hello\n");
    drop(kept_open);
    assert_eq!(
        finished.expect_failure(1),
        "echo-client: no reply: read timed out"
    );
}

#[test]
fn a_server_that_closes_early_is_an_error_after_the_replies_before_it() {
    let address = server_that(|client| {
        read_exactly(&client, b"one\ntwo\n");
        (&client).write_all(b"one\n").expect("the client is there");
    });
    let finished = talk_to(address, &[], b"one\ntwo\n");
    let line = finished.expect_failure(1);
    assert_eq!(
        line,
        "echo-client: the server closed the connection after 1 of 2 replies"
    );
    assert_eq!(finished.text(), "one\n");
}

#[test]
fn a_reply_without_its_end_is_no_reply() {
    for (flags, request, part) in [
        (&[][..], b"one\n".to_vec(), b"on".to_vec()),
        (&["--packets"], echo(b"one"), echo(b"one")[..6].to_vec()),
    ] {
        let address = server_that(move |client| {
            read_exactly(&client, &request);
            (&client).write_all(&part).expect("the client is there");
        });
        let finished = talk_to(address, flags, b"one\n");
        let line = finished.expect_failure(1);
        assert_eq!(
            line,
            "echo-client: the server closed the connection after 0 of 1 replies"
        );
    }
}

#[test]
fn what_the_server_says_before_it_closes_is_named() {
    let server = server(&["--packets", "--max-connections", "1"]);
    let mut first = server.connect();
    is_served(&mut first);
    let finished = talk_to(server.address, &["--packets"], b"hello\n");
    let line = finished.expect_failure(1);
    assert!(
        line.starts_with("echo-client: the server says SERVER_FULL"),
        "{line}"
    );
}

#[test]
fn a_packet_that_is_no_echo_is_an_error() {
    let address = server_that(|client| {
        read_exactly(&client, &echo(b"one"));
        (&client)
            .write_all(&[5, 0, 202, 0, 0])
            .expect("the client is there");
    });
    let finished = talk_to(address, &["--packets"], b"one\n");
    let line = finished.expect_failure(1);
    assert!(
        line.starts_with("echo-client: expected a packet ECHO (101), got "),
        "{line}"
    );
}

#[test]
fn wrong_arguments_are_one_line_and_exit_code_2() {
    for (arguments, problem) in [
        (
            &["nonsense"][..],
            "`nonsense` is not an address: the port is missing",
        ),
        (&["--timeout", "0"], "--timeout must be longer than 0"),
        (&["--no-such-flag"], "unexpected argument '--no-such-flag'"),
    ] {
        let finished = Program::new(CLIENT).args(arguments).run();
        let line = finished.expect_failure(2);
        assert!(
            line.starts_with("echo-client: ") && line.contains(problem),
            "{line}"
        );
    }
}

#[test]
fn help_and_version_are_there() {
    let help = Program::new(CLIENT)
        .args(&["--help"])
        .run()
        .expect_success()
        .text();
    for part in [
        "[default: 127.0.0.1:18080]",
        "[default: 5s]",
        "[env: ECHO_CLIENT_TIMEOUT=",
        "\nExamples:\n",
    ] {
        assert!(help.contains(part), "{part}: {help}");
    }
    let version = Program::new(CLIENT).args(&["--version"]).run().expect_success();
    assert_eq!(
        version.text(),
        concat!("echo-client ", env!("CARGO_PKG_VERSION"), "\n")
    );
}

#[test]
fn a_variable_sets_the_server() {
    let server = server(&[]);
    let program = Program::new(CLIENT).env("ECHO_CLIENT_SERVER", &server.host_and_port());
    assert_eq!(program.run_with(b"hello\n").expect_success().text(), "hello\n");
}

/// What the program finds out itself.
#[test]
fn a_variable_that_goes_with_nothing_is_named() {
    let finished = Program::new(CLIENT).env("ECHO_CLIENT_TIMEOUT", "0").run();
    let problem = "--timeout must be longer than 0 (--timeout comes from the variable ECHO_CLIENT_TIMEOUT)";
    finished.refuses_flags("echo-client", problem);
    let typed = Program::new(CLIENT)
        .env("ECHO_CLIENT_TIMEOUT", "1s")
        .args(&["--timeout", "0"]);
    typed
        .run()
        .refuses_flags("echo-client", "--timeout must be longer than 0; try");
}
