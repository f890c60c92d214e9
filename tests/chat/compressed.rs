//! What the server makes of compressed bodies that it gets: all that can be decompressed is understood, and nothing
//! else costs anything.

use crate::compression::{OVER_100, expect, send_compressed, send_on_the_wire, servers};
#[cfg(target_os = "linux")]
use crate::hostile::take_no_memory;
use crate::snappy::{block, block_of_the_same, body, compressed};
use crate::support::Client;
use crate::support::messages::{
    MAX_PACKET, RELAY_OVERHEAD, chat, chatted, decline, declines, enter, entered, has_come, has_left,
    invitation, invite, is_invited, leave, left, log_in, logged_in, relay, relayed, said, said_by_oneself,
    user_list, whisper, whispered, whispers,
};
use crate::support::wire::{echo, error_packet, packet};
#[cfg(target_os = "linux")]
use crate::{first_in, server};
use crate::{goes, heard_nothing_more, pair_in, user};

#[test]
fn every_request_can_come_compressed() {
    for server in servers(&["--compress-over", "1KiB"]) {
        let mut alice = server.connect();
        let exchange = |alice: &mut Client, request: &[u8], reply: &[u8]| {
            send_compressed(&server, alice, request);
            alice.expect(reply);
        };
        exchange(&mut alice, &log_in("앨리스"), &logged_in(1));
        exchange(&mut alice, &packet(201, 0, &[7, 0]), &packet(202, 0, &[7, 0]));
        // With four workers that is a move.
        exchange(&mut alice, &enter(2), &entered(2, 1));
        let mut bob = user(&server, "bob");
        bob.exchange(&enter(2), &[user_list(&[(1, "앨리스")]), entered(2, 2)].concat());
        alice.expect(&has_come(2, "bob"));
        exchange(&mut alice, &chat("안녕"), &said_by_oneself(1, "안녕"));
        exchange(&mut alice, &relay(b"any bytes"), &relayed(1, b"any bytes"));
        exchange(&mut alice, &whisper("bob", "hi"), &whispered(1));
        bob.expect(
            &[
                said(1, "안녕"),
                relayed(1, b"any bytes"),
                whispers("앨리스", "hi"),
            ]
            .concat(),
        );
        bob.exchange(&leave(), &left(1));
        alice.expect(&has_left(2));
        exchange(&mut alice, &invite("bob"), &is_invited(1));
        bob.expect(&invitation("앨리스", 2));
        bob.exchange(
            &[enter(3), invite("앨리스")].concat(),
            &[entered(3, 1), is_invited(1)].concat(),
        );
        alice.expect(&invitation("bob", 3));
        exchange(&mut alice, &decline("bob"), b"");
        bob.expect(&declines("앨리스"));
        exchange(&mut alice, &leave(), &left(1));
    }
}

#[test]
fn what_comes_compressed_goes_plain_to_those_who_have_not_asked() {
    for server in servers(&OVER_100) {
        let [mut alice, mut bob] = pair_in(&server, 2, ["alice", "bob"]);
        let bytes = [7; 1_000];
        let small = packet(741, 1, &body(1_000, &block_of_the_same(7, 1_000)));
        assert!(small.len() < 60);
        send_on_the_wire(&alice, &small);
        expect(&mut alice, true, &relayed(1, &bytes));
        expect(&mut bob, false, &relayed(1, &bytes));
    }
}

#[test]
fn an_echo_comes_back_as_it_was_sent() {
    for server in servers(&["--compress-over", "0"]) {
        let mut client = server.connect().on_the_wire();
        for echo in [
            packet(101, 1, &body(1_000, &block_of_the_same(7, 1_000))),
            // Snappy could do better, and the server would.
            compressed(&echo(&[7; 1_000])),
            packet(101, 1, &[0]),
            echo(&[7; 1_000]),
        ] {
            client.exchange(&echo, &echo);
        }
    }
}

/// Bodies that cannot be decompressed, or must not be.
fn bombs(max_packet: usize) -> Vec<Vec<u8>> {
    let largest = max_packet - 5;
    let same = |claimed, count| body(claimed, &block_of_the_same(7, count));
    vec![
        // One byte over the maximum, one KiB, and lies about it.
        same(largest + 1, largest + 1),
        same(largest + 1_024, largest + 1_024),
        same(largest + 1, 1),
        same(1 << 30, 200),
        same(0xffff_ffff, 200),
        same(0xffff_ffff, 1),
        // More than 32 bits, and a number without an end.
        same(1 << 32, 1),
        vec![0xff; 11],
        // Nothing at all, half a number, and no block.
        vec![],
        vec![0x85],
        vec![5],
        // More than there is, and less.
        same(10, 5),
        same(5, 10),
        body(1, &block(b"ab")),
        body(3, &block(b"ab")),
        // A piece that is cut, and one from before the beginning.
        vec![5, 4 << 2, b'a'],
        vec![4, 0b1110, 9, 0],
        // Bytes behind the end.
        [same(10, 10), vec![0]].concat(),
        // No Snappy.
        b"hello".to_vec(),
    ]
}

