//! `--compress-over`: who gets compressed bodies, which bodies that are, and what the server makes of those that
//! it gets.

use std::iter::repeat_n;

use protocol::{Codec, FrameDecoder, LARGEST_PACKET};

use crate::mixed::Ports;
use crate::support::wire::{echo, error_packet, packet};
use crate::support::{Client, Server};
use crate::wire::{
    MAX_PACKET, PING, PONG, RELAY_OVERHEAD, chat, chatted, decline, declines, enter, entered, has_come,
    has_left, invitation, invite, is_invited, leave, left, log_in, logged_in, relay, relayed, said,
    said_by_oneself, user_list, whisper, whispered, whispers,
};
use crate::{first_in, goes, heard_nothing_more, packet_on_the_wire, pair_in, server, server_speaking, user};

/// A compressed PING_REQ with nothing in it: the shortest way to ask for compressed bodies.
const ASK: [u8; 6] = [6, 0, 201, 0, 1, 0];

/// The flags of most tests.
const OVER_100: [&str; 4] = ["--compress-over", "100", "--rate-limit", "0"];

/// In every codec, with four workers.
fn servers(flags: &[&str]) -> impl Iterator<Item = Server> {
    Codec::ALL
        .into_iter()
        .map(move |codec| server_speaking(codec, "4", flags))
}

/// A number as Snappy has it: seven bits a byte.
fn varint(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
    bytes
}

/// Snappy's block of these bytes, none of them saved: pieces of up to 60 bytes as they are.
fn block(bytes: &[u8]) -> Vec<u8> {
    let tag = |piece: &[u8]| u8::try_from((piece.len() - 1) << 2).expect("60 bytes at most");
    let piece = |piece: &[u8]| [&[tag(piece)], piece].concat();
    bytes.chunks(60).flat_map(piece).collect()
}

/// Snappy's block of many times the same byte: the byte, and the one before it again and again.
fn block_of_the_same(byte: u8, count: usize) -> Vec<u8> {
    let tag = |length: usize| u8::try_from((length - 1) << 2 | 0b10).expect("64 bytes at most");
    let copies = repeat_n(64, (count - 1) / 64).chain(Some((count - 1) % 64).filter(|rest| *rest > 0));
    let copies = copies.flat_map(|length| [tag(length), 1, 0]);
    [0, byte].into_iter().chain(copies).collect()
}

/// A body of Snappy: the length, and the block.
fn body(length: usize, block: &[u8]) -> Vec<u8> {
    [&varint(length), block].concat()
}

/// A packet whose body is compressed, though it is no smaller.
fn compressed(packet: &[u8]) -> Vec<u8> {
    let id = u16::from_le_bytes([packet[2], packet[3]]);
    crate::support::wire::packet(id, 1, &body(packet.len() - 5, &block(&packet[5..])))
}

/// Sends these bytes as they are.
#[track_caller]
fn send_on_the_wire(client: &Client, bytes: &[u8]) {
    client.second_handle().on_the_wire().send(bytes);
}

/// Sends a packet of a test compressed.
#[track_caller]
fn send_compressed(server: &Server, client: &Client, packet: &[u8]) {
    send_on_the_wire(client, &compressed(&server.to_wire(packet)));
}

/// From now on the client gets compressed bodies.
#[track_caller]
fn asks(client: &mut Client) {
    send_on_the_wire(client, &ASK);
    client.expect(&PONG);
}

/// The next packet comes compressed, or not, and is this one.
#[track_caller]
fn expect(client: &mut Client, is_compressed: bool, expected: &[u8]) {
    let on_the_wire = packet_on_the_wire(client);
    assert_eq!(on_the_wire[4], u8::from(is_compressed), "{on_the_wire:?}");
    let mut decoder = FrameDecoder::new(LARGEST_PACKET);
    decoder.push(&on_the_wire);
    let frame = decoder.next_frame().expect("a packet").expect("a whole one");
    let body = frame.plain_body(LARGEST_PACKET).expect("a body");
    let plain = packet(frame.header.packet_id.0, 0, &body);
    assert!(!is_compressed || on_the_wire.len() < plain.len());
    assert_eq!(client.from_wire(plain), expected);
}

#[test]
fn without_the_flag_nothing_is_compressed() {
    for server in servers(&[]) {
        let _members: Vec<_> = members(&server, 30);
        let mut client = server.connect();
        send_on_the_wire(&client, &ASK);
        client.expect(&error_packet(51));
        send_compressed(&server, &client, &log_in("alice"));
        client.expect(&logged_in(51));
        client.exchange(&log_in("alice"), &logged_in(1));
        client.send(&enter(1));
        expect(&mut client, false, &list_of(30));
        client.expect(&entered(1, 31));
    }
}

/// The name of a member.
fn name(number: u64) -> String {
    format!("user number {number:04}")
}

/// So many members of room 1, who are not listened to.
fn members(server: &Server, count: u64) -> Vec<Client> {
    let member = |number| {
        let mut member = user(server, &name(number));
        member.send(&enter(1));
        member.skip_to(&entered(1, number));
        member
    };
    (1..=count).map(member).collect()
}

/// What the next one who enters gets first.
fn list_of(count: u64) -> Vec<u8> {
    let names: Vec<_> = (1..=count).map(name).collect();
    let users: Vec<_> = (1..).zip(names.iter().map(String::as_str)).collect();
    user_list(&users)
}

