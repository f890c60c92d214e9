//! A server that was stopped for longer than its timeouts: what came meanwhile came in time.

use std::time::Duration;

use crate::support::wire::{IDLE_TIMEOUT, echo};
use crate::support::{Client, Pause, eventually};
use crate::{HELLO, both_ways, is_served, noise, server, was_closed_for};

const TIMEOUT: &str = "2s";
const LONGER: Duration = Duration::from_millis(2_200);

#[test]
fn what_came_in_a_pause_is_answered_and_silence_is_not() {
    for (way, last_words) in both_ways(IDLE_TIMEOUT) {
        let server = server(&[way, &["--idle-timeout", TIMEOUT]].concat());
        let [mut speaks, mut leaves, mut silent] = [(); 3].map(|()| server.connect());
        for client in [&mut speaks, &mut leaves, &mut silent] {
            is_served(client);
        }
        let pause = Pause::of(&server.process);
        pause.send(&mut speaks, HELLO);
        leaves.half_close();
        pause.lasts(LONGER);
        speaks.expect(HELLO);
        leaves.expect_end();
        assert_eq!(silent.receive_rest(), last_words, "{way:?}");
        was_closed_for(&server, silent, "idle timeout: nothing came for 2s");
    }
}

#[test]
fn a_packet_that_was_completed_in_a_pause_is_complete() {
    let server = server(&["--packets", "--frame-timeout", TIMEOUT, "--max-packet", "65535"]);
    // More than one read takes.
    let long = echo(&noise(60_000));
    let mut clients = [HELLO, &long].map(|packet| (server.connect(), packet));
    for (client, packet) in &mut clients {
        client.send(&packet[..4]);
        client.wait_until_read();
    }
    let pause = Pause::of(&server.process);
    for (client, packet) in &mut clients {
        pause.send(client, &packet[4..]);
    }
    pause.lasts(LONGER);
    for (mut client, packet) in clients {
        client.expect(packet);
        // The next packet has all its time.
        is_served(&mut client);
    }
}

#[test]
fn a_packet_that_is_not_complete_after_a_pause_ends_at_the_frame_timeout() {
    let server = server(&["--packets", "--frame-timeout", TIMEOUT]);
    let [mut adds_a_byte, mut silent] = [(); 2].map(|()| server.connect());
    for client in [&mut adds_a_byte, &mut silent] {
        client.send(&HELLO[..4]);
        client.wait_until_read();
    }
    let pause = Pause::of(&server.process);
    pause.send(&mut adds_a_byte, &HELLO[4..5]);
    pause.lasts(LONGER);
    for mut client in [adds_a_byte, silent] {
        client.expect_end();
        let reason = "frame timeout: a packet was not complete 2s after its first byte";
        was_closed_for(&server, client, reason);
    }
}

#[test]
fn a_client_that_read_in_a_pause_gets_the_rest() {
    let server = server(&["--write-timeout", TIMEOUT]);
    let mut client = server.connect_with_little_room();
    let data = noise(3_000_000);
    let mut sender = client.second_handle();
    let sending = std::thread::spawn({
        let data = data.clone();
        move || sender.try_send(&data)
    });
    eventually("the server waits for its client to read", || {
        client.bytes_on_their_way_here() > 0
    });
    let pause = Pause::of(&server.process);
    let mut received = read_until_dry(&mut client);
    pause.lasts(LONGER);
    while received.len() < data.len() {
        received.extend(client.receive_some().expect("no end"));
    }
    assert!(received == data, "{} bytes", received.len());
    sending.join().expect("it sends").expect("the server reads");
}

/// All that the server's kernel has for the client.
fn read_until_dry(client: &mut Client) -> Vec<u8> {
    let mut received = Vec::new();
    while client.bytes_on_their_way_here() > 0 {
        received.extend(client.receive_some().expect("a live connection"));
    }
    received
}
