//! Every message that a client can send or get, byte by byte, as the description of the wire has it.

use crate::binary_servers;
use crate::support::{Client, Server};

const LOGIN_ALICE: &[u8] = b"\x25\0\xbd\x02\0alice\0\0\0\0\0\0\0\0\0\0\0sesame\0\0\0\0\0\0\0\0\0\0";
const LOGIN_BOB: &[u8] = b"\x25\0\xbd\x02\0bob\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
const LOGGED_IN: &[u8] = &[7, 0, 0xbe, 2, 0, 1, 0];

const ENTER_7: &[u8] = &[9, 0, 0xd1, 2, 0, 7, 0, 0, 0];
const ENTERED_7_AS_1: &[u8] = &[19, 0, 0xd2, 2, 0, 1, 0, 7, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0];
const ENTERED_7_AS_2: &[u8] = &[19, 0, 0xd2, 2, 0, 1, 0, 7, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0];
const ONLY_ALICE: &[u8] = b"\x14\0\xd3\x02\0\x01\x01\0\0\0\0\0\0\0\x05alice";
const BOB_HAS_COME: &[u8] = b"\x11\0\xd4\x02\0\x02\0\0\0\0\0\0\0\x03bob";

/// Alice is a member of room 7, and bob is a user.
fn alice_in_room_7(server: &Server) -> [Client; 2] {
    let (mut alice, mut bob) = (server.connect(), server.connect());
    alice.exchange(LOGIN_ALICE, LOGGED_IN);
    alice.exchange(ENTER_7, ENTERED_7_AS_1);
    bob.exchange(LOGIN_BOB, LOGGED_IN);
    [alice, bob]
}

/// Both are members of room 7.
fn both_in_room_7(server: &Server) -> [Client; 2] {
    let [mut alice, mut bob] = alice_in_room_7(server);
    bob.send(ENTER_7);
    alice.expect(BOB_HAS_COME);
    bob.expect(ONLY_ALICE);
    bob.expect(ENTERED_7_AS_2);
    [alice, bob]
}

#[test]
fn echo_ping_and_an_error_before_login() {
    for server in binary_servers(&[]) {
        let mut client = server.connect();
        for echo in [&[5, 0, 101, 0, 0][..], &[8, 0, 101, 0, 0, 1, 0, 0xff]] {
            client.exchange(echo, echo);
        }
        client.exchange(&[5, 0, 201, 0, 0], &[5, 0, 202, 0, 0]);
        client.exchange(&[7, 0, 201, 0, 0, 0xfe, 0xff], &[7, 0, 202, 0, 0, 0xfe, 0xff]);
        client.exchange(&[5, 0, 0xd6, 2, 0], &[7, 0, 203, 0, 0, 52, 0]);
    }
}

#[test]
fn login() {
    for server in binary_servers(&[]) {
        let mut alice = server.connect();
        alice.exchange(LOGIN_ALICE, LOGGED_IN);
        alice.exchange(LOGIN_ALICE, &[7, 0, 0xbe, 2, 0, 111, 0]);
    }
}

