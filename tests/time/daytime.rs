//! The time on connect: RFC 867 over TCP, and with `--rfc868` RFC 868 over TCP.

use crate::clock::{assert_rfc868, assert_text, timed};
use crate::server::start;
use crate::support::{Client, eventually};

#[test]
fn whoever_connects_gets_the_time_and_the_end() {
    let server = start(&[]);
    for _ in 0..3 {
        assert_text(&timed(|| Client::connect(server.daytime).receive_rest()));
    }
}

#[test]
fn rfc_868_is_four_bytes_and_the_end() {
    let server = start(&["--rfc868"]);
    assert_rfc868(&timed(|| Client::connect(server.daytime).receive_rest()));
}

/// A plain close would answer what nobody has read with a reset, which throws the reply away.
#[test]
fn what_the_client_sends_does_not_destroy_its_reply() {
    let server = start(&[]);
    for _ in 0..20 {
        let asked = timed(|| {
            let mut client = Client::connect(server.daytime);
            client.send(&[b'x'; 100_000]);
            client.receive_rest()
        });
        assert_text(&asked);
    }
}

#[test]
fn a_client_that_does_not_close_keeps_nobody_waiting() {
    let server = start(&[]);
    let mut slow: Vec<_> = (0..20).map(|_| Client::connect(server.daytime)).collect();
    assert_text(&timed(|| Client::connect(server.daytime).receive_rest()));
    for client in &mut slow {
        assert_eq!(client.receive_rest().len(), crate::clock::TEXT);
    }
}

/// The server waits a second for the client to close, and no longer.
#[test]
fn a_client_that_does_not_close_does_not_keep_its_place() {
    let server = start(&["--max-connections", "1"]);
    let stays = Client::connect(server.daytime);
    eventually("the place is free", || {
        !Client::connect(server.daytime).receive_until_ended().is_empty()
    });
    drop(stays);
}
