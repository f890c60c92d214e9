//! The four steps of the time server, each as the real program: the new idea, and what still goes wrong.
//!
//! They take descriptors away, which Windows has not.
#![cfg(unix)]

#[allow(dead_code, reason = "the finished server is asked for more")]
#[path = "time/clients.rs"]
mod clients;
#[allow(dead_code, reason = "the finished server tells the time in more ways")]
#[path = "time/clock.rs"]
mod clock;
mod support;

use std::net::UdpSocket;

use clients::{Asker, is_served, receive};
use clock::{TEXT, assert_text, assert_timestamp, timed};
use support::{MOMENT, Program, Server, step, unused_address};

const STEP_1: &str = env!("CARGO_BIN_EXE_time-1-daytime");
const STEP_2: &str = env!("CARGO_BIN_EXE_time-2-threads");
const STEP_3: &str = env!("CARGO_BIN_EXE_time-3-sessions");
const STEP_4: &str = env!("CARGO_BIN_EXE_time-4-udp");

#[track_caller]
fn tells_the_time(server: &Server) {
    assert_text(&timed(|| server.connect().receive_rest()));
}

#[test]
fn steps_1_and_2_tell_the_time_on_connect() {
    for path in [STEP_1, STEP_2] {
        let server = step(path);
        for _ in 0..3 {
            tells_the_time(&server);
        }
        // What the client sends does not destroy its reply.
        let asked = timed(|| {
            let mut client = server.connect();
            client.send(&[b'x'; 100_000]);
            client.receive_rest()
        });
        assert_text(&asked);
    }
}

#[test]
fn step_1_lets_the_second_client_wait_until_the_first_has_closed() {
    let server = step(STEP_1);
    let mut first = server.connect();
    assert_eq!(first.receive_rest().len(), TEXT);
    let mut second = server.connect();
    second.expect_silence(MOMENT);
    drop(first);
    assert_eq!(second.receive_rest().len(), TEXT);
}

#[cfg(target_os = "linux")]
#[test]
fn step_1_reports_a_failed_accept_and_goes_on() {
    let server = step(STEP_1);
    server.process.take_away_descriptors();
    // The kernel sets a descriptor aside when accept begins to wait, so the first one still gets in.
    drop(server.connect());
    let mut second = server.connect();
    server
        .log()
        .wait_for_line("accept: Too many open files (os error 24)");
    server.process.give_back_descriptors();
    assert_eq!(second.receive_rest().len(), TEXT);
    drop(second);
    tells_the_time(&server);
}

#[test]
fn steps_1_and_2_outlive_a_broken_connection() {
    for path in [STEP_1, STEP_2] {
        let server = step(path);
        let broken = server.connect();
        let address = broken.address();
        broken.reset();
        server.log().wait_for_line(&format!("{address} broke off: "));
        tells_the_time(&server);
    }
}

#[test]
fn step_2_lets_nobody_wait() {
    let server = step(STEP_2);
    let stay: Vec<_> = (0..10).map(|_| server.connect()).collect();
    tells_the_time(&server);
    for mut client in stay {
        assert_eq!(client.receive_rest().len(), TEXT);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn step_2_keeps_a_thread_for_whoever_does_not_close() {
    let server = step(STEP_2);
    let mut stay: Vec<_> = (0..10).map(|_| server.connect()).collect();
    for client in &mut stay {
        assert_eq!(client.receive_rest().len(), TEXT);
    }
    assert_eq!(server.process.threads(), 11);
}

#[test]
fn step_3_answers_as_many_requests_as_a_client_likes() {
    let server = step(STEP_3);
    let mut client = server.connect();
    for request in ["timestamp", "timestamp\n", "timestamp\r\n"] {
        assert_timestamp(&timed(|| {
            client.send(request.as_bytes());
            receive(&mut client, 11)
        }));
    }
    is_served(&mut client);
    client.half_close();
    client.expect_end();
}

#[test]
fn step_3_takes_two_requests_that_come_together_for_one() {
    let server = step(STEP_3);
    let mut client = server.connect();
    client.send(b"timestamp\ntimestamp\n");
    receive(&mut client, TEXT);
    client.expect_silence(MOMENT);
}

#[test]
fn step_3_takes_one_request_that_comes_in_pieces_for_two() {
    let server = step(STEP_3);
    let mut client = server.connect();
    for piece in ["time", "stamp\n"] {
        client.send(piece.as_bytes());
        receive(&mut client, TEXT);
    }
}

#[test]
fn step_3_takes_a_request_of_over_128_bytes_for_two() {
    let server = step(STEP_3);
    let mut client = server.connect();
    client.send(&[b'x'; 200]);
    receive(&mut client, 2 * TEXT);
    client.expect_silence(MOMENT);
}

#[test]
fn step_3_lets_a_client_be_silent_for_a_moment() {
    let server = step(STEP_3);
    let mut client = server.connect();
    is_served(&mut client);
    client.expect_silence(MOMENT);
    is_served(&mut client);
}

#[test]
fn step_4_answers_any_datagram() {
    let server = step(STEP_4);
    let asker = Asker::new(server.address);
    for datagram in [&b""[..], b"time?", &[0; 128]] {
        assert_text(&asker.ask(datagram));
        let line = format!("{} sent {} bytes", asker.address(), datagram.len());
        server.log().wait_for_line(&line);
    }
}

#[test]
fn step_4_does_not_notice_that_a_datagram_is_cut() {
    let server = step(STEP_4);
    let asker = Asker::new(server.address);
    assert_text(&asker.ask(&[b'x'; 1_000]));
    server
        .log()
        .wait_for_line(&format!("{} sent 128 bytes", asker.address()));
}

/// Whoever makes two of these talk to each other makes them talk for ever.
#[test]
fn step_4_answers_the_reply_of_a_server_like_itself() {
    let server = step(STEP_4);
    let asker = Asker::new(server.address);
    let mut reply = b"time?".to_vec();
    for _ in 0..100 {
        (reply, _) = asker.ask(&reply);
    }
}

#[test]
fn step_4_outlives_clients_that_have_gone() {
    let server = step(STEP_4);
    for _ in 0..100 {
        Asker::new(server.address).send(b"and away");
    }
    assert_text(&Asker::new(server.address).ask(b"I wait"));
}

#[test]
fn every_step_says_in_one_line_that_the_port_is_taken() {
    let (_taken, tcp) = unused_address();
    let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
    for path in [STEP_1, STEP_2, STEP_3] {
        is_refused(path, &tcp.to_string());
    }
    is_refused(STEP_4, &udp.local_addr().unwrap().to_string());
}

#[track_caller]
fn is_refused(path: &str, address: &str) {
    let finished = Program::new(path).args(&[address]).run();
    let line = finished.expect_failure(1);
    let expected = format!("{address}: Address already in use");
    assert!(line.starts_with(&expected), "{path}: {line}");
    assert!(finished.stdout.is_empty(), "{path}: {}", finished.text());
}

#[test]
fn every_step_says_in_one_line_that_an_address_is_none() {
    for path in [STEP_1, STEP_2, STEP_3, STEP_4] {
        let finished = Program::new(path).args(&["nonsense"]).run();
        assert_eq!(
            finished.expect_failure(1),
            "nonsense: invalid socket address",
            "{path}"
        );
    }
}
