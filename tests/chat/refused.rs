//! What cannot be read, what is not known, and what is not allowed: each has its code, in the answer or in
//! an ERROR_NTF, and the connection stays.

use crate::support::messages::{
    MAX_PACKET, RELAY_OVERHEAD, chat, chatted, enter, entered, invite, is_invited, leave, left, log_in,
    logged_in, not_entered, relay, relayed, said, said_by_oneself, whisper, whispered, whispers,
};
use crate::support::wire::{error_packet, packet};
use crate::{binary_servers, first_in, heard_nothing_more, pair_in, servers, user};

/// Ids that only a server sends.
const OF_SERVERS: [u16; 16] = [
    202, 203, 702, 722, 723, 724, 727, 728, 732, 733, 742, 772, 773, 782, 783, 785,
];
const OF_BACCARAT: [u16; 7] = [751, 752, 753, 761, 762, 763, 764];
const OF_NOBODY: [u16; 10] = [0, 1, 100, 102, 700, 703, 725, 786, 32_768, 65_535];

/// Bodies that fit one id or another, on which the answer must not depend.
const BODIES: [&[u8]; 4] = [b"", &[1, 0], b"\x03bob", b"\x03bob\x02\0hi"];

#[test]
fn before_login_only_echo_ping_and_login_are_answered() {
    for server in binary_servers(&["--rate-limit", "0"]) {
        let mut client = server.connect();
        let of_clients = [721, 726, 731, 741, 771, 781, 784];
        for id in of_clients
            .iter()
            .chain(&OF_SERVERS)
            .chain(&OF_BACCARAT)
            .chain(&OF_NOBODY)
        {
            for body in BODIES {
                client.exchange(&packet(*id, 0, body), &error_packet(52));
            }
        }
        client.exchange(&log_in("alice"), &logged_in(1));
    }
}

#[test]
fn after_login_what_is_not_for_this_server_is_not_known() {
    for server in binary_servers(&["--rate-limit", "0"]) {
        let mut alice = user(&server, "alice");
        let [mut bob, mut carol] = pair_in(&server, 1, ["bob", "carol"]);
        for id in OF_SERVERS.iter().chain(&OF_BACCARAT).chain(&OF_NOBODY) {
            for body in BODIES {
                alice.exchange(&packet(*id, 0, body), &error_packet(53));
                bob.exchange(&packet(*id, 0, body), &error_packet(53));
            }
        }
        heard_nothing_more(&mut carol);
    }
}

/// The id of a request, bodies that do not fit it, and the answer to each.
type Undecodable = (u16, &'static [&'static [u8]], Vec<u8>);

fn undecodable() -> Vec<Undecodable> {
    vec![
        (201, &[&[1], &[1, 2, 3]], error_packet(51).to_vec()),
        (701, &[b"", &[b'a'; 16], &[b'a'; 31], &[b'a'; 33]], logged_in(51)),
        (721, &[b"", &[1], &[1, 0, 0], &[1, 0, 0, 0, 0]], not_entered(51)),
        (726, &[&[0], b"bye"], left(51)),
        (
            731,
            &[
                b"",
                &[1],
                b"\x03\0hi",
                b"\x01\0hi",
                b"\0\0x",
                b"\xff\xff",
                b"\xff\xff\x01",
                b"\x00\x80hi",
                b"\x01\0\xff",
                b"\x04\0\xec\x95\x88\xeb",
                b"\x03\0\xed\xa0\x80",
            ],
            chatted(51),
        ),
        (
            771,
            &[
                b"",
                &[3],
                b"\x04bob",
                b"\x03bob",
                b"\x03bob\x02",
                b"\x03bob\x03\0hi",
                b"\x03bob\x01\0hi",
                b"\x03bob\xff\xffhi",
                b"\xffbob\x02\0hi",
                b"\x80bob\x02\0hi",
                b"\x03bo\xff\x02\0hi",
                b"\x03bob\x02\0h\xff",
            ],
            whispered(51),
        ),
        (781, UNREADABLE_NAMES, is_invited(51)),
        (784, UNREADABLE_NAMES, error_packet(51).to_vec()),
    ]
}

const UNREADABLE_NAMES: &[&[u8]] = &[
    b"",
    &[1],
    b"\x04bob",
    b"\x02bob",
    b"\xffbob",
    b"\x80bob",
    b"\x03bo\xff",
];

#[test]
fn a_body_that_does_not_fit_is_said_to_be_none() {
    for server in binary_servers(&["--rate-limit", "0"]) {
        let [mut alice, mut bob] = pair_in(&server, 2, ["alice", "bob"]);
        for (id, bodies, reply) in undecodable() {
            for body in bodies {
                alice.exchange(&packet(id, 0, body), &reply);
            }
        }
        // Nothing of it has had an effect: both are where they were, and have heard nothing.
        alice.exchange(&chat("hi"), &said_by_oneself(1, "hi"));
        bob.expect(&said(1, "hi"));
    }
}

