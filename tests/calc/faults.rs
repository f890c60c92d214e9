//! What the finished server survives.

use super::calc_server;
use super::requests::{reply, request};
use super::support::eventually;

/// Row 1: lengths that cannot be.
#[test]
fn impossible_lengths_close_that_connection_only() {
    let server = calc_server(&[]);
    let mut bystander = server.connect();
    for length in [0, 8, 10, -1, i32::MAX].into_iter().cycle().take(500) {
        let mut client = server.connect();
        client.send(&length.to_le_bytes());
        client.expect_end();
    }
    for length in [0, 8, 10, -1, i32::MAX] {
        server
            .log()
            .wait_for_lines(100, &format!("the length of a request is {length}, not 9"));
    }
    bystander.exchange(&request(b'+', 10, 20), &reply(30));
}

/// Row 8: requests without end, and not one reply is read.
#[test]
#[cfg(target_os = "linux")]
fn a_client_that_never_reads_is_cut_off_and_holds_no_memory() {
    let server = calc_server(&["--write-timeout", "500ms", "--send-buffer", "64KiB"]);
    let mut bystander = server.connect();
    bystander.exchange(&request(b'+', 10, 20), &reply(30));
    let before = server.process.resident_bytes();
    let mut greedy = server.connect();
    let sender = std::thread::spawn(move || {
        let requests = request(b'+', 10, 20).repeat(10_000);
        while greedy.try_send(&requests).is_ok() {}
    });
    server
        .log()
        .wait_for_line("write timeout: the client took nothing for 500ms");
    let after = server.process.resident_bytes();
    sender.join().unwrap();
    assert!(after < before + (8 << 20), "grew from {before} to {after} bytes");
    bystander.exchange(&request(b'+', 10, 20), &reply(30));
}

/// Row 13: half a close after 10,000 requests.
#[test]
fn half_a_close_still_gets_every_reply() {
    let server = calc_server(&[]);
    let mut client = server.connect();
    client.send(&request(b'-', 1, 2).repeat(10_000));
    client.half_close();
    assert_eq!(client.receive_rest(), reply(-1).repeat(10_000));
}

/// A server that writes to a client that has left gets a signal that ends it, unless it looks after that.
#[test]
fn clients_that_leave_early_end_nothing() {
    let server = calc_server(&[]);
    for _ in 0..100 {
        let mut client = server.connect();
        client.send(&request(b'+', 10, 20).repeat(1_000));
        client.reset();
    }
    server.connect().exchange(&request(b'+', 10, 20), &reply(30));
}

#[test]
fn half_a_request_is_closed_at_the_frame_timeout_and_silence_at_the_idle_timeout() {
    let server = calc_server(&["--frame-timeout", "300ms"]);
    let mut half = server.connect();
    half.send(&request(b'+', 10, 20)[..7]);
    half.expect_end();
    server.log().wait_for_line("frame timeout");
    let server = calc_server(&["--idle-timeout", "300ms"]);
    let mut silent = server.connect();
    silent.exchange(&request(b'+', 10, 20), &reply(30));
    silent.expect_end();
    server.log().wait_for_line("idle timeout");
}

#[test]
fn one_client_too_many_is_closed_and_a_freed_place_is_usable() {
    let server = calc_server(&["--max-connections", "1"]);
    let mut first = server.connect();
    first.exchange(&request(b'+', 10, 20), &reply(30));
    server.connect().expect_end();
    drop(first);
    eventually("the freed place is taken", || {
        server.connect().is_answered(&request(b'+', 1, 2), &reply(3))
    });
}
