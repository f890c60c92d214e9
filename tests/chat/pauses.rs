//! A server that was stopped for longer than its timeouts: what came meanwhile came in time.

use std::time::{Duration, Instant};

use crate::support::messages::{
    MAX_PACKET, PING, PONG, RELAY_OVERHEAD, enter, entered, has_come, log_in, logged_in, relay, relayed,
};
use crate::support::wire::{IDLE_TIMEOUT, error_packet};
use crate::support::{Pause, Server, eventually};
use crate::{binary_servers, first_in, heard_nothing_more, pair_in, user, was_closed_for};

const TIMEOUT: Duration = Duration::from_secs(2);
const LONGER: Duration = Duration::from_millis(2_200);

/// What a test does with each server; false where the machine was too busy for it.
#[track_caller]
fn in_time(flags: &[&str], mut test: impl FnMut(&Server) -> bool) {
    for worker_count in 0..2 {
        eventually("the server stops in time", || {
            let server = binary_servers(flags)
                .nth(worker_count)
                .expect("one and four workers");
            test(&server)
        });
    }
}

#[test]
fn a_login_that_came_in_a_pause_is_in_time() {
    in_time(&["--login-timeout", "2s"], |server| {
        let start = Instant::now();
        let mut clients = [(); 4].map(|()| server.connect());
        // The answer shows that the time has begun.
        if !clients.iter_mut().all(|client| client.is_answered(&PING, &PONG)) {
            return false;
        }
        let [mut alice, silent, mut nobody, mut late] = clients;
        let Some(pause) = Pause::within(TIMEOUT, start, &server.process) else {
            return false;
        };
        pause.send(&mut alice, &log_in("alice"));
        pause.send(&mut nobody, &PING);
        pause.send(&mut late, &log_in("late")[..20]);
        pause.lasts(LONGER);
        alice.expect(&logged_in(1));
        heard_nothing_more(&mut alice);
        // A ping is answered, and is no login; half a login is none.
        nobody.expect(&PONG);
        for mut client in [silent, nobody, late] {
            assert_eq!(client.receive_rest(), error_packet(61));
        }
        true
    });
}

#[test]
fn members_who_spoke_in_a_pause_stay() {
    in_time(&["--idle-timeout", "2s"], |server| {
        let [mut alice, mut bob] = pair_in(server, 1, ["alice", "bob"]);
        let mut silent = user(server, "silent");
        let start = Instant::now();
        let members = [&mut alice, &mut bob, &mut silent];
        if !members.into_iter().all(|member| member.is_answered(&PING, &PONG)) {
            return false;
        }
        let Some(pause) = Pause::within(TIMEOUT, start, &server.process) else {
            return false;
        };
        pause.send(&mut alice, &relay(b"still here"));
        pause.send(&mut bob, &PING);
        pause.lasts(LONGER);
        alice.expect(&relayed(1, b"still here"));
        bob.skip_to(&relayed(1, b"still here"));
        assert_eq!(silent.receive_rest(), error_packet(IDLE_TIMEOUT));
        was_closed_for(server, silent, "idle timeout: nothing came for 2s");
        true
    });
}

/// The helper waits for somebody who does not read, and reads in the pause.
#[test]
fn a_member_who_read_in_a_pause_gets_the_rest() {
    const PIECES: usize = 300;
    let flags = [
        "--write-timeout",
        "2s",
        "--rate-limit",
        "0",
        "--outbox-limit",
        "0",
    ];
    in_time(&flags, |server| {
        let mut alice = first_in(server, 1, "alice");
        let mut reader = server.connect_with_little_room();
        reader.exchange(&log_in("reader"), &logged_in(1));
        reader.send(&enter(1));
        reader.skip_to(&entered(1, 2));
        alice.skip_to(&has_come(2, "reader"));
        let piece = [b'x'; MAX_PACKET - RELAY_OVERHEAD];
        let start = Instant::now();
        for _ in 0..PIECES {
            // Otherwise the reader has been cut off, and alice hears that.
            if !alice.is_answered(&relay(&piece), &relayed(1, &piece)) {
                return false;
            }
        }
        let Some(pause) = Pause::within(TIMEOUT, start, &server.process) else {
            return false;
        };
        let Some(mut received) = reader.read_until_dry() else {
            return false;
        };
        assert!(
            received.len() < PIECES * MAX_PACKET,
            "the kernel has taken everything"
        );
        pause.lasts(LONGER);
        while received.len() < PIECES * MAX_PACKET {
            let more = reader.receive_some().expect("a live connection");
            assert!(!more.is_empty(), "the end after {} bytes", received.len());
            received.extend(more);
        }
        assert_eq!(received, relayed(1, &piece).repeat(PIECES));
        true
    });
}
