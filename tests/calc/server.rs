//! The finished server: results, errors, batches, old clients.

use std::io::Read;
use std::net::TcpStream;

use super::calc_server;
use super::requests::{bare, reply, request};
use super::support::{PATIENCE, Signal};

/// To look whether a byte was read takes its time on a machine with many sockets.
const PATIENT: &[&str] = &["--frame-timeout", "0"];

#[test]
fn five_operators_calculate_with_32_bits() {
    let server = calc_server(&[]);
    let mut client = server.connect();
    for (op, left, right, result) in [
        (b'+', 10, 20, 30),
        (b'-', 10, 20, -10),
        (b'*', 6, 7, 42),
        (b'/', -7, 2, -3),
        (b'%', -7, 2, -1),
        (b'+', i32::MAX, 1, i32::MIN),
        (b'*', i32::MIN, -1, i32::MIN),
        (b'/', i32::MIN, -1, i32::MIN),
        (b'%', i32::MIN, -1, 0),
    ] {
        client.exchange(&request(op, left, right), &reply(result));
    }
}

#[test]
fn an_error_closes_after_every_earlier_reply_and_is_logged() {
    let server = calc_server(&[]);
    for (bad, reason) in [
        (request(b'/', 1, 0), "division by zero: 1 / 0"),
        (request(b'%', -5, 0), "division by zero: -5 % 0"),
        (
            request(b'?', 1, 2),
            "unknown operator '?' (0x3f): expected one of + - * / %",
        ),
        (request(0x1b, 1, 2), "unknown operator '\\u{1b}' (0x1b)"),
        (vec![8, 0, 0, 0], "the length of a request is 8, not 9"),
    ] {
        let mut client = server.connect();
        client.send(&[request(b'+', 10, 20).repeat(1_000), bad].concat());
        client.expect(&reply(30).repeat(1_000));
        client.expect_end();
        server.log().wait_for_line(reason);
    }
    server.connect().exchange(&request(b'+', 10, 20), &reply(30));
}

/// Clients of the first lesson send 9 bytes and no length.
#[test]
fn clients_without_a_length_are_served_too() {
    let server = calc_server(&[]);
    for op in *b"+-*/%" {
        let mut client = server.connect();
        let result = calc_server::calculate(op, 17, 5).unwrap();
        client.exchange(&bare(op, 17, 5), &reply(result));
        client.exchange(&bare(b'+', 1, 2).repeat(100), &reply(3).repeat(100));
    }
}

#[test]
fn a_request_may_be_cut_anywhere() {
    let server = calc_server(PATIENT);
    for (whole, result) in [(request(b'*', 100_000, 7), 700_000), (bare(b'-', 7, 9), -2)] {
        for cut in 1..whole.len() {
            let mut client = server.connect();
            client.send(&whole[..cut]);
            client.wait_until_read();
            client.exchange(&whole[cut..], &reply(result));
        }
        let mut client = server.connect();
        for byte in &whole {
            client.send(&[*byte]);
            client.wait_until_read();
        }
        client.expect(&reply(result));
    }
}

/// The clients of the original: everything is sent before the first reply is read.
#[test]
fn ten_thousand_requests_in_one_go_are_all_answered_in_order() {
    let server = calc_server(&[]);
    let mut client = server.connect();
    let requests: Vec<u8> = (0..10_000).flat_map(|number| request(b'+', number, 1)).collect();
    let replies: Vec<u8> = (1..=10_000).flat_map(reply).collect();
    client.send(&requests);
    client.half_close();
    client.expect(&replies);
    client.expect_end();
}

/// All requests that one read brings are answered with one write. The server is stopped while they come, so
/// they are there at one moment; and then it finds all replies in one piece.
#[test]
#[cfg(target_os = "linux")]
fn requests_that_come_together_are_answered_together() {
    let server = calc_server(&[]);
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut one = [0; 4];
    std::io::Write::write_all(&mut stream, &request(b'+', 1, 1)).unwrap();
    stream.read_exact(&mut one).unwrap();
    server.process.freeze();
    std::io::Write::write_all(&mut stream, &request(b'+', 10, 20).repeat(300)).unwrap();
    server.process.thaw();
    let mut replies = vec![0; 8_000];
    // One write of 1,200 bytes over loopback comes as one piece; many writes would come as many.
    let count = stream.read(&mut replies).unwrap();
    assert_eq!(count, 1_200);
    assert!(replies[..count] == reply(30).repeat(300));
}

#[test]
fn many_clients_calculate_at_once() {
    let server = calc_server(&[]);
    let threads: Vec<_> = (0..50)
        .map(|number| {
            let mut client = server.connect();
            std::thread::spawn(move || {
                for round in 0..100 {
                    client.exchange(&request(b'*', number, round), &reply(number * round));
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
#[cfg(unix)]
fn ctrl_c_ends_it_after_the_replies_with_a_summary() {
    let server = calc_server(&["--log", "debug"]);
    let mut client = server.connect();
    client.exchange(&request(b'+', 10, 20), &reply(30));
    let ended = std::thread::spawn(move || client.expect_end());
    server.signal(Signal::INT);
    let finished = server.process.finish().expect_success();
    ended.join().unwrap();
    let log = finished.stderr;
    assert!(
        log.contains("1 clients served, 0 refused, 0 cut off; 13 bytes in, 4 bytes out"),
        "{log}"
    );
    assert!(log.contains("closed: server shutting down"), "{log}");
}
