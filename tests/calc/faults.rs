//! What the finished server survives.

use super::calc_server;
use super::requests::{reply, request};

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

/// Row 13: half a close after 10,000 requests.
#[test]
fn half_a_close_still_gets_every_reply() {
    let server = calc_server(&[]);
    let mut client = server.connect();
    client.send(&request(b'-', 1, 2).repeat(10_000));
    client.half_close();
    assert_eq!(client.receive_rest(), reply(-1).repeat(10_000));
}
