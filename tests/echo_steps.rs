//! The five steps of the echo server, each as the real program: the new idea, and what still goes wrong.
//!
//! They send signals, which Windows has not.
#![cfg(unix)]

mod support;

use std::io::ErrorKind;
use std::net::TcpStream;

use support::raw_echo::{HELLO, is_served};
use support::{
    Client, MOMENT, Program, Server, address_to_ask_for, packet_echo, raw_echo, step, unused_address,
};

const STEP_1: &str = env!("CARGO_BIN_EXE_echo-1-once");
const STEP_2: &str = env!("CARGO_BIN_EXE_echo-2-keep");
const STEP_3: &str = env!("CARGO_BIN_EXE_echo-3-iterate");
const STEP_4: &str = env!("CARGO_BIN_EXE_echo-4-threads");
const STEP_5: &str = env!("CARGO_BIN_EXE_echo-5-packets");

#[track_caller]
fn expect_refusal(server: &Server) {
    let refused = TcpStream::connect(server.address).map_err(|error| error.kind());
    assert_eq!(refused.err(), Some(ErrorKind::ConnectionRefused));
}

/// Ends one client orderly and breaks off another, and reads what the step says to each.
#[track_caller]
fn outlives_a_reset_and_tells_it_from_an_end(server: &Server) {
    let mut broken = server.connect();
    broken.exchange(HELLO, HELLO);
    let address = broken.address();
    broken.reset();
    server.log().wait_for_line(&format!("{address} broke off: "));

    let mut orderly = server.connect();
    orderly.exchange(HELLO, HELLO);
    orderly.half_close();
    orderly.expect_end();
    server
        .log()
        .wait_for_line(&format!("{} closed", orderly.address()));
    is_served(&mut server.connect());
}

#[test]
fn step_1_sends_one_line_back_and_ends() {
    let mut server = step(STEP_1);
    let mut client = server.connect();
    client.send(b"in two ");
    client.wait_until_read();
    client.exchange(b"pieces\n", b"in two pieces\n");
    client.expect_end();
    assert_eq!(server.wait().code(), Some(0));
}

#[test]
fn step_1_leaves_the_second_line_unanswered() {
    let mut server = step(STEP_1);
    let mut client = server.connect();
    client.exchange(b"one\ntwo\n", b"one\n");
    client.expect_end_or_reset();
    assert_eq!(server.wait().code(), Some(0));
}

#[test]
fn step_2_answers_every_line_until_the_client_closes() {
    let mut server = step(STEP_2);
    let mut client = server.connect();
    client.exchange(b"one\n", b"one\n");
    client.exchange(b"two\nthree\n", b"two\nthree\n");
    client.send(b"the last, without a line break");
    client.half_close();
    client.expect(b"the last, without a line break");
    client.expect_end();
    assert_eq!(server.wait().code(), Some(0));
}

#[test]
fn step_2_ends_with_its_first_client() {
    let (_kept, address) = address_to_ask_for();
    let mut server = Program::new(STEP_2).args(&[&address.to_string()]).serve();
    let mut first = server.connect();
    is_served(&mut first);
    let mut second = server.connect();
    second.send(b"and me?\n");
    drop(first);
    second.expect_end_or_reset();
    assert_eq!(server.wait().code(), Some(0));
    expect_refusal(&server);
}

#[test]
fn step_3_serves_one_client_after_another() {
    let server = step(STEP_3);
    for _ in 0..3 {
        is_served(&mut server.connect());
    }
}

#[test]
fn step_3_lets_the_second_client_wait_for_the_first() {
    raw_echo::the_second_client_waits_for_the_first(&step(STEP_3));
}

#[test]
fn step_3_outlives_a_broken_connection() {
    outlives_a_reset_and_tells_it_from_an_end(&step(STEP_3));
}

#[test]
fn step_4_serves_two_clients_at_once() {
    let server = step(STEP_4);
    let (mut first, mut second) = (server.connect(), server.connect());
    is_served(&mut first);
    is_served(&mut second);
    is_served(&mut first);
}

