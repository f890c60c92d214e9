//! What clients may not do: each limit, met by a client that goes too far, and its line in the log.

use std::time::{Duration, Instant};

use crate::support::messages::{PING, PONG, chat, chatted, has_left, log_in, logged_in, said};
use crate::support::wire::{IDLE_TIMEOUT, RATE_LIMITED, echo, error_packet};
use crate::support::{Client, MOMENT, PATIENCE, flood};
use crate::{
    binary_servers, first_in, goes, heard_nothing_more, next_packet, pair_in, server, servers, user,
    was_closed_for,
};

const UNAUTHENTICATED: i16 = 61;

#[test]
fn whoever_does_not_log_in_ends_at_the_login_timeout() {
    for server in binary_servers(&["--login-timeout", "1s", "--rate-limit", "0"]) {
        let silent = server.connect();
        let mut refused = server.connect();
        refused.exchange(&log_in(""), &logged_in(112));
        let mut alice = user(&server, "alice");
        let mut pinging = server.connect();
        let last_words = pings_until_something_else(&mut pinging);
        assert_eq!(last_words, error_packet(UNAUTHENTICATED));
        pinging.expect_end();
        was_closed_for(&server, pinging, "login timeout: no login within 1s");
        for mut client in [silent, refused] {
            assert_eq!(client.receive_rest(), error_packet(UNAUTHENTICATED));
            was_closed_for(&server, client, "login timeout: no login within 1s");
        }
        // Whoever has logged in may stay.
        alice.expect_silence(MOMENT);
        heard_nothing_more(&mut alice);
    }
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
fn silence_ends_at_the_idle_timeout_and_a_ping_is_a_sign_of_life() {
    const TIMEOUT: Duration = Duration::from_secs(1);
    for server in binary_servers(&["--idle-timeout", "1s", "--rate-limit", "0"]) {
        let [mut alice, mut bob] = pair_in(&server, 1, ["alice", "bob"]);
        let mut nobody = server.connect();
        let start = Instant::now();
        // Bob says nothing else, and is still there when alice is not.
        assert_eq!(pings_until_something_else(&mut bob), has_left(1));
        assert!(start.elapsed() >= TIMEOUT / 2, "{:?}", start.elapsed());
        bob.expect(&PONG);
        for client in [&mut alice, &mut nobody] {
            assert_eq!(client.receive_rest(), error_packet(IDLE_TIMEOUT));
        }
        heard_nothing_more(&mut bob);
        for client in [alice, nobody] {
            was_closed_for(&server, client, "idle timeout: nothing came for 1s");
        }
    }
}

#[test]
fn a_packet_that_is_not_completed_ends_at_the_frame_timeout() {
    let reason = "frame timeout: a packet was not complete 300ms after its first byte";
    for server in binary_servers(&["--frame-timeout", "300ms"]) {
        let mut witness = first_in(&server, 1, "witness");
        let message = chat("hi");
        let mut stopped: Vec<_> = [1, 4, 5, message.len() - 1]
            .iter()
            .map(|length| {
                let mut client = user(&server, &format!("after {length}"));
                client.send(&message[..*length]);
                client
            })
            .collect();
        stopped.iter_mut().for_each(Client::expect_end);
        for client in stopped {
            was_closed_for(&server, client, reason);
        }
        // Between two packets there is no frame, and so no frame timeout.
        heard_nothing_more(&mut witness);
    }
}

#[test]
fn a_byte_now_and_then_does_not_extend_the_frame_timeout() {
    const PAUSE: Duration = Duration::from_millis(50);
    let server = server(&["--frame-timeout", "300ms"]);
    let mut client = user(&server, "alice");
    let trickled = echo(&[7; 1_019]);
    let start = Instant::now();
    let mut sent = 0;
    // At this rate the packet would take 51 seconds.
    while !client.has_ended_within(PAUSE) {
        assert!(start.elapsed() < PATIENCE, "still open after {sent} bytes");
        let _ = client.try_send(&trickled[sent..=sent]);
        sent += 1;
    }
    drop(client);
    server.log().wait_for_line("closed: frame timeout");
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
fn whoever_goes_on_over_the_rate_limit_for_five_seconds_is_closed() {
    let server = server(&["--rate-limit", "10"]);
    let mut witness = first_in(&server, 1, "witness");
    let mut flooding = server.connect();
    let received = flood(&mut flooding, &PING, &PONG, || heard_nothing_more(&mut witness));
    assert!(received.ends_with(&error_packet(RATE_LIMITED)));
    let reason = "rate limit: over 10 packets a second without a pause";
    was_closed_for(&server, flooding, reason);
    heard_nothing_more(&mut witness);
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

#[test]
fn zero_switches_a_limit_off() {
    let off = [
        "max-connections",
        "max-per-ip",
        "login-timeout",
        "idle-timeout",
        "frame-timeout",
        "write-timeout",
        "rate-limit",
        "send-buffer",
        "outbox-limit",
        "stats",
    ];
    let flags: Vec<_> = off.iter().map(|limit| format!("--{limit}=0")).collect();
    let flags: Vec<_> = flags.iter().map(String::as_str).collect();
    let server = server(&flags);
    let mut client = server.connect();
    client.exchange(&PING.repeat(1_000), &PONG.repeat(1_000));
    client.send(&PING[..3]);
    client.expect_silence(MOMENT);
    client.exchange(&PING[3..], &PONG);
}
