//! A model with a timer closes a client that has been silent for too long, and no other.

use std::time::{Duration, Instant};

use crate::server;
use crate::support::raw_echo::is_served;
use crate::support::{MOMENT, PATIENCE};

const LIMIT: Duration = Duration::from_secs(1);

#[test]
fn a_silent_client_is_closed_when_its_time_is_over_and_one_that_speaks_is_not() {
    let server = server("epoll-level --idle-timeout 1s");
    let before = Instant::now();
    let mut silent = server.connect();
    let mut speaking = server.connect();
    is_served(&mut silent);
    while !silent.has_ended_within(MOMENT / 10) {
        is_served(&mut speaking);
        assert!(before.elapsed() < PATIENCE, "it is still open");
    }
    assert!(before.elapsed() >= LIMIT, "closed after {:?}", before.elapsed());
    let line = server
        .log()
        .wait_for_line(" closed: idle timeout: nothing came for 1s");
    assert!(line.contains(&format!("peer={}", silent.address())), "{line}");
    is_served(&mut speaking);
}

/// A client that takes nothing of what it is sent is silent too, and the bytes for it are no reason to keep it.
#[test]
fn a_client_that_neither_speaks_nor_reads_is_closed() {
    let server = server("epoll-level --idle-timeout 1s");
    let mut deaf = server.connect();
    deaf.send_until_stuck(&[0; 65_536]);
    let line = server
        .log()
        .wait_for_line(" closed: idle timeout: nothing came for 1s");
    assert!(line.contains(&format!("peer={}", deaf.address())), "{line}");
    is_served(&mut server.connect());
}