#[test]
fn step_4_outlives_a_broken_connection() {
    let server = step(STEP_4);
    let mut witness = server.connect();
    outlives_a_reset_and_tells_it_from_an_end(&server);
    is_served(&mut witness);
}

#[test]
fn step_4_keeps_a_line_however_long_it_grows() {
    let server = step(STEP_4);
    let mut client = server.connect();
    let line = vec![b'x'; 1_000_000];
    client.send(&line);
    client.expect_silence(MOMENT);
    client.send(b"\n");
    client.expect(&line);
    client.expect(b"\n");
}

#[test]
fn step_5_echoes_packets_however_they_are_cut() {
    let server = step(STEP_5);
    packet_echo::come_back_however_they_are_cut(&server);
    packet_echo::come_back_byte_by_byte(&server);
    packet_echo::come_back_all_at_once(&server);
}

#[test]
fn step_5_closes_only_the_connection_with_the_bad_length() {
    let server = step(STEP_5);
    let mut witness = server.connect();
    for (header, reason) in packet_echo::BAD_HEADERS {
        let mut client = server.connect();
        client.send(&[HELLO, header, HELLO].concat());
        client.expect(HELLO);
        client.expect_end_or_reset();
        let line = format!("{} broke off: {reason}", client.address());
        server.log().wait_for_line(&line);
        is_served(&mut witness);
    }
}

#[test]
fn step_5_tells_an_end_inside_a_packet_from_one_between_two() {
    let server = step(STEP_5);
    let end_after = |bytes: &[u8]| -> Client {
        let mut client = server.connect();
        client.send(bytes);
        client.half_close();
        client
    };
    let mut between = end_after(HELLO);
    between.expect(HELLO);
    between.expect_end();
    let mut inside = end_after(&HELLO[..7]);
    inside.expect_end();
    server
        .log()
        .wait_for_line(&format!("{} closed", between.address()));
    let reason = "the stream ended 7 bytes into a packet";
    let line = format!("{} broke off: {reason}", inside.address());
    server.log().wait_for_line(&line);
}

#[test]
fn step_5_is_ended_by_ctrl_c_without_a_word_to_its_clients() {
    use std::os::unix::process::ExitStatusExt;

    use support::Signal;

    let mut server = step(STEP_5);
    let mut client = server.connect();
    is_served(&mut client);
    server.signal(Signal::INT);
    client.expect_end_or_reset();
    assert_eq!(server.wait().signal(), Some(Signal::INT.as_raw()));
}

#[cfg(target_os = "linux")]
#[test]
fn step_5_is_ended_by_too_many_silent_clients() {
    let mut server = step(STEP_5);
    let mut clients: Vec<_> = (0..50).map(|_| server.connect()).collect();
    clients.iter_mut().for_each(is_served);
    server.process.take_away_descriptors();
    let _one_too_many = server.connect();
    assert_eq!(server.wait().code(), Some(1));
    assert!(server.log().text().contains("Too many open files"));
    clients.iter_mut().for_each(Client::expect_end_or_reset);
}

#[test]
fn every_step_says_in_one_line_that_the_port_is_taken() {
    let (_taken, address) = unused_address();
    let address = address.to_string();
    for path in [STEP_1, STEP_2, STEP_3, STEP_4, STEP_5] {
        let finished = Program::new(path).args(&[&address]).run();
        let line = finished.expect_failure(1);
        assert!(
            line.starts_with(&format!("{address}: Address already in use")),
            "{path}: {line}"
        );
        assert!(finished.stdout.is_empty(), "{path}: {}", finished.text());
    }
}

#[test]
fn every_step_says_in_one_line_that_an_address_is_none() {
    for path in [STEP_1, STEP_2, STEP_3, STEP_4, STEP_5] {
        let finished = Program::new(path).args(&["nonsense"]).run();
        assert_eq!(
            finished.expect_failure(1),
            "nonsense: invalid socket address",
            "{path}"
        );
    }
}