#[test]
fn a_login_that_does_not_fit_is_none_before_login_too() {
    for server in binary_servers(&[]) {
        let mut client = server.connect();
        for body in [&b""[..], &[b'a'; 31], &[b'a'; 33]] {
            client.exchange(&packet(701, 0, body), &logged_in(51));
        }
        let compressed = [&[37, 0, 0xbd, 2, 1], &log_in("alice")[5..]].concat();
        client.exchange(&compressed, &logged_in(51));
        client.exchange(&packet(201, 0, &[1]), &error_packet(51));
        client.exchange(&log_in("alice"), &logged_in(1));
    }
}

#[test]
fn a_body_that_is_compressed_or_encrypted_is_not_read() {
    let good: [(Vec<u8>, Vec<u8>); 10] = [
        (packet(101, 0, b"echo"), error_packet(51).to_vec()),
        (packet(201, 0, b""), error_packet(51).to_vec()),
        (log_in("alice"), logged_in(51)),
        (enter(1), not_entered(51)),
        (leave(), left(51)),
        (chat("hi"), chatted(51)),
        (relay(b"hi"), error_packet(51).to_vec()),
        (whisper("bob", "hi"), whispered(51)),
        (invite("carol"), is_invited(51)),
        (packet(784, 0, b"\x03bob"), error_packet(51).to_vec()),
    ];
    for server in binary_servers(&["--rate-limit", "0"]) {
        let [mut alice, mut bob] = pair_in(&server, 2, ["alice", "bob"]);
        let mut carol = user(&server, "carol");
        for packet_type in [1, 2, 3, 4, 128, 255] {
            for (request, reply) in &good {
                let mut request = request.clone();
                request[4] = packet_type;
                alice.exchange(&request, reply);
            }
        }
        alice.exchange(&chat("hi"), &said_by_oneself(1, "hi"));
        bob.expect(&said(1, "hi"));
        heard_nothing_more(&mut carol);
    }
}

#[test]
fn a_message_has_1_to_126_bytes() {
    for server in servers(&[]) {
        let [mut alice, mut bob] = pair_in(&server, 3, ["alice", "bob"]);
        for message in [
            "x",
            &"x".repeat(126),
            &"안".repeat(42),
            "\0",
            "\x1b[2J\r\n\u{9b}",
            " ",
        ] {
            alice.exchange(&chat(message), &said_by_oneself(1, message));
            bob.expect(&said(1, message));
            alice.exchange(&whisper("bob", message), &whispered(1));
            bob.expect(&whispers("alice", message));
        }
        for message in ["", &"x".repeat(127), &"안".repeat(43), &"x".repeat(1_000)] {
            alice.exchange(&chat(message), &chatted(151));
            alice.exchange(&whisper("bob", message), &whispered(151));
        }
        heard_nothing_more(&mut bob);
    }
}

#[test]
fn a_relay_leaves_room_for_the_id_of_its_sender() {
    for max_packet in [256, MAX_PACKET, 65_535] {
        for server in servers(&["--max-packet", &max_packet.to_string()]) {
            let [mut alice, mut bob] = pair_in(&server, 3, ["alice", "bob"]);
            let largest = vec![7; max_packet - RELAY_OVERHEAD];
            alice.exchange(&relay(&largest), &relayed(1, &largest));
            bob.expect(&relayed(1, &largest));
            for length in [largest.len() + 1, max_packet - 5] {
                alice.exchange(&relay(&vec![7; length]), &error_packet(51));
            }
            heard_nothing_more(&mut bob);
        }
    }
}

#[test]
fn in_no_room_there_is_nobody_to_talk_to() {
    for server in servers(&[]) {
        let mut alice = user(&server, "alice");
        let requests = [leave(), chat("hi"), relay(b"hi"), invite("bob")];
        for request in &requests {
            alice.exchange(request, &error_packet(121));
        }
        alice.exchange(&enter(2), &entered(2, 1));
        alice.exchange(&leave(), &left(1));
        for request in &requests {
            alice.exchange(request, &error_packet(121));
        }
    }
}

#[test]
fn a_room_that_is_not_there_cannot_be_entered() {
    for server in servers(&["--rooms", "5"]) {
        let mut alice = user(&server, "alice");
        for room in [-1, 5, 6, 1_000, i32::MIN, i32::MAX] {
            alice.exchange(&enter(room), &not_entered(122));
        }
        alice.exchange(&enter(4), &entered(4, 1));
        // Being in a room is said first.
        for room in [4, 0, 5, -1] {
            alice.exchange(&enter(room), &not_entered(131));
        }
        alice.exchange(&[leave(), enter(0)].concat(), &[left(1), entered(0, 1)].concat());
    }
}

#[test]
fn being_in_a_room_is_said_before_that_the_other_is_full() {
    for server in servers(&["--room-size", "1"]) {
        let mut alice = first_in(&server, 1, "alice");
        let mut bob = first_in(&server, 2, "bob");
        for room in [1, 2, -1] {
            alice.exchange(&enter(room), &not_entered(131));
        }
        alice.exchange(
            &[leave(), enter(2)].concat(),
            &[left(1), not_entered(134)].concat(),
        );
        bob.exchange(&[leave(), enter(1)].concat(), &[left(1), entered(1, 2)].concat());
    }
}
