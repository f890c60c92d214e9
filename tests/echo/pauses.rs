//! A server that was stopped for longer than its timeouts: what came meanwhile came in time.

use std::thread;
use std::time::{Duration, Instant};

use crate::support::wire::{IDLE_TIMEOUT, echo};
use crate::support::{Client, Pause, Server, eventually, wait_until_all_read};
use crate::{HELLO, both_ways, is_served, noise, server, was_closed_for};

const TIMEOUT: Duration = Duration::from_secs(1);
const LONGER: Duration = Duration::from_millis(1_200);

/// What a test does with a server; false where the machine was too busy for it.
#[track_caller]
fn in_time(test: impl FnMut() -> bool) {
    eventually("the server stops in time", test);
}

#[test]
fn what_came_in_a_pause_is_answered_and_silence_is_not() {
    for (way, last_words) in both_ways(IDLE_TIMEOUT) {
        in_time(|| {
            let server = server(&[way, &["--idle-timeout", "1s"]].concat());
            let start = Instant::now();
            let [mut speaks, mut leaves, mut silent] = [(); 3].map(|()| server.connect());
            let clients = [&mut speaks, &mut leaves, &mut silent];
            if !clients.into_iter().all(|client| client.is_answered(HELLO, HELLO)) {
                return false;
            }
            let Some(pause) = Pause::within(TIMEOUT, start, &server.process) else {
                return false;
            };
            pause.send(&mut speaks, HELLO);
            leaves.half_close();
            pause.lasts(LONGER);
            speaks.expect(HELLO);
            leaves.expect_end();
            assert_eq!(silent.receive_rest(), last_words, "{way:?}");
            was_closed_for(&server, silent, "idle timeout: nothing came for 1s");
            true
        });
    }
}

/// A server to which each of these beginnings of packets has come, and the clients.
fn begun<const N: usize>(beginnings: [&[u8]; N]) -> (Server, [Client; N]) {
    let server = server(&["--packets", "--frame-timeout", "1s", "--max-packet", "65535"]);
    let clients = beginnings.map(|beginning| {
        let mut client = server.connect();
        client.send(beginning);
        client
    });
    wait_until_all_read(&clients);
    (server, clients)
}

#[test]
fn a_packet_that_was_completed_in_a_pause_is_complete() {
    // More than one read takes.
    let long = echo(&noise(60_000));
    in_time(|| {
        let start = Instant::now();
        let (server, [mut short_one, mut long_one]) = begun([&HELLO[..4], &long[..4]]);
        let Some(pause) = Pause::within(TIMEOUT, start, &server.process) else {
            return false;
        };
        pause.send(&mut short_one, &HELLO[4..]);
        pause.send(&mut long_one, &long[4..]);
        pause.lasts(LONGER);
        short_one.expect(HELLO);
        long_one.expect(&long);
        // The next packet has all its time.
        is_served(&mut short_one);
        is_served(&mut long_one);
        true
    });
}

#[test]
fn a_packet_that_is_not_complete_after_a_pause_ends_at_the_frame_timeout() {
    in_time(|| {
        let start = Instant::now();
        let (server, [mut adds_a_byte, silent]) = begun([&HELLO[..4]; 2]);
        let Some(pause) = Pause::within(TIMEOUT, start, &server.process) else {
            return false;
        };
        pause.send(&mut adds_a_byte, &HELLO[4..5]);
        pause.lasts(LONGER);
        for mut client in [adds_a_byte, silent] {
            client.expect_end();
            let reason = "frame timeout: a packet was not complete 1s after its first byte";
            was_closed_for(&server, client, reason);
        }
        true
    });
}

#[test]
fn a_client_that_read_in_a_pause_gets_the_rest() {
    let data = noise(3_000_000);
    in_time(|| {
        let start = Instant::now();
        let server = server(&["--write-timeout", "1s"]);
        let mut client = server.connect_with_little_room();
        let mut sender = client.second_handle();
        let sent = data.clone();
        let sending = thread::spawn(move || sender.try_send(&sent));
        eventually("the server waits for its client to read", || {
            client.bytes_on_their_way_here() > 0
        });
        let Some(pause) = Pause::within(TIMEOUT, start, &server.process) else {
            return false;
        };
        let Some(mut received) = client.read_until_dry() else {
            return false;
        };
        pause.lasts(LONGER);
        while received.len() < data.len() {
            let more = client.receive_some().expect("no reset");
            assert!(!more.is_empty(), "the end after {} bytes", received.len());
            received.extend(more);
        }
        assert!(received == data, "{} bytes", received.len());
        sending.join().expect("it sends").expect("the server reads");
        true
    });
}