#[test]
fn only_who_has_asked_gets_compressed_bodies() {
    for server in servers(&OVER_100) {
        let _members = members(&server, 30);
        let mut asking = user(&server, "asking");
        let mut silent = user(&server, "silent");
        asks(&mut asking);
        // With four workers some of these are moves.
        for room in [0, 2, 3] {
            asking.exchange(
                &[enter(room), leave()].concat(),
                &[entered(room, 1), left(1)].concat(),
            );
        }
        asking.send(&[enter(1), leave()].concat());
        expect(&mut asking, true, &list_of(30));
        asking.expect(&[entered(1, 31), left(1)].concat());
        silent.send(&enter(1));
        expect(&mut silent, false, &list_of(30));
        silent.expect(&entered(1, 32));
    }
}

#[test]
fn a_broadcast_is_compressed_for_those_who_have_asked_in_every_codec() {
    let ports = Ports::open(&[&OVER_100[..], &["--workers", "4"]].concat());
    let mut members: Vec<_> = (0..6)
        .map(|number| {
            let mut member = ports.user(Codec::ALL[number % 3], &format!("user {number}"));
            if number < 3 {
                asks(&mut member);
            }
            member.send(&enter(1));
            member.skip_to(&entered(1, number as u64 + 1));
            member
        })
        .collect();
    let (last, others) = members.split_last_mut().expect("six members");
    let message = "안녕 ".repeat(18);
    last.send(&chat(&message));
    last.expect(&said_by_oneself(6, &message));
    for (number, member) in others.iter_mut().enumerate() {
        for newcomer in number + 2..=6 {
            member.expect(&has_come(newcomer as u64, &format!("user {}", newcomer - 1)));
        }
        expect(member, number < 3, &said(6, &message));
    }
}

#[test]
fn a_body_of_up_to_so_many_bytes_is_plain() {
    for server in servers(&OVER_100) {
        let mut alice = first_in(&server, 1, "alice");
        asks(&mut alice);
        // The sender's unique id takes 8 bytes of the body.
        for (length, is_compressed) in [(91, false), (92, false), (93, true), (1_000, true)] {
            alice.send(&relay(&vec![7; length]));
            expect(&mut alice, is_compressed, &relayed(1, &vec![7; length]));
        }
    }
}

#[test]
fn a_body_that_does_not_get_smaller_is_plain() {
    for server in servers(&OVER_100) {
        let mut alice = first_in(&server, 1, "alice");
        asks(&mut alice);
        let all_different: Vec<_> = (1..=255).collect();
        alice.send(&relay(&all_different));
        expect(&mut alice, false, &relayed(1, &all_different));
        let twice = all_different.repeat(2);
        alice.send(&relay(&twice));
        expect(&mut alice, true, &relayed(1, &twice));
    }
}

#[test]
fn over_0_means_whatever_gets_smaller() {
    for server in servers(&["--compress-over", "0"]) {
        let mut alice = first_in(&server, 1, "alice");
        asks(&mut alice);
        alice.exchange(&chat("hi"), &said_by_oneself(1, "hi"));
        alice.send(&relay(&[0; 16]));
        expect(&mut alice, true, &relayed(1, &[0; 16]));
        heard_nothing_more(&mut alice);
    }
}

/// Relays something that gets smaller in a room of its own, and says whether it comes compressed.
#[track_caller]
fn gets_compressed_bodies(client: &mut Client, room: i32) -> bool {
    client.send(&[log_in(&format!("in {room}")), enter(room), relay(&[0; 200])].concat());
    loop {
        let packet = packet_on_the_wire(client);
        if packet[2..4] == 742_u16.to_le_bytes() {
            return packet[4] == 1;
        }
    }
}

#[test]
fn any_packet_that_can_be_decompressed_asks() {
    // Whatever it says: before the login most of it is not even looked at.
    let asking = [
        ASK.to_vec(),
        compressed(&echo(b"echo")),
        compressed(&log_in("alice")),
        compressed(&packet(701, 0, b"no login")),
        compressed(&enter(1)),
        compressed(&packet(999, 0, b"unknown")),
    ];
    let not_asking = [
        PING.to_vec(),
        echo(b"echo"),
        packet(201, 1, b""),
        packet(201, 1, &[5]),
        packet(101, 1, b"\x05\x00hi"),
        packet(101, 1, &body(2_000, &block_of_the_same(7, 2_000))),
        packet(101, 2, b"\x00"),
        packet(101, 3, b"\x00"),
        packet(101, 0x80, b"\x00"),
    ];
    let server = server(&["--compress-over", "0", "--workers", "4"]);
    let packets = asking.iter().map(|packet| (packet, true));
    let packets = packets.chain(not_asking.iter().map(|packet| (packet, false)));
    for (room, (packet, asks)) in (0..).zip(packets) {
        let mut client = server.connect();
        client.send(packet);
        assert_eq!(gets_compressed_bodies(&mut client, room), asks, "{packet:?}");
    }
}

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
    const COUNT: usize = 10_000;
    const GROWTH: u64 = 4 * 1024 * 1024;
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
    let mut explode = |count: usize| {
        for _ in 0..count.div_ceil(bombs.len()) {
            for body in &bombs {
                alice.exchange(&packet(101, 1, body), &error_packet(51));
            }
            heard_nothing_more(&mut bob);
        }
    };
    // Threads and buffers are there after a few.
    explode(COUNT / 20);
    let before = server.process.resident_bytes();
    explode(COUNT);
    let grown = server.process.resident_bytes().saturating_sub(before);
    assert!(grown < GROWTH, "{grown} bytes more");
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
