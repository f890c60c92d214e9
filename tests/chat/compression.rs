//! `--compress-over`: which clients get compressed bodies, and which of their bodies are compressed.

use protocol::{Codec, FrameDecoder, LARGEST_PACKET};

use crate::ports::Ports;
use crate::snappy::{block_of_the_same, body, compressed};
use crate::support::messages::{
    PING, PONG, chat, enter, entered, has_come, leave, left, log_in, logged_in, relay, relayed, said,
    said_by_oneself, user_list,
};
use crate::support::wire::{echo, error_packet, packet};
use crate::support::{Client, Server};
use crate::{first_in, heard_nothing_more, packet_on_the_wire, server, server_speaking, user};

/// A compressed PING_REQ with nothing in it: the shortest way to ask for compressed bodies.
const ASK: [u8; 6] = [6, 0, 201, 0, 1, 0];

/// The flags of most tests.
pub(crate) const OVER_100: [&str; 4] = ["--compress-over", "100", "--rate-limit", "0"];

/// In every codec, with four workers.
pub(crate) fn servers(flags: &[&str]) -> impl Iterator<Item = Server> {
    Codec::ALL
        .into_iter()
        .map(move |codec| server_speaking(codec, "4", flags))
}

/// Sends these bytes as they are.
#[track_caller]
pub(crate) fn send_on_the_wire(client: &Client, bytes: &[u8]) {
    client.second_handle().on_the_wire().send(bytes);
}

/// Sends a packet of a test compressed.
#[track_caller]
pub(crate) fn send_compressed(server: &Server, client: &Client, packet: &[u8]) {
    send_on_the_wire(client, &compressed(&server.to_wire(packet)));
}

/// From now on the client gets compressed bodies.
#[track_caller]
pub(crate) fn asks(client: &mut Client) {
    send_on_the_wire(client, &ASK);
    client.expect(&PONG);
}

/// The next packet comes compressed, or not, and is this one.
#[track_caller]
pub(crate) fn expect(client: &mut Client, is_compressed: bool, expected: &[u8]) {
    let on_the_wire = packet_on_the_wire(client);
    assert_eq!(on_the_wire[4], u8::from(is_compressed), "{on_the_wire:?}");
    let mut decoder = FrameDecoder::new(LARGEST_PACKET);
    decoder.push(&on_the_wire);
    let frame = decoder.next_frame().expect("a packet").expect("a whole one");
    let body = frame.plain_body(LARGEST_PACKET).expect("a body");
    let plain = packet(frame.header.packet_id.0, 0, &body);
    assert!(!is_compressed || on_the_wire.len() < plain.len());
    assert_eq!(client.translate_back(plain), expected);
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