#[test]
fn entering_a_room() {
    for server in binary_servers(&[]) {
        let [mut alice, mut bob] = both_in_room_7(&server);
        let refused = [19, 0, 0xd2, 2, 0, 131, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        alice.exchange(ENTER_7, &refused);
        bob.exchange(&[9, 0, 0xd1, 2, 0, 0xff, 0xff, 0xff, 0xff], &refused);
    }
}

#[test]
fn leaving_a_room() {
    for server in binary_servers(&[]) {
        let [mut alice, mut bob] = both_in_room_7(&server);
        let leave = [5, 0, 0xd6, 2, 0];
        alice.exchange(&leave, &[7, 0, 0xd7, 2, 0, 1, 0]);
        bob.expect(&[13, 0, 0xd8, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
        alice.exchange(&leave, &[7, 0, 203, 0, 0, 121, 0]);
    }
}

#[test]
fn chat() {
    for server in binary_servers(&[]) {
        let [mut alice, mut bob] = both_in_room_7(&server);
        alice.send(b"\x0d\0\xdb\x02\0\x06\0\xec\x95\x88\xeb\x85\x95");
        let message = b"\x15\0\xdd\x02\0\x01\0\0\0\0\0\0\0\x06\0\xec\x95\x88\xeb\x85\x95";
        alice.expect(message);
        alice.expect(&[7, 0, 0xdc, 2, 0, 1, 0]);
        bob.expect(message);
        bob.exchange(&[7, 0, 0xdb, 2, 0, 0, 0], &[7, 0, 0xdc, 2, 0, 151, 0]);
    }
}

/// The test client of the original codelab takes nothing else for success, and for these two only.
#[test]
fn success_is_0_in_two_packets_for_classic_clients() {
    for server in binary_servers(&["--classic-results"]) {
        let [mut alice, mut bob] = both_in_room_7(&server);
        alice.send(b"\x09\0\xdb\x02\0\x02\0hi");
        alice.expect(b"\x11\0\xdd\x02\0\x01\0\0\0\0\0\0\0\x02\0hi");
        alice.expect(&[7, 0, 0xdc, 2, 0, 0, 0]);
        alice.exchange(&[7, 0, 0xdb, 2, 0, 0, 0], &[7, 0, 0xdc, 2, 0, 151, 0]);
        alice.exchange(&[6, 0, 0xd6, 2, 0, 0], &[7, 0, 0xd7, 2, 0, 51, 0]);
        alice.exchange(&[5, 0, 0xd6, 2, 0], &[7, 0, 0xd7, 2, 0, 0, 0]);
        bob.expect(b"\x11\0\xdd\x02\0\x01\0\0\0\0\0\0\0\x02\0hi");
        bob.expect(&[13, 0, 0xd8, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
        alice.exchange(b"\x0d\0\x03\x03\0\x03bob\x02\0hi", &[7, 0, 4, 3, 0, 1, 0]);
    }
}

#[test]
fn relay() {
    for server in binary_servers(&[]) {
        let [mut alice, mut bob] = both_in_room_7(&server);
        bob.send(&[8, 0, 0xe5, 2, 0, 0, 0xff, 7]);
        for member in [&mut alice, &mut bob] {
            member.expect(&[16, 0, 0xe6, 2, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 7]);
        }
        bob.send(&[5, 0, 0xe5, 2, 0]);
        for member in [&mut alice, &mut bob] {
            member.expect(&[13, 0, 0xe6, 2, 0, 2, 0, 0, 0, 0, 0, 0, 0]);
        }
    }
}

#[test]
fn whisper() {
    for server in binary_servers(&[]) {
        let [mut alice, mut bob] = alice_in_room_7(&server);
        alice.exchange(b"\x0d\0\x03\x03\0\x03bob\x02\0hi", &[7, 0, 4, 3, 0, 1, 0]);
        bob.expect(b"\x0f\0\x05\x03\0\x05alice\x02\0hi");
        bob.exchange(b"\x0f\0\x03\x03\0\x05carol\x02\0hi", &[7, 0, 4, 3, 0, 152, 0]);
    }
}

#[test]
fn invitation() {
    for server in binary_servers(&[]) {
        let [mut alice, mut bob] = alice_in_room_7(&server);
        alice.exchange(b"\x09\0\x0d\x03\0\x03bob", &[7, 0, 0x0e, 3, 0, 1, 0]);
        bob.expect(b"\x0f\0\x0f\x03\0\x05alice\x07\0\0\0");
        bob.send(b"\x0b\0\x10\x03\0\x05alice");
        alice.expect(b"\x09\0\x11\x03\0\x03bob");
        alice.exchange(b"\x0b\0\x0d\x03\0\x05alice", &[7, 0, 0x0e, 3, 0, 153, 0]);
    }
}
