//! A server that was stopped for longer than its timeouts: what came meanwhile came in time.

use std::time::Duration;

use crate::support::wire::{IDLE_TIMEOUT, error_packet};
use crate::support::{Pause, eventually};
use crate::wire::{
    MAX_PACKET, PING, PONG, RELAY_OVERHEAD, enter, entered, has_come, log_in, logged_in, relay, relayed,
};
use crate::{binary_servers, first_in, heard_nothing_more, pair_in, user, was_closed_for};

const TIMEOUT: &str = "2s";
const LONGER: Duration = Duration::from_millis(2_200);

#[test]
fn a_login_that_came_in_a_pause_is_in_time() {
    for server in binary_servers(&["--login-timeout", TIMEOUT]) {
        let [mut alice, mut silent, mut nobody, mut late] = [(); 4].map(|()| server.connect());
        // What each sends first shows that its time has begun.
        for client in [&mut alice, &mut silent, &mut nobody, &mut late] {
            client.exchange(&PING, &PONG);
        }
        let pause = Pause::of(&server.process);
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
    }
}

#[test]
fn members_who_spoke_in_a_pause_stay() {
    for server in binary_servers(&["--idle-timeout", TIMEOUT]) {
        let [mut alice, mut bob] = pair_in(&server, 1, ["alice", "bob"]);
        let mut silent = user(&server, "silent");
        let pause = Pause::of(&server.process);
        pause.send(&mut alice, &relay(b"still here"));
        pause.send(&mut bob, &PING);
        pause.lasts(LONGER);
        alice.expect(&relayed(1, b"still here"));
        bob.skip_to(&relayed(1, b"still here"));
        assert_eq!(silent.receive_rest(), error_packet(IDLE_TIMEOUT));
        was_closed_for(&server, silent, "idle timeout: nothing came for 2s");
        alice.exchange(&PING, &PONG);
    }
}

/// The helper waits for somebody who does not read, and reads in the pause.
#[test]
fn a_member_who_read_in_a_pause_gets_the_rest() {
    const PIECES: usize = 1_000;
    let flags = [
        "--write-timeout",
        TIMEOUT,
        "--rate-limit",
        "0",
        "--outbox-limit",
        "0",
    ];
    for server in binary_servers(&flags) {
        let mut alice = first_in(&server, 1, "alice");
        let mut reader = server.connect_with_little_room();
        reader.exchange(&log_in("reader"), &logged_in(1));
        reader.send(&enter(1));
        reader.skip_to(&entered(1, 2));
        alice.skip_to(&has_come(2, "reader"));
        let piece = [b'x'; MAX_PACKET - RELAY_OVERHEAD];
        for _ in 0..PIECES {
            alice.exchange(&relay(&piece), &relayed(1, &piece));
        }
        eventually("the helper has it", || reader.bytes_on_their_way_here() > 0);
        let pause = Pause::of(&server.process);
        let mut received = Vec::new();
        while reader.bytes_on_their_way_here() > 0 {
            received.extend(reader.receive_some().expect("a live connection"));
        }
        pause.lasts(LONGER);
        while received.len() < PIECES * MAX_PACKET {
            let more = reader.receive_some().expect("a live connection");
            assert!(!more.is_empty(), "the end after {} bytes", received.len());
            received.extend(more);
        }
        assert_eq!(received, relayed(1, &piece).repeat(PIECES));
    }
}
