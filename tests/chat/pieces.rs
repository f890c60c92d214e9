//! Packets in one write, and packets in pieces: TCP knows no packets, and the server must not mind.

use crate::support::messages::{
    chat, enter, entered, leave, left, log_in, logged_in, relay, relayed, said_by_oneself, whisper, whispered,
};
use crate::support::{Server, wait_until_all_read};
use crate::{servers, user};

/// To look whether a byte was read takes its time on a busy machine.
const PATIENT: [&str; 4] = ["--frame-timeout", "0", "--login-timeout", "0"];

/// What one user in a room of its own asks for, and what is answered. Both as they stand on the wire, so that they can be
/// cut.
fn conversation(server: &Server, number: usize) -> [Vec<u8>; 2] {
    let room = i32::try_from(number).expect("few rooms");
    [
        [
            log_in(&format!("user {number}")),
            enter(room),
            chat("안녕"),
            relay(b"\0\xff"),
            whisper("nobody", "hi"),
            leave(),
        ]
        .concat(),
        [
            logged_in(1),
            entered(room, 1),
            said_by_oneself(1, "안녕"),
            relayed(1, b"\0\xff"),
            whispered(152),
            left(1),
        ]
        .concat(),
    ]
    .map(|packets| server.to_wire(&packets))
}

#[test]
fn requests_in_one_write_all_succeed() {
    for server in servers(&PATIENT) {
        for number in 0..8 {
            let [sent, expected] = conversation(&server, number);
            server.connect().on_the_wire().exchange(&sent, &expected);
        }
    }
}

#[test]
fn requests_can_be_cut_anywhere() {
    let servers: Vec<_> = servers(&PATIENT).collect();
    let places = || {
        servers.iter().flat_map(|server| {
            let cuts = 1..conversation(server, 0)[0].len();
            cuts.map(move |cut| (server, cut))
        })
    };
    let mut clients: Vec<_> = places()
        .map(|(server, cut)| {
            let mut client = server.connect().on_the_wire();
            client.send(&conversation(server, cut)[0][..cut]);
            client
        })
        .collect();
    // So that the rest comes with another read.
    wait_until_all_read(&clients);
    for ((server, cut), client) in places().zip(&mut clients) {
        let [sent, expected] = conversation(server, cut);
        client.exchange(&sent[cut..], &expected);
    }
}

#[test]
fn requests_can_come_byte_by_byte() {
    for server in servers(&PATIENT) {
        let [sent, expected] = conversation(&server, 1);
        let mut client = server.connect().on_the_wire();
        for byte in sent {
            client.send(&[byte]);
        }
        client.expect(&expected);
    }
}

#[test]
fn every_byte_of_a_header_can_come_with_a_read_of_its_own() {
    let servers: Vec<_> = servers(&PATIENT).collect();
    let alice = |server| user(server, "alice").on_the_wire();
    let mut users: Vec<_> = servers.iter().map(alice).collect();
    let requests: Vec<_> = servers.iter().map(|server| server.to_wire(&enter(2))).collect();
    for index in 0..5 {
        for (user, request) in users.iter_mut().zip(&requests) {
            user.send(&request[index..=index]);
        }
        wait_until_all_read(&users);
    }
    for ((server, user), request) in servers.iter().zip(&mut users).zip(&requests) {
        user.exchange(&request[5..], &server.to_wire(&entered(2, 1)));
    }
}