/// The requests, and what each is answered that cannot be decoded. The first three may come before the login.
fn requests() -> [(u16, Vec<u8>); 6] {
    [
        (101, error_packet(51).to_vec()),
        (201, error_packet(51).to_vec()),
        (701, logged_in(51)),
        (731, chatted(51)),
        (741, error_packet(51).to_vec()),
        (771, whispered(51)),
    ]
}

#[test]
fn what_cannot_be_decompressed_is_said_to_be_no_body() {
    for server in servers(&OVER_100) {
        let mut nobody = server.connect();
        let [mut alice, mut bob] = pair_in(&server, 2, ["alice", "bob"]);
        for (number, (id, reply)) in requests().iter().enumerate() {
            for body in bombs(MAX_PACKET) {
                send_on_the_wire(&alice, &packet(*id, 1, &body));
                alice.expect(reply);
                if number < 3 {
                    send_on_the_wire(&nobody, &packet(*id, 1, &body));
                    nobody.expect(reply);
                }
            }
            // Bits that nobody knows, whatever stands behind them.
            for packet_type in [2, 3, 4, 0x80, 0x81, 0xff] {
                send_on_the_wire(&alice, &packet(*id, packet_type, &[0]));
                alice.expect(reply);
            }
            heard_nothing_more(&mut bob);
        }
        alice.exchange(&chat("hi"), &said_by_oneself(1, "hi"));
        bob.expect(&said(1, "hi"));
        nobody.exchange(&log_in("nobody"), &logged_in(1));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn bombs_take_no_memory() {
    let server = server(
        &[
            &OVER_100[..],
            &["--max-packet", "65535", "--stack-size", "128KiB"],
        ]
        .concat(),
    );
    let mut bob = first_in(&server, 1, "bob");
    let mut alice = user(&server, "alice");
    let bombs = bombs(65_535);
    let packets: Vec<_> = bombs.iter().flat_map(|body| packet(101, 1, body)).collect();
    take_no_memory(&server, bombs.len(), || {
        alice.exchange(&packets, &error_packet(51).repeat(bombs.len()));
        heard_nothing_more(&mut bob);
    });
}

#[test]
fn the_largest_body_that_decompresses_to_a_packet_passes() {
    for max_packet in [256, MAX_PACKET, 65_535] {
        let flags = ["--max-packet", &max_packet.to_string()];
        for server in servers(&[&OVER_100[..], &flags].concat()) {
            let mut client = server.connect().on_the_wire();
            let largest = max_packet - 5;
            let echo = packet(101, 1, &body(largest, &block_of_the_same(7, largest)));
            client.exchange(&echo, &echo);
        }
    }
}

#[test]
fn the_limit_of_a_relay_is_that_of_its_plain_body() {
    for server in servers(&OVER_100) {
        let [mut alice, mut bob] = pair_in(&server, 2, ["alice", "bob"]);
        let relay = |length| packet(741, 1, &body(length, &block_of_the_same(7, length)));
        let largest = MAX_PACKET - RELAY_OVERHEAD;
        send_on_the_wire(&alice, &relay(largest));
        expect(&mut alice, true, &relayed(1, &vec![7; largest]));
        expect(&mut bob, false, &relayed(1, &vec![7; largest]));
        send_on_the_wire(&alice, &relay(largest + 1));
        alice.expect(&error_packet(51));
        heard_nothing_more(&mut bob);
    }
}

#[test]
fn a_trace_shows_no_password_that_came_compressed() {
    // LOGIN_REQ of alice with the password "sesame".
    let mut secret = log_in("alice");
    secret[21..27].copy_from_slice(b"sesame");
    for format in ["--trace=line", "--trace=hex"] {
        for server in servers(&["--compress-over", "0", format]) {
            let mut alice = server.connect();
            send_compressed(&server, &alice, &secret);
            alice.expect(&logged_in(1));
            // One that cannot be decoded, and one that cannot be decompressed.
            send_on_the_wire(&alice, &compressed(&packet(701, 0, b"sesame")));
            alice.expect(&logged_in(51));
            send_on_the_wire(&alice, &packet(701, 1, b"\x7fsesame"));
            alice.expect(&logged_in(51));
            goes(alice);
            let stderr = server.terminate().expect_success().stderr;
            assert!(!stderr.contains("sesame"), "{stderr}");
            assert!(!stderr.contains("73 65 73 61 6d 65"), "{stderr}");
            assert_eq!(stderr.matches("client 1 --> LOGIN_REQ ").count(), 3, "{stderr}");
            assert_eq!(
                stderr
                    .matches("client 1 --> LOGIN_REQ user_id=\"alice\" password=")
                    .count(),
                1,
                "{stderr}"
            );
        }
    }
}
