//! `--packets`, byte by byte as the description of the wire has it.

use std::thread;

use crate::support::packet_echo::{
    BAD_HEADERS, come_back_all_at_once, come_back_byte_by_byte, come_back_however_they_are_cut, three_packets,
};
use crate::support::wire::{ECHO, echo, packet};
use crate::support::{Client, MOMENT};
use crate::{HELLO, is_served, noise, server, was_closed_for};

#[test]
fn a_packet_comes_back_unchanged() {
    let server = server(&["--packets"]);
    let mut client = server.connect();
    client.exchange(
        &[8, 0, 101, 0, 0, b'a', b'b', b'c'],
        &[8, 0, 101, 0, 0, b'a', b'b', b'c'],
    );
    client.exchange(&[5, 0, 101, 0, 0], &[5, 0, 101, 0, 0]);
}

#[test]
fn every_id_comes_back_and_nobody_looks_into_the_body() {
    let server = server(&["--packets"]);
    let mut client = server.connect();
    for id in [0, 1, 101, 201, 203, 701, 751, 9_999, 65_535] {
        let packet = packet(id, 0, b"not what this id promises");
        client.exchange(&packet, &packet);
    }
}

#[test]
fn every_type_comes_back() {
    let server = server(&["--packets"]);
    let mut client = server.connect();
    for packet_type in 0..=255 {
        let packet = packet(ECHO, packet_type, b"neither compressed nor encrypted");
        client.exchange(&packet, &packet);
    }
}

#[test]
fn every_size_comes_back_up_to_the_largest() {
    let server = server(&["--packets"]);
    let mut client = server.connect();
    for size in 0..=1_019 {
        let packet = echo(&noise(size));
        client.exchange(&packet, &packet);
    }
}

#[test]
fn the_largest_packet_can_be_set() {
    let most = server(&["--packets", "--max-packet", "65535"]);
    let packet = echo(&noise(65_530));
    most.connect().exchange(&packet, &packet);

    let least = server(&["--packets", "--max-packet", "256"]);
    let mut client = least.connect();
    let packet = echo(&noise(251));
    client.exchange(&packet, &packet);
    client.send(&echo(&noise(252)));
    client.expect_end();
    let reason = "protocol error: packet is 257 bytes, larger than the 256 allowed";
    was_closed_for(&least, client, reason);
}

#[test]
fn packets_come_back_however_they_are_cut() {
    come_back_however_they_are_cut(&server(&["--packets", "--frame-timeout", "0"]));
}

#[test]
fn packets_come_back_byte_by_byte() {
    // To look whether a byte was read takes its time on a machine with many sockets.
    come_back_byte_by_byte(&server(&["--packets", "--frame-timeout", "0"]));
}

#[test]
fn packets_come_back_all_at_once() {
    come_back_all_at_once(&server(&["--packets"]));
}

#[test]
fn a_packet_is_not_answered_before_its_last_byte() {
    let server = server(&["--packets"]);
    let mut client = server.connect();
    let (last, rest) = HELLO.split_last().unwrap();
    client.send(rest);
    client.wait_until_read();
    is_served(&mut server.connect());
    client.expect_silence(MOMENT);
    client.exchange(&[*last], HELLO);
}

#[test]
fn packets_before_a_bad_one_are_answered_and_those_behind_it_are_not() {
    let server = server(&["--packets"]);
    for (header, reason) in BAD_HEADERS {
        let mut client = server.connect();
        client.send(&[&three_packets(), header, HELLO].concat());
        client.expect(&three_packets());
        client.expect_end();
        was_closed_for(&server, client, &format!("protocol error: {reason}"));
    }
}

#[test]
fn half_a_header_is_no_error() {
    let server = server(&["--packets"]);
    let mut client = server.connect();
    // Two bytes that already say 11.
    client.send(&HELLO[..2]);
    client.wait_until_read();
    client.exchange(&HELLO[2..], HELLO);
}

#[test]
fn bad_lengths_harm_nobody_else() {
    const TIMES: usize = 500;
    let server = server(&["--packets"]);
    let mut witness = server.connect();
    for (header, _) in BAD_HEADERS.iter().cycle().take(TIMES) {
        let mut client = server.connect();
        client.send(header);
        client.expect_end();
        is_served(&mut witness);
    }
    let lines = server.log().wait_for_lines(TIMES, "protocol error: ");
    assert_eq!(lines.len(), TIMES);
}

#[test]
fn ten_thousand_packets_before_a_half_close_are_all_answered() {
    let server = server(&["--packets"]);
    let mut client = server.connect();
    let requests: Vec<u8> = (0..10_000)
        .flat_map(|number: u32| echo(&number.to_le_bytes()))
        .collect();
    client.send(&requests);
    client.half_close();
    client.expect(&requests);
    client.expect_end();
}

#[test]
fn bodies_of_control_characters_come_back_and_stay_out_of_the_log() {
    let server = server(&["--packets", "--log", "trace"]);
    let mut client = server.connect();
    let nasty = echo(b"\x1b[31mred\x07\r\n2026-01-01 ERROR forged\0\xff\xfe");
    client.exchange(&nasty, &nasty);
    client.send(&[&nasty, BAD_HEADERS[0].0].concat());
    client.expect(&nasty);
    client.expect_end();
    was_closed_for(
        &server,
        client,
        "protocol error: packet is 0 bytes, smaller than its header of 5",
    );
    let log = server.log().text();
    let raw = log
        .chars()
        .find(|character| character.is_control() && *character != '\n');
    assert_eq!(raw, None, "{log}");
    assert!(!log.contains("forged"), "{log}");
}

#[test]
fn many_clients_get_their_own_packets() {
    let server = server(&["--packets"]);
    let clients: Vec<_> = (0..50).map(|_| server.connect()).collect();
    thread::scope(|scope| {
        for (number, client) in clients.into_iter().enumerate() {
            scope.spawn(move || talk(client, number));
        }
    });
}

/// Bursts of packets that no other client sends.
fn talk(mut client: Client, number: usize) {
    for round in 0..20 {
        let burst: Vec<u8> = (0..16)
            .flat_map(|index| echo(format!("client {number}, round {round}, packet {index}").as_bytes()))
            .collect();
        client.exchange(&burst, &burst);
    }
}
