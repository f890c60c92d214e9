//! What clients may not do: each limit, met by a client that goes too far, and its line in the log.

use std::thread;
use std::time::{Duration, Instant};

use crate::support::messages::{
    PING, PONG, chat, chatted, has_left, log_in, logged_in, said, said_by_oneself,
};
use crate::support::wire::{IDLE_TIMEOUT, RATE_LIMITED, echo, error_packet};
use crate::support::{Client, MOMENT, Server, eventually};
use crate::{
    binary_servers, goes, heard_nothing_more, next_packet, pair_in, server, servers, user, was_closed_for,
};

const UNAUTHENTICATED: i16 = 61;

/// Between two of many requests.
const PAUSE: Duration = Duration::from_millis(5);

#[test]
fn whoever_does_not_log_in_ends_at_the_login_timeout() {
    for worker_count in 0..2 {
        eventually("a login is in time", || {
            let mut servers = binary_servers(&["--login-timeout", "1s", "--rate-limit", "0"]);
            let server = servers.nth(worker_count).expect("one and four workers");
            ends_at_the_login_timeout(&server)
        });
    }
}

/// False where the machine was so busy that the time was over before a login came.
fn ends_at_the_login_timeout(server: &Server) -> bool {
    let silent = server.connect();
    let [mut refused, mut alice] = [(); 2].map(|()| server.connect());
    let in_time = refused.is_answered(&log_in(""), &logged_in(112))
        && alice.is_answered(&log_in("alice"), &logged_in(1));
    if !in_time {
        return false;
    }
    let mut pinging = server.connect();
    let last_words = pings_until_something_else(&mut pinging);
    assert_eq!(last_words, error_packet(UNAUTHENTICATED));
    pinging.expect_end();
    was_closed_for(server, pinging, "login timeout: no login within 1s");
    for mut client in [silent, refused] {
        assert_eq!(client.receive_rest(), error_packet(UNAUTHENTICATED));
        was_closed_for(server, client, "login timeout: no login within 1s");
    }
    // Whoever has logged in may stay.
    alice.expect_silence(MOMENT);
    heard_nothing_more(&mut alice);
    true
}

/// Shows signs of life until something comes that is not their answer.
#[track_caller]
fn pings_until_something_else(client: &mut Client) -> Vec<u8> {
    loop {
        client.send(&PING);
        let packet = next_packet(client);
        if packet != PONG {
            return packet;
        }
    }
}

#[test]
fn a_silent_member_ends_at_the_idle_timeout_whatever_it_hears() {
    const TIMEOUT: Duration = Duration::from_secs(2);
    for server in binary_servers(&["--idle-timeout", "2s", "--rate-limit", "0"]) {
        // Before her last sign of life.
        let start = Instant::now();
        let [mut alice, mut bob] = pair_in(&server, 1, ["alice", "bob"]);
        // Bob speaks all the time, and is still there when alice is not.
        loop {
            bob.send(&chat("hi"));
            if next_packet(&mut bob) == has_left(1) {
                break;
            }
            bob.expect(&chatted(1));
            thread::sleep(PAUSE);
        }
        assert!(start.elapsed() >= TIMEOUT / 2, "{:?}", start.elapsed());
        bob.expect(&said_by_oneself(2, "hi"));
        let received = alice.receive_rest();
        let heard = received.strip_suffix(&error_packet(IDLE_TIMEOUT)).expect("why");
        let message = said(2, "hi");
        assert!(!heard.is_empty() && message.repeat(heard.len() / message.len()) == heard);
        was_closed_for(&server, alice, "idle timeout: nothing came for 2s");
    }
}

#[test]
fn packets_over_the_rate_limit_are_dropped_with_one_notice() {
    for server in servers(&["--rate-limit", "20"]) {
        let [mut alice, mut bob] = pair_in(&server, 1, ["alice", "bob"]);
        alice.send(&chat("hi").repeat(200));
        let mut count = 0;
        let message = said(1, "hi");
        let notice = loop {
            let packet = next_packet(&mut alice);
            if packet != message {
                break packet;
            }
            alice.expect(&chatted(1));
            count += 1;
        };
        assert_eq!(notice, error_packet(RATE_LIMITED));
        // A burst is twice what a second allows. Two packets have brought alice here; where that took its
        // time, they have come back.
        assert!((38..=40).contains(&count), "{count} were let through");
        bob.expect(&message.repeat(count));
        alice.expect_silence(MOMENT);
        // Some tokens have come back, and nobody else has been limited.
        heard_nothing_more(&mut alice);
        heard_nothing_more(&mut bob);
        server
            .log()
            .wait_for_line("rate limit: packets are dropped client=1");
    }
}

#[test]
fn by_default_a_client_may_send_100_packets_a_second() {
    let server = server(&[]);
    let mut client = server.connect();
    client.send(&PING.repeat(1_000));
    client.expect(&PONG.repeat(200));
    client.skip_to(&error_packet(RATE_LIMITED));
}

#[test]
fn a_packet_over_the_maximum_ends_the_connection() {
    for (flags, max) in [(&[][..], 1_024_u16), (&["--max-packet", "256"], 256)] {
        for server in binary_servers(flags) {
            let mut client = user(&server, "alice");
            let largest = echo(&vec![7; usize::from(max) - 5]);
            client.exchange(&largest, &largest);
            // What came before is answered, and the header is enough to know.
            let too_large = (max + 1).to_le_bytes();
            client.send(&[&PING[..], &too_large, &[101, 0, 0]].concat());
            client.expect(&PONG);
            client.expect_end();
            let reason = format!(
                "protocol error: packet is {} bytes, larger than the {max} allowed",
                max + 1
            );
            was_closed_for(&server, client, &reason);
        }
    }
}

#[test]
fn the_largest_packet_that_the_wire_knows_passes() {
    for server in binary_servers(&["--max-packet", "65535"]) {
        let mut client = user(&server, "alice");
        let largest = echo(&[7; 65_530]);
        client.exchange(&largest, &largest);
    }
}

#[test]
fn a_packet_under_its_header_ends_the_connection() {
    for server in binary_servers(&[]) {
        for total_size in 0..5 {
            let [mut alice, mut bob] = pair_in(&server, total_size, ["alice", "bob"]);
            let total_size = u8::try_from(total_size).unwrap();
            bob.send(&[&chat("bye")[..], &[total_size, 0, 101, 0, 0], &PING].concat());
            bob.expect(&[said(2, "bye"), chatted(1)].concat());
            bob.expect_end();
            alice.expect(&[said(2, "bye"), has_left(2)].concat());
            let reason =
                format!("protocol error: packet is {total_size} bytes, smaller than its header of 5");
            was_closed_for(&server, bob, &reason);
            goes(alice);
        }
    }
}

#[test]
fn the_end_in_the_middle_of_a_packet_is_an_end() {
    for server in binary_servers(&[]) {
        let [mut alice, mut bob] = pair_in(&server, 1, ["alice", "bob"]);
        bob.send(&chat("hi")[..7]);
        bob.half_close();
        bob.expect_end();
        alice.expect(&has_left(2));
        was_closed_for(&server, bob, "the client closed 7 bytes into a request");
    }
}
